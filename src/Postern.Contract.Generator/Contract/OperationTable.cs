using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator.Contract;

/// <summary>The table of a service's operations, from which the wire dispatches.</summary>
internal static class OperationTable
{
    public static string Emit(ServiceModel model)
    {
        var code = Types.File(model);
        code.Line($"/// <summary>The operations of {Identifier.Comment(model.Service)}, version {Identifier.Comment(model.Version)}.</summary>");
        code.Open($"public static class {model.Concept}Operations");
        foreach (var operation in model.Operations)
        {
            code.Line($"[OperationShapes(typeof({operation.RequestType}), typeof({operation.ResponseType}))]");
            code.Open($"public static OperationDescription {operation.Name} {{ get; }} = new()");
            code.Line($"Name = {Identifier.Literal(operation.Name)},");
            code.Line($"Service = {Identifier.Literal(model.Concept)},");
            code.Line($"ServiceName = {Identifier.Literal(model.Service)},");
            code.Line($"Version = {Identifier.Literal(model.Version)},");
            code.Line($"SigningName = {Identifier.Literal(model.SigningName)},");
            code.Line($"Protocol = Protocol.{(model.IsQuery ? "Query" : "Json")},");
            code.Line($"Target = {Identifier.Literal(operation.Target)},");
            code.Line($"XmlNamespace = {Identifier.Literal(model.XmlNamespace)},");
            code.Line($"IsSigned = {(operation.IsSigned ? "true" : "false")},");
            code.Line($"HasOutput = {(operation.Output is null ? "false" : "true")},");
            code.Line($"Errors = [{string.Join(", ", operation.Errors.Select(Identifier.Literal))}],");
            code.Line($"Since = {Identifier.Literal(operation.Since)},");
            code.Close(";").Line();
        }
        code.Line("/// <summary>Every operation, in the model's order.</summary>");
        var all = string.Join(", ", model.Operations.Select(operation => operation.Name));
        code.Line($"public static IReadOnlyList<OperationDescription> All {{ get; }} = [{all}];");
        return code.Close().ToString();
    }

    /// <summary>The operations of all services.</summary>
    public static string All(IEnumerable<string> concepts)
    {
        var code = new CodeWriter().Line("using System.Collections.Generic;").Line().Line("namespace Postern.Contract;").Line();
        code.Open("public sealed partial record OperationDescription");
        code.Line("/// <summary>The operations of all services.</summary>");
        var tables = concepts.OrderBy(concept => concept, StringComparer.Ordinal).Select(concept => $".. {concept}.{concept}Operations.All");
        code.Line($"public static IReadOnlyList<OperationDescription> All {{ get; }} = [{string.Join(", ", tables)}];");
        return code.Close().ToString();
    }
}
