using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The writer of a record as a JSON 1.1 object: what is set, in the model's order.</summary>
internal static class Writer
{
    public static void Emit(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Line("/// <summary>Writes a JSON object with the members that are set, in the model's order.</summary>");
        code.Open("public void Write(Utf8JsonWriter writer)");
        code.Line("writer.WriteStartObject();");
        foreach (var member in shape.Members)
            Member(code, model, member, Types.Field(member));
        code.Line("writer.WriteEndObject();");
        code.Close().Line();
    }

    public static void Member(CodeWriter code, ServiceModel model, Member member, string storage)
    {
        var value = "found" + member.PropertyName;
        code.Open($"if ({storage} is {{ }} {value})");
        code.Line($"writer.WritePropertyName({Identifier.Literal(member.Name)}u8);");
        code.Line(Value(model, member.ShapeName, value));
        code.Close();
    }

    /// <summary>The statement that writes one value of a shape.</summary>
    public static string Value(ServiceModel model, string shapeName, string value)
    {
        var shape = model[shapeName];
        return shape.Kind switch
        {
            ShapeKind.Structure => $"{value}.Write(writer);",
            ShapeKind.List or ShapeKind.Map => $"{model.Concept}Collections.Write{shape.TypeName}(writer, {value});",
            ShapeKind.String => $"writer.WriteStringValue({value});",
            ShapeKind.Boolean => $"writer.WriteBooleanValue({value});",
            ShapeKind.Blob => $"writer.WriteBase64StringValue({value});",
            ShapeKind.Timestamp => $"JsonBody.WriteTimestamp(writer, {value});",
            ShapeKind.Document => $"{value}.WriteTo(writer);",
            _ => $"writer.WriteNumberValue({value});",
        };
    }
}
