using Postern.Contract.UserPools;

namespace Postern.UserPools.SignIn;

/// <summary>AuthParameters or ChallengeResponses: a plain map whose required keys depend on the step.</summary>
public readonly record struct AuthParameters(IReadOnlyDictionary<string, string>? Given)
{
    public string? Find(string name) => Given is not null && Given.TryGetValue(name, out var value) ? value : null;

    /// <exception cref="InvalidParameterException">It is missing or blank.</exception>
    public string Require(string name) => Find(name) is { Length: > 0 } value ? value : throw new InvalidParameterException($"Missing required parameter {name}");

    /// <summary>The entries whose names begin with a prefix, without it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> WithPrefix(string prefix)
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in Given ?? new Dictionary<string, string>())
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                found.Add(new(name[prefix.Length..], value));
        }
        return found;
    }
}
