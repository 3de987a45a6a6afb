using System.Globalization;
using System.Text;

namespace Postern.Contract;

/// <summary>Collects the violations of the model's constraints of one request, all of which are told in one message.</summary>
/// <remarks>Which exception carries the message is the wire's choice: user pools answer InvalidParameterException, identity pools ValidationException.
/// Paths and texts are made only when something is violated.</remarks>
public sealed class Violations
{
    // A request of many thousand bad elements must not make an answer many times its size: all are counted, so many are told.
    private const int MostTold = 100;

    private List<string>? told;
    private List<Step>? path;

    public int Count { get; private set; }

    public void Add(string violation)
    {
        Count++;
        told ??= [];
        if (told.Count < MostTold)
            told.Add(violation);
    }

    /// <summary>The message in the service's form: <c>2 validation errors detected: …; …</c>.</summary>
    public override string ToString() => $"{Count} validation error{(Count == 1 ? "" : "s")} detected: {string.Join("; ", told ?? [])}";

    /// <summary>A required member is absent.</summary>
    internal void Missing(string member) => Add($"Value null at '{PathTo(member)}' failed to satisfy constraint: Member must not be null");

    /// <param name="member">The member's name in the path.</param>
    /// <param name="value">The value as text; null where it is left out.</param>
    /// <param name="rule">What it violates.</param>
    internal void Violated(string member, string? value, string rule) =>
        Add($"Value {(value is null || IsHidden ? "" : $"'{value}' ")}at '{PathTo(member)}' failed to satisfy constraint: {rule}");

    /// <summary>Goes into a structure; <see cref="Leave"/> comes back.</summary>
    internal void Enter(string member, bool hidesValues) => (path ??= []).Add(new(member, null, 0, hidesValues));

    /// <summary>Goes into an element of a list.</summary>
    internal void Enter(string member, int number, bool hidesValues) => (path ??= []).Add(new(member, null, number, hidesValues));

    /// <summary>Goes into a value of a map.</summary>
    internal void Enter(string member, string key, bool hidesValues) => (path ??= []).Add(new(member, key, 0, hidesValues));

    internal void Leave() => path!.RemoveAt(path.Count - 1);

    private bool IsHidden => path?.Exists(step => step.HidesValues) ?? false;

    private string PathTo(string member)
    {
        if (path is not { Count: > 0 })
            return member;
        var text = new StringBuilder();
        foreach (var step in path)
        {
            text.Append(text.Length > 0 && step.Member.Length > 0 ? "." : "").Append(step.Member);
            if (step.Number > 0)
                text.Append('.').Append(step.Number.ToString(CultureInfo.InvariantCulture)).Append(".member");
            else if (step.Key is not null)
                text.Append('.').Append(step.Key).Append(".member");
        }
        return text.Append(member.Length > 0 ? "." : "").Append(member).ToString();
    }

    private readonly record struct Step(string Member, string? Key, int Number, bool HidesValues);
}
