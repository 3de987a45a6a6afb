namespace Postern.Contract;

/// <summary>The flattened parameters of the Query protocol: <c>Tags.member.1.Key=…</c>.</summary>
public sealed class QueryParameters(IReadOnlyDictionary<string, string> values)
{
    public string? Find(string name) => values.GetValueOrDefault(name);
}
