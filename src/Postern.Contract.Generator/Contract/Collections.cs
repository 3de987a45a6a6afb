using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>What reads, writes and checks the list and map shapes of a service, each once for all members that have it.</summary>
internal static class Collections
{
    public static string Emit(ServiceModel model, Constraints constraints)
    {
        var code = Types.File(model);
        code.Line($"/// <summary>Lists and maps of <see cref=\"{model.Namespace}\"/>.</summary>");
        code.Open($"internal static class {model.Concept}Collections");
        foreach (var shape in model.Shapes.Where(shape => shape.Kind is ShapeKind.List or ShapeKind.Map))
        {
            if (shape.Kind is ShapeKind.List)
                List(code, model, shape);
            else
                Map(code, model, shape);
            if (model.IsQuery)
            {
                QueryReader.Collection(code, model, shape);
                XmlForm.Collection(code, model, shape);
            }
            if (constraints.Holds(shape))
                Validator.Collection(code, model, shape, constraints);
        }
        return code.Close().ToString();
    }

    private static void List(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Open($"public static {Types.Of(model, shape.Name)} Read{shape.TypeName}(ref Utf8JsonReader reader)");
        code.Line("JsonBody.List(ref reader);");
        code.Line($"var items = new List<{Types.Of(model, shape.Element!)}>();");
        code.Line("while (JsonBody.Item(ref reader))").Inner($"items.Add({Reader.Value(model, shape.Element!)});");
        code.Line("return items;").Close().Line();

        code.Open($"public static void Write{shape.TypeName}(Utf8JsonWriter writer, {Types.Of(model, shape.Name)} items)");
        code.Line("writer.WriteStartArray();");
        code.Line("for (var at = 0; at < items.Count; at++)").Inner(Writer.Value(model, shape.Element!, "items[at]"));
        code.Line("writer.WriteEndArray();").Close().Line();
    }

    private static void Map(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Open($"public static {Types.Of(model, shape.Name)} Read{shape.TypeName}(ref Utf8JsonReader reader)");
        code.Line($"var items = new Dictionary<string, {Types.Of(model, shape.Element!)}>(StringComparer.Ordinal);");
        code.Line("JsonBody.Map(ref reader);");
        code.Line("while (JsonBody.Entry(ref reader, out var key))").Inner($"items[key] = {Reader.Value(model, shape.Element!)};");
        code.Line("return items;").Close().Line();

        code.Open($"public static void Write{shape.TypeName}(Utf8JsonWriter writer, {Types.Of(model, shape.Name)} items)");
        code.Line("writer.WriteStartObject();");
        code.Open("foreach (var (key, item) in items)");
        code.Line("writer.WritePropertyName(key);").Line(Writer.Value(model, shape.Element!, "item"));
        code.Close().Line("writer.WriteEndObject();").Close().Line();
    }
}
