using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>A structure as a record: its properties, and the interfaces of its part in operations.</summary>
internal static class Records
{
    public static string Emit(ServiceModel model, Shape shape, Constraints constraints)
    {
        var requestOf = model.Operations.Where(operation => operation.RequestShape == shape.Name).ToList();
        var responseOf = model.Operations.Where(operation => operation.Output == shape.Name).ToList();
        var bases = new List<string>();
        if (requestOf.Count > 0)
            bases.Add($"{(model.IsQuery ? "IQueryRequest" : "IRequest")}<{shape.TypeName}>");
        if (responseOf.Count > 0)
            bases.Add(model.IsQuery ? "IQueryResponse" : "IResponse");

        var code = Types.File(model);
        code.Line($"/// <summary>{Summary(shape, requestOf, responseOf)}</summary>");
        if (shape.Since is { } since)
            code.Line($"/// <remarks>In the model since {Identifier.Comment(since)}.</remarks>");
        code.Open($"public sealed partial record {shape.TypeName}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}");
        foreach (var member in shape.Members)
            Property(code, model, shape, member);
        Reader.Emit(code, model, shape);
        Writer.Emit(code, model, shape);
        if (model.IsQuery)
        {
            QueryReader.Emit(code, model, shape);
            XmlForm.Emit(code, model, shape);
        }
        if (requestOf.Count > 0 || constraints.Holds(shape))
            Validator.Emit(code, model, shape, constraints, isRequest: requestOf.Count > 0);
        code.Line("/// <summary>The type's name alone: members may be secret.</summary>");
        code.Line($"public override string ToString() => \"{shape.TypeName}\";");
        return code.Close().ToString();
    }

    private static string Summary(Shape shape, List<Operation> requestOf, List<Operation> responseOf)
    {
        var parts = new List<string>();
        if (requestOf.Count > 0)
            parts.Add($"The request of {Names(requestOf)}.");
        if (responseOf.Count > 0)
            parts.Add($"The answer of {Names(responseOf)}.");
        return parts.Count > 0 ? string.Join(" ", parts) : $"The shape <c>{shape.Name}</c>.";
    }

    private static string Names(List<Operation> operations) => string.Join(", ", operations.Select(operation => $"<c>{operation.Name}</c>"));

    private static void Property(CodeWriter code, ServiceModel model, Shape shape, Member member)
    {
        var type = Types.Of(model, member.ShapeName);
        var name = Types.Property(shape, member);
        code.Line($"/// <summary>{Types.Summary(model, member)}</summary>");
        var field = Types.Field(member);
        var value = !member.IsRequired ? field : model[member.ShapeName].IsValueType ? $"{field}.GetValueOrDefault()" : $"{field}!";
        code.Line($"public {type}{(member.IsRequired ? "" : "?")} {name} {{ get => {value}; init => {field} = value; }}");
        code.Line($"private {type}? {field};").Line();
    }
}
