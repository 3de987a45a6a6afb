using System.Globalization;
using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>Which shapes of a service can be violated by a request, and the table of their constraints.</summary>
internal sealed class Constraints
{
    private readonly ServiceModel model;
    private readonly HashSet<string> held = new(StringComparer.Ordinal);

    public Constraints(ServiceModel model)
    {
        this.model = model;
        var inputs = Reachable();
        // Shapes may refer to one another in a circle: what holds a constraint spreads until nothing changes.
        for (var before = -1; before < held.Count;)
        {
            before = held.Count;
            held.UnionWith(inputs
                .Where(shape => shape.IsConstrained || shape.Members.Any(member => member.IsRequired) || Parts(shape).Any(held.Contains))
                .Select(shape => shape.Name)
                .ToList());
        }
    }

    /// <summary>Whether a request holds a value of this shape that can violate something.</summary>
    public bool Holds(Shape shape) => held.Contains(shape.Name);

    /// <summary>Whether violations leave the value out.</summary>
    public static bool Hides(Shape shape) =>
        // The model flags client ids as sensitive, but the service's messages show them (captures of 2018 to 2023).
        shape.IsSensitive && shape.Name is not "ClientIdType";

    /// <summary>Whether the operations check a shape's pattern themselves: in development a client's name may choose its id
    /// (<c>_custom_id_:ID</c>), and a custom domain has dots, which the pattern of prefixes does not allow.</summary>
    private static bool IsLeftToOperations(Shape shape) => shape.Name is "ClientNameType" or "DomainType";

    /// <summary>Whether violations leave a list or map out: it is sensitive, holds what is, or has no plain text form.</summary>
    public bool HidesCollection(Shape shape) =>
        Hides(shape) || model[shape.Element!].Kind is not ShapeKind.String || Hides(model[shape.Element!]) || (shape.Key is { } key && Hides(model[key]));

    public string Emit()
    {
        var code = Types.File(model);
        code.Line($"/// <summary>The constraints of <see cref=\"{model.Namespace}\"/>.</summary>");
        code.Open($"internal static class {model.Concept}Constraints");
        foreach (var shape in model.Shapes.Where(shape => shape.IsConstrained && Holds(shape)))
        {
            var facts = new List<string>();
            if (shape.Minimum is { } minimum)
                facts.Add($"Minimum = {minimum.ToString(CultureInfo.InvariantCulture)}");
            if (shape.Maximum is { } maximum)
                facts.Add($"Maximum = {maximum.ToString(CultureInfo.InvariantCulture)}");
            if (shape.Pattern is { } pattern && !IsLeftToOperations(shape))
                facts.Add($"Pattern = new({Identifier.Literal(pattern)})");
            if (shape.Values.Count > 0)
                facts.Add($"Values = [{string.Join(", ", shape.Values.Select(Identifier.Literal))}]");
            if (shape.Kind is ShapeKind.List or ShapeKind.Map ? HidesCollection(shape) : Hides(shape))
                facts.Add("HidesValue = true");
            code.Line($"public static readonly Constraint {shape.TypeName} = new() {{ {string.Join(", ", facts)} }};");
        }
        return code.Close().ToString();
    }

    private static IEnumerable<string> Parts(Shape shape) =>
        shape.Members.Select(member => member.ShapeName).Concat(new[] { shape.Element, shape.Key }.OfType<string>());

    private List<Shape> Reachable()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(model.Operations.Select(operation => operation.RequestShape));
        while (open.Count > 0)
        {
            var name = open.Pop();
            if (!found.Add(name))
                continue;
            foreach (var part in Parts(model[name]))
                open.Push(part);
        }
        return [.. model.Shapes.Where(shape => found.Contains(shape.Name))];
    }
}
