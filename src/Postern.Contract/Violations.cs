namespace Postern.Contract;

/// <summary>Collects the violations of the model's constraints of one request, all of which are told in one message.</summary>
public sealed class Violations
{
    private readonly List<string> found = [];

    public int Count => found.Count;

    public void Add(string violation) => found.Add(violation);

    /// <summary>The message in the service's form: <c>2 validation errors detected: …; …</c>.</summary>
    public override string ToString() => $"{found.Count} validation error{(found.Count == 1 ? "" : "s")} detected: {string.Join("; ", found)}";
}
