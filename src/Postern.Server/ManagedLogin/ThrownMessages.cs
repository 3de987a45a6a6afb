using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Postern.ManagedLogin;

/// <summary>The well-known messages of refusals, found by their English text, which operations throw: the keys <c>message.…</c>.</summary>
public sealed partial class ThrownMessages
{
    private const string Prefix = "message.";

    private readonly FrozenDictionary<string, string> keys;
    private readonly IReadOnlyList<(string Key, string[] Literals)> patterns;

    /// <param name="english">All texts, by key.</param>
    public ThrownMessages(IEnumerable<KeyValuePair<string, string>> english)
    {
        var messages = english.Where(static text => text.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        keys = messages.ToFrozenDictionary(static text => text.Value, static text => text.Key, StringComparer.Ordinal);
        // What begins with words of its own before what begins with anything.
        patterns =
        [
            .. messages.Select(static text => (text.Key, Literals: PlacePattern().Split(text.Value))).Where(static pattern => pattern.Literals.Length > 1)
                .OrderByDescending(static pattern => pattern.Literals[0].Length),
        ];
    }

    /// <summary>The key of a message, and what stands in its places; null where it is none of these.</summary>
    public (string Key, string[] Values)? Find(string message)
    {
        if (keys.TryGetValue(message, out var key))
            return (key, []);
        foreach (var pattern in patterns)
        {
            if (Values(pattern.Literals, message) is { } values)
                return (pattern.Key, values);
        }
        return null;
    }

    private static string[]? Values(string[] literals, string message)
    {
        var (first, last) = (literals[0], literals[^1]);
        if (!message.StartsWith(first, StringComparison.Ordinal) || !message.EndsWith(last, StringComparison.Ordinal) || message.Length < first.Length + last.Length)
            return null;
        var values = new string[literals.Length - 1];
        var rest = message[first.Length..^last.Length];
        for (var at = 0; at < values.Length - 1; at++)
        {
            var literal = literals[at + 1];
            var end = rest.IndexOf(literal, StringComparison.Ordinal);
            if (end < 0)
                return null;
            values[at] = rest[..end];
            rest = rest[(end + literal.Length)..];
        }
        values[^1] = rest;
        return values;
    }

    [GeneratedRegex("\\{[0-9]\\}")]
    private static partial Regex PlacePattern();
}
