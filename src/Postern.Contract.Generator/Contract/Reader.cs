using System.Text;
using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The reader of a record from a JSON 1.1 body: names are told apart by their length, then by their bytes.</summary>
internal static class Reader
{
    public static void Emit(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Line("/// <summary>Reads the JSON object that the reader stands on, or stands before; unknown members are skipped, null is absent.</summary>");
        code.Line("/// <exception cref=\"SerializationException\">A value has another JSON type than the model says.</exception>");
        code.Line("/// <exception cref=\"JsonException\">The text is not JSON.</exception>");
        code.Open($"public static {shape.TypeName} Read(ref Utf8JsonReader reader)");
        // Fields, not locals: the flow analysis of the trimming analyzer takes half a minute over the locals of such loops.
        code.Line($"var read = new {shape.TypeName}();");
        code.Line("if (!JsonBody.Map(ref reader))").Inner("return read;");
        if (shape.Members.Count == 0)
            code.Line("reader.Skip();");
        else
            Members(code, model, shape);
        code.Line("return read;");
        code.Close().Line();
    }

    /// <summary>The expression that reads one value of a shape, on whose first token the reader stands; the value is not null.</summary>
    public static string Value(ServiceModel model, string shapeName)
    {
        var shape = model[shapeName];
        return shape.Kind switch
        {
            ShapeKind.Structure => $"{shape.TypeName}.Read(ref reader)",
            ShapeKind.List or ShapeKind.Map => $"{model.Concept}Collections.Read{shape.TypeName}(ref reader)",
            _ => $"JsonBody.{shape.Kind}(ref reader)",
        };
    }

    private static void Members(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Open("while (JsonBody.Member(ref reader, out var name))");
        code.Open("switch (name.Length)");
        foreach (var sameLength in shape.Members.GroupBy(member => Encoding.UTF8.GetByteCount(member.Name)).OrderBy(group => group.Key))
        {
            var members = sameLength.ToList();
            code.Line($"case {sameLength.Key}:");
            for (var at = 0; at < members.Count; at++)
            {
                code.Inner($"{(at > 0 ? "else " : "")}if (name.SequenceEqual({Identifier.Literal(members[at].Name)}u8))");
                code.Inner($"    read.{Types.Field(members[at])} = {Value(model, members[at].ShapeName)};");
            }
            code.Inner("else").Inner("    reader.Skip();").Inner("break;");
        }
        code.Line("default:").Inner("reader.Skip();").Inner("break;");
        code.Close().Close();
    }
}
