using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The checks of a record against the model's constraints, in the order of its members.</summary>
internal static class Validator
{
    public static void Emit(CodeWriter code, ServiceModel model, Shape shape, Constraints constraints, bool isRequest)
    {
        code.Line("/// <summary>Collects every violation of the model's constraints, in the order of its members.</summary>");
        code.Open($"{(isRequest ? "public" : "internal")} void Validate(Violations violations)");
        foreach (var member in shape.Members)
        {
            var check = Check(model, constraints, member.ShapeName, member.PathName, "found" + member.PropertyName);
            var storage = Types.Field(member);
            if (check.Count > 0)
            {
                code.Open($"if ({storage} is {{ }} found{member.PropertyName})");
                check.ForEach(line => code.Line(line));
                code.Close();
                if (member.IsRequired)
                    code.Line("else").Inner($"violations.Missing({Identifier.Literal(member.PathName)});");
            }
            else if (member.IsRequired)
            {
                code.Line($"if ({storage} is null)").Inner($"violations.Missing({Identifier.Literal(member.PathName)});");
            }
        }
        code.Close().Line();
    }

    public static void Collection(CodeWriter code, ServiceModel model, Shape shape, Constraints constraints)
    {
        code.Open($"public static void Validate{shape.TypeName}(Violations violations, string member, {Types.Of(model, shape.Name)} items)");
        if (shape.IsConstrained)
            code.Line($"{model.Concept}Constraints.{shape.TypeName}.CheckCount(violations, member, items);");
        var hides = constraints.HidesCollection(shape) ? "true" : "false";
        if (shape.Key is { } key && constraints.Holds(model[key]))
            code.Line($"{model.Concept}Constraints.{model[key].TypeName}.CheckKeys(violations, member, items, hidesValue: {hides});");
        var element = model[shape.Element!];
        if (constraints.Holds(element))
        {
            if (element.Kind is ShapeKind.String)
                code.Line($"{model.Concept}Constraints.{element.TypeName}.CheckItems(violations, member, items, hidesValue: {hides});");
            else
                Items(code, model, constraints, shape);
        }
        code.Close().Line();
    }

    private static void Items(CodeWriter code, ServiceModel model, Constraints constraints, Shape shape)
    {
        code.Open(shape.Kind is ShapeKind.List ? "for (var at = 0; at < items.Count; at++)" : "foreach (var (key, item) in items)");
        var hides = Constraints.Hides(shape) || Constraints.Hides(model[shape.Element!]) ? "true" : "false";
        code.Line($"violations.Enter(member, {(shape.Kind is ShapeKind.List ? "at + 1" : "key")}, hidesValues: {hides});");
        var item = shape.Kind is ShapeKind.List ? "items[at]" : "item";
        if (model[shape.Element!].Kind is ShapeKind.Structure)
            code.Line($"{item}.Validate(violations);");
        else
            Check(model, constraints, shape.Element!, "", item).ForEach(line => code.Line(line));
        code.Line("violations.Leave();").Close();
    }

    private static List<string> Check(ServiceModel model, Constraints constraints, string shapeName, string path, string value)
    {
        var shape = model[shapeName];
        if (!constraints.Holds(shape))
            return [];
        var literal = Identifier.Literal(path);
        return shape.Kind switch
        {
            ShapeKind.Structure => [$"violations.Enter({literal}, hidesValues: {(Constraints.Hides(shape) ? "true" : "false")});", $"{value}.Validate(violations);", "violations.Leave();"],
            ShapeKind.List or ShapeKind.Map => [$"{model.Concept}Collections.Validate{shape.TypeName}(violations, {literal}, {value});"],
            _ => [$"{model.Concept}Constraints.{shape.TypeName}.Check(violations, {literal}, {value});"],
        };
    }
}
