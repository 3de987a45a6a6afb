using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The writer of a record's members as the XML elements of a Query answer.</summary>
internal static class XmlForm
{
    public static void Emit(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Line("/// <summary>Writes the members that are set as XML elements, in the model's order.</summary>");
        code.Open("public void Write(System.Xml.XmlWriter writer)");
        foreach (var member in shape.Members)
        {
            code.Open($"if ({Types.Field(member)} is {{ }} found{member.PropertyName})");
            Element(code, model, member.ShapeName, Identifier.Literal(member.Name), "found" + member.PropertyName);
            code.Close();
        }
        code.Close().Line();
    }

    public static void Collection(CodeWriter code, ServiceModel model, Shape shape)
    {
        code.Open($"public static void Write{shape.TypeName}(System.Xml.XmlWriter writer, {Types.Of(model, shape.Name)} items)");
        if (shape.Kind is ShapeKind.List)
        {
            code.Open("foreach (var item in items)");
            Element(code, model, shape.Element!, "\"member\"", "item");
        }
        else
        {
            code.Open("foreach (var (key, item) in items)");
            code.Line("writer.WriteStartElement(\"entry\");").Line("writer.WriteElementString(\"key\", key);");
            Element(code, model, shape.Element!, "\"value\"", "item");
            code.Line("writer.WriteEndElement();");
        }
        code.Close().Close().Line();
    }

    private static void Element(CodeWriter code, ServiceModel model, string shapeName, string name, string value)
    {
        var shape = model[shapeName];
        if (shape.Kind is not (ShapeKind.Structure or ShapeKind.List or ShapeKind.Map))
        {
            code.Line($"writer.WriteElementString({name}, XmlText.Of({value}));");
            return;
        }

        code.Line($"writer.WriteStartElement({name});");
        code.Line(shape.Kind is ShapeKind.Structure ? $"{value}.Write(writer);" : $"{model.Concept}Collections.Write{shape.TypeName}(writer, {value});");
        code.Line("writer.WriteEndElement();");
    }
}
