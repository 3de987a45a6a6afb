using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The reader of a record from flattened parameters: <c>Tags.member.1.Key</c>.</summary>
internal static class QueryReader
{
    public static void Emit(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Line("/// <summary>Reads the members from the flattened parameters of the Query protocol.</summary>");
        code.Line("/// <exception cref=\"SerializationException\">A value is not of the type that the model says.</exception>");
        code.Line($"public static {shape.TypeName} Read(QueryParameters parameters) => Read(parameters, \"\");").Line();
        code.Line($"internal static {shape.TypeName} Read(QueryParameters parameters, string prefix) => new()");
        code.Open();
        foreach (var member in shape.Members)
            code.Line($"{Types.Field(member)} = {Value(model, member.ShapeName, $"prefix + {Identifier.Literal(member.Name)}")},");
        code.Close(";").Line();
    }

    public static void Collection(CodeWriter code, ServiceModel model, Shape shape)
    {
        var type = Types.Of(model, shape.Name);
        var isMap = shape.Kind is ShapeKind.Map;
        code.Open($"public static {type}? Query{shape.TypeName}(QueryParameters parameters, string name)");
        code.Line("if (!parameters.Holds(name))");
        // An empty list is the bare name with an empty value.
        code.Inner(isMap ? "return null;" : "return parameters.Find(name) is { Length: 0 } ? [] : null;");
        code.Line(isMap
            ? $"var items = new Dictionary<string, {Types.Of(model, shape.Element!)}>(StringComparer.Ordinal);"
            : $"var items = new List<{Types.Of(model, shape.Element!)}>();");
        var step = isMap ? "$\"{name}.entry.{number}\"" : "$\"{name}.member.{number}\"";
        code.Line($"for (var number = 1; {Value(model, shape.Element!, isMap ? step + " + \".value\"" : step)} is {{ }} item; number++)");
        code.Inner(isMap ? $"items[parameters.String({step} + \".key\") ?? \"\"] = item;" : "items.Add(item);");
        code.Line("return items;").Close().Line();
    }

    private static string Value(ServiceModel model, string shapeName, string name)
    {
        var shape = model[shapeName];
        return shape.Kind switch
        {
            ShapeKind.Structure => $"(parameters.Holds({name}) ? {shape.TypeName}.Read(parameters, {name} + \".\") : null)",
            ShapeKind.List or ShapeKind.Map => $"{model.Concept}Collections.Query{shape.TypeName}(parameters, {name})",
            ShapeKind.Document => throw new FormatException($"the Query protocol has no form for the document {shapeName}"),
            _ => $"parameters.{shape.Kind}({name})",
        };
    }
}
