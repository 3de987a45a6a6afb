using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Tags;

/// <summary>What may be a user pool's tag.</summary>
/// <remarks>Quotas sheet, "Resources"; which of the two exceptions is thrown where, and the texts, are unverified against the service.</remarks>
public static class PoolTags
{
    public const int Most = 50;

    /// <summary>Checks the tags of CreateUserPool and UpdateUserPool.</summary>
    /// <exception cref="UserPoolTaggingException">Too many, or one of the service's own.</exception>
    /// <exception cref="InvalidParameterException">A <c>postern:</c> tag that means nothing.</exception>
    public static IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string>? tags) =>
        Check(tags ?? new Dictionary<string, string>(), static text => new UserPoolTaggingException(text));

    /// <summary>Checks the tags that a pool would have after TagResource.</summary>
    /// <exception cref="InvalidParameterException">Too many, one of the service's own, or a <c>postern:</c> tag that means nothing.</exception>
    public static IReadOnlyDictionary<string, string> Merge(IReadOnlyDictionary<string, string>? current, IReadOnlyDictionary<string, string> added)
    {
        var merged = new Dictionary<string, string>(current ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (key, value) in added)
            merged[key] = value;
        return Check(merged, static text => new InvalidParameterException(text));
    }

    private static IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string> tags, Func<string, ServiceException> refuse)
    {
        if (tags.Count > Most)
            throw refuse($"A user pool can have at most {Most} tags.");
        foreach (var (key, value) in tags)
        {
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw refuse("Tag keys that begin with aws: are reserved for system use.");
            if (!key.StartsWith(PoolSwitch.Prefix, StringComparison.Ordinal))
                continue;
            if (key.StartsWith(ClientKeys.TagPrefix, StringComparison.Ordinal))
            {
                if (ClientKeys.Problem(value) is { } wrong)
                    throw new InvalidParameterException($"The tag '{key}' {wrong}");
                continue;
            }
            if (key.StartsWith(LogoutAddress.TagPrefix, StringComparison.Ordinal))
            {
                if (LogoutAddress.Problem(value) is { } bad)
                    throw new InvalidParameterException($"The tag '{key}' {bad}");
                continue;
            }
            if (!PoolSwitch.All.Any(known => known.Tag == key))
                throw new InvalidParameterException($"This server knows no tag '{key}'. It knows {string.Join(", ", PoolSwitch.All.Select(static known => known.Tag))}.");
            if (PoolSwitch.Problem(value) is { } text)
                throw new InvalidParameterException($"The tag '{key}' {text}");
        }
        return tags;
    }
}
