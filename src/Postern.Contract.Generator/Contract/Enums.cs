using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The value sets of a service as constants: members stay strings, so that a value that the model does not know is told as a violation.</summary>
internal static class Enums
{
    private static readonly HashSet<string> Inherited = new(StringComparer.Ordinal)
    {
        "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
    };

    public static string Emit(ServiceModel model)
    {
        var code = Types.File(model);
        foreach (var shape in model.Shapes.Where(shape => shape.Values.Count > 0))
        {
            var taken = new HashSet<string>(StringComparer.Ordinal) { shape.TypeName };
            code.Line($"/// <summary>The values of <c>{shape.Name}</c>.</summary>");
            code.Open($"public static class {shape.TypeName}");
            foreach (var value in shape.Values)
            {
                var name = Identifier.Constant(value);
                while (!taken.Add(name))
                    name += "_";
                code.Line($"public {(Inherited.Contains(name) ? "new " : "")}const string {name} = {Identifier.Literal(value)};");
            }
            code.Close().Line();
        }
        return code.ToString();
    }
}
