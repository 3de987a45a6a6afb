using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>Ids that tests choose, by the tags and names that other emulators taught them: development only.</summary>
/// <remarks>Pool tags <c>_custom_id_</c> and <c>floci:override-id</c>; client name <c>_custom_id_:ID</c>; pool tags
/// <c>floci:override-cognito-client-id</c> and <c>floci:override-cognito-client-secret</c> for the pool's next client.</remarks>
/// <param name="areAllowed">Whether chosen ids are honoured; else the tags and names mean nothing.</param>
public sealed class ChosenIds(bool areAllowed)
{
    private const string ClientNamePrefix = "_custom_id_:";

    /// <exception cref="InvalidParameterException">The id does not have the form of a pool's.</exception>
    public string? Pool(IReadOnlyDictionary<string, string>? tags)
    {
        if (Tag(tags, "_custom_id_", "floci:override-id") is not { } id)
            return null;
        var parts = id.Split('_');
        return parts.Length == 2 && id.Length <= 55 && parts[0].Length > 0 && parts[1].Length > 0
            && parts[0].All(static c => char.IsAsciiLetterOrDigit(c) || c == '-') && parts[1].All(char.IsAsciiLetterOrDigit)
            ? id
            : throw new InvalidParameterException($"The chosen user pool id '{id}' must have the form REGION_NAME, such as us-east-1_local, with letters and digits after the underscore.");
    }

    /// <exception cref="InvalidParameterException">The id does not have the form of a client's.</exception>
    public string? Client(UserPool pool, string clientName)
    {
        if (!areAllowed)
            return null;
        var id = IsByName(clientName)
            ? clientName[ClientNamePrefix.Length..]
            : Tag(pool.Settings.UserPoolTags, "floci:override-cognito-client-id");
        return id is null || (id.Length is > 0 and <= 128 && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+'))
            ? id
            : throw new InvalidParameterException($"The chosen client id '{id}' must be 1 to 128 letters, digits, '_' or '+'.");
    }

    /// <summary>Whether the client's own name chooses its id: then no other will do. A pool's tag is for the first client that finds it free.</summary>
    public bool IsByName(string clientName) => areAllowed && clientName.StartsWith(ClientNamePrefix, StringComparison.Ordinal);

    public string? ClientSecret(UserPool pool) => Tag(pool.Settings.UserPoolTags, "floci:override-cognito-client-secret");

    private string? Tag(IReadOnlyDictionary<string, string>? tags, params ReadOnlySpan<string> names)
    {
        if (!areAllowed || tags is null)
            return null;
        foreach (var name in names)
        {
            if (tags.TryGetValue(name, out var value))
                return value;
        }
        return null;
    }
}
