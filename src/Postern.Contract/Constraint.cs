using System.Globalization;

namespace Postern.Contract;

/// <summary>The constraints of one shape of a model, and the texts of their violations.</summary>
/// <remarks>Texts and order follow captures of the service: length before pattern for a member; for the elements of a list and of a map
/// one violation that lists the whole constraint, the greatest length first.</remarks>
internal sealed class Constraint
{
    /// <summary>The least length of a text (code points), list, map or blob (bytes), or the least number.</summary>
    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    public JavaPattern? Pattern { get; init; }

    public string[]? Values { get; init; }

    /// <summary>Whether violations leave the value out.</summary>
    public bool HidesValue { get; init; }

    public void Check(Violations violations, string member, string value)
    {
        if (Accepts(value))
            return;
        var shown = HidesValue ? null : value;
        Bounds(violations, member, shown, Length(value), "length");
        if (Pattern is not null && !Pattern.Matches(value))
            violations.Violated(member, shown, PatternRule);
        if (Values is not null && !Values.AsSpan().Contains(value))
            violations.Violated(member, shown, ValuesRule);
    }

    public void Check(Violations violations, string member, byte[] value) => Bounds(violations, member, null, value.Length, "length");

    public void Check(Violations violations, string member, long value)
    {
        if (value < Minimum || value > Maximum)
            Bounds(violations, member, HidesValue ? null : value.ToString(CultureInfo.InvariantCulture), value, "value");
    }

    public void Check(Violations violations, string member, double value)
    {
        if (value < Minimum || value > Maximum)
            Bounds(violations, member, HidesValue ? null : value.ToString(CultureInfo.InvariantCulture), value, "value");
    }

    public void CheckCount<T>(Violations violations, string member, IReadOnlyList<T> items)
    {
        if (items.Count < Minimum || items.Count > Maximum)
            Bounds(violations, member, HidesValue && items.Count > 0 ? null : Text(items), items.Count, "length");
    }

    public void CheckCount<T>(Violations violations, string member, IReadOnlyDictionary<string, T> items)
    {
        if (items.Count < Minimum || items.Count > Maximum)
            Bounds(violations, member, HidesValue && items.Count > 0 ? null : Text(items), items.Count, "length");
    }

    /// <summary>Checks the elements of a list; this is their constraint.</summary>
    public void CheckItems(Violations violations, string member, IReadOnlyList<string> items, bool hidesValue)
    {
        for (var at = 0; at < items.Count; at++)
        {
            if (Accepts(items[at]))
                continue;
            violations.Violated(member, hidesValue ? null : Text(items), $"Member must satisfy constraint: [{Rules()}]");
            return;
        }
    }

    /// <summary>Checks the values of a map; this is their constraint.</summary>
    public void CheckItems(Violations violations, string member, IReadOnlyDictionary<string, string> items, bool hidesValue)
    {
        foreach (var (_, value) in items)
        {
            if (Accepts(value))
                continue;
            violations.Violated(member, hidesValue ? null : Text(items), $"Map value must satisfy constraint: [{Rules()}]");
            return;
        }
    }

    /// <summary>Checks the keys of a map; this is their constraint.</summary>
    public void CheckKeys<T>(Violations violations, string member, IReadOnlyDictionary<string, T> items, bool hidesValue)
    {
        foreach (var (key, _) in items)
        {
            if (Accepts(key))
                continue;
            violations.Violated(member, hidesValue ? null : Text(items), $"Map keys must satisfy constraint: [{Rules()}]");
            return;
        }
    }

    private bool Accepts(string value)
    {
        var length = Length(value);
        return !(length < Minimum) && !(length > Maximum)
            && (Pattern is null || Pattern.Matches(value))
            && (Values is null || Values.AsSpan().Contains(value));
    }

    private void Bounds(Violations violations, string member, string? shown, double size, string what)
    {
        if (size < Minimum)
            violations.Violated(member, shown, $"Member must have {what} greater than or equal to {Minimum}");
        if (size > Maximum)
            violations.Violated(member, shown, $"Member must have {what} less than or equal to {Maximum}");
    }

    private string PatternRule => $"Member must satisfy regular expression pattern: {Pattern}";

    private string ValuesRule => $"Member must satisfy enum value set: [{string.Join(", ", Values!)}]";

    private string Rules()
    {
        var rules = new List<string>();
        if (Maximum is not null)
            rules.Add($"Member must have length less than or equal to {Maximum}");
        if (Minimum is not null)
            rules.Add($"Member must have length greater than or equal to {Minimum}");
        if (Pattern is not null)
            rules.Add(PatternRule);
        if (Values is not null)
            rules.Add(ValuesRule);
        return string.Join(", ", rules);
    }

    private static int Length(string value)
    {
        var length = value.Length;
        for (var at = 1; at < value.Length; at++)
        {
            if (char.IsLowSurrogate(value[at]) && char.IsHighSurrogate(value[at - 1]))
                length--;
        }
        return length;
    }

    private static string Text<T>(IReadOnlyList<T> items) => $"[{string.Join(", ", items)}]";

    private static string Text<T>(IReadOnlyDictionary<string, T> items) => $"{{{string.Join(", ", items.Select(item => $"{item.Key}={item.Value}"))}}}";
}
