using System.Globalization;

namespace Postern.Contract;

/// <summary>The flattened parameters of the Query protocol: <c>Tags.member.1.Key=…</c>.</summary>
public sealed class QueryParameters(IReadOnlyDictionary<string, string> values)
{
    // Longer than any path of a model; it bounds how deep a crafted name can lead.
    private const int MaximumPath = 1000;

    private string[]? sorted;

    public string? Find(string name) => values.GetValueOrDefault(name);

    /// <summary>Whether there is a parameter inside <paramref name="name"/>: one that begins with it and a dot.</summary>
    internal bool Holds(string name)
    {
        if (name.Length > MaximumPath)
            return false;
        sorted ??= [.. values.Keys.Order(StringComparer.Ordinal)];
        var prefix = name + ".";
        var at = Array.BinarySearch(sorted, prefix, StringComparer.Ordinal);
        return at >= 0 || (~at < sorted.Length && sorted[~at].StartsWith(prefix, StringComparison.Ordinal));
    }

    internal string? String(string name) => Find(name);

    internal int? Integer(string name) => Find(name) is { } text
        ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(name, "an integer")
        : null;

    internal long? Long(string name) => Find(name) is { } text
        ? long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(name, "an integer")
        : null;

    internal double? Double(string name) => Find(name) is { } text
        ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(name, "a number")
        : null;

    internal bool? Boolean(string name) => Find(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw Wrong(name, "true or false"),
    };

    internal byte[]? Blob(string name)
    {
        if (Find(name) is not { } text)
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw Wrong(name, "base64");
    }

    internal DateTimeOffset? Timestamp(string name) => Find(name) is { } text
        ? DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            ? value
            : throw Wrong(name, "an ISO 8601 time")
        : null;

    private static SerializationException Wrong(string name, string expected) => new($"{name} must be {expected}");
}
