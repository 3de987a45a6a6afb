using Postern.Contract.IdentityPools;

namespace Postern.IdentityPools.Tags;

/// <summary>What may be an identity pool's tag, and the ARN that it is set by.</summary>
/// <remarks>Texts are unverified against the service.</remarks>
internal static class PoolTags
{
    private const int Most = 50;
    private const string Resource = ":identitypool/";

    /// <exception cref="InvalidParameterException">Too many, or one of the service's own.</exception>
    public static IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string>? tags)
    {
        if (tags?.Count > Most)
            throw new InvalidParameterException($"An identity pool can have at most {Most} tags.");
        if (tags?.Keys.Any(static key => key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) is true)
            throw new InvalidParameterException("Tag keys that begin with aws: are reserved for system use.");
        return tags ?? new Dictionary<string, string>();
    }

    /// <summary>The id of the pool that an ARN names.</summary>
    /// <exception cref="InvalidParameterException">The ARN is of something else.</exception>
    public static string PoolId(string arn)
    {
        var at = arn.IndexOf(Resource, StringComparison.Ordinal);
        return at > 0 && arn[..at].Split(':') is ["arn", _, "cognito-identity", _, _] && at + Resource.Length < arn.Length
            ? arn[(at + Resource.Length)..]
            : throw new InvalidParameterException($"Invalid resource ARN: {arn} is not the ARN of an identity pool.");
    }
}
