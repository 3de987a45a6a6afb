using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Postern.Contract.Generator.Binding;

namespace Postern.Contract.Generator;

/// <summary>Binds each class that implements an operation to its description: <c>Postern.BoundOperations</c>.</summary>
/// <remarks>A constructor's parameters are matched by type to the public properties of <c>Postern.Parts</c>, so that a new operation is a new file and
/// nothing else. Where the parts or <c>Postern.Wire.Endpoint</c> are not there, nothing is generated.</remarks>
[Generator(LanguageNames.CSharp)]
public sealed class OperationBinder : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var operations = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => node is ClassDeclarationSyntax { BaseList: not null }, BoundOperation.Of)
            .Where(operation => operation is not null)
            .WithTrackingName("Operation")
            .Collect();
        var parts = context.CompilationProvider.Select((compilation, _) => Parts.Of(compilation)).WithTrackingName("Parts");
        context.RegisterSourceOutput(operations.Combine(parts), (output, found) => Generate(output, found.Left!, found.Right));
    }

    private static void Generate(SourceProductionContext output, ImmutableArray<BoundOperation> found, Parts parts)
    {
        if (!parts.IsThere)
            return;
        var bound = new SortedDictionary<string, (BoundOperation Operation, string Line)>(StringComparer.Ordinal);
        // A partial class is found once for each of its files that has a base list.
        var classes = found.GroupBy(operation => operation.Class).Select(group => group.First());
        foreach (var operation in classes.OrderBy(operation => operation.Class, StringComparer.Ordinal))
        {
            var line = Line(output, operation, parts);
            var description = $"{operation.Table}.{operation.ClassName}";
            if (line is not null && bound.TryGetValue(description, out var other))
                Report(output, Problems.Twice, operation, operation.ClassName, Short(other.Operation.Class), Short(operation.Class));
            else if (line is not null)
                bound.Add(description, (operation, line));
        }
        output.AddSource("BoundOperations.g.cs", Emit(bound));
    }

    private static string? Line(SourceProductionContext output, BoundOperation operation, Parts parts)
    {
        var shapes = operation.Shapes.FirstOrDefault(shapes => shapes.Operation == operation.ClassName);
        if (shapes is null)
        {
            Report(output, Problems.WrongShapes, operation, Short(operation.Class), operation.Shapes.Count == 0
                ? $"takes {Short(operation.Request)}, which is no operation's request"
                : $"takes the request of {string.Join(", ", operation.Shapes.Select(shapes => shapes.Operation))}: name it so");
            return null;
        }
        if (shapes.Response != operation.Response)
        {
            var difference = $"answers with {Short(operation.Response)}: the model says {Short(shapes.Response)}";
            Report(output, Problems.WrongShapes, operation, Short(operation.Class), difference);
            return null;
        }
        if (operation.ConstructorCount != 1)
        {
            Report(output, Problems.NoConstructor, operation, operation.ClassName, operation.ConstructorCount);
            return null;
        }

        var arguments = operation.Parameters.Select(parameter => Argument(output, operation, parameter, parts)).ToList();
        if (arguments.Contains(null))
            return null;
        return $"new global::Postern.Wire.{(operation.IsQuery ? "Query" : "Json")}Endpoint<{operation.Request}, {operation.Response}>"
            + $"({operation.Table}.{operation.ClassName}, new {operation.Class}({string.Join(", ", arguments)})),";
    }

    private static string? Argument(SourceProductionContext output, BoundOperation operation, TypedName parameter, Parts parts)
    {
        var matching = parts.Properties.Where(property => property.Type == parameter.Type).Select(property => property.Name).ToList();
        if (matching.Count == 1)
            return $"parts.{matching[0]}";
        Report(output, Problems.NoPart, operation, operation.ClassName, parameter.Name, Short(parameter.Type), matching.Count == 0
            ? "no part is: add a public property of exactly this type to Postern.Parts"
            : $"the parts {string.Join(", ", matching)} all are: give each a type of its own, or leave one public property of this type in Postern.Parts");
        return null;
    }

    private static string Emit(SortedDictionary<string, (BoundOperation Operation, string Line)> bound)
    {
        var code = new CodeWriter().Line().Line("namespace Postern;").Line();
        code.Line("/// <summary>The operations that have a class.</summary>");
        code.Open("internal static class BoundOperations");
        code.Line("/// <summary>What is bound, by the names of the contract.</summary>");
        code.Line("public static global::System.Collections.Generic.IReadOnlyList<global::Postern.Contract.OperationDescription> Descriptions { get; } =");
        code.Line("[");
        foreach (var description in bound.Keys)
            code.Inner(description + ",");
        code.Line("];").Line();
        code.Line("/// <summary>Makes each operation of its parts.</summary>");
        code.Line("public static global::System.Collections.Generic.IReadOnlyList<global::Postern.Wire.Endpoint> Bind(global::Postern.Parts parts) =>");
        code.Line("[");
        foreach (var (_, line) in bound.Values)
            code.Inner(line);
        code.Line("];");
        return code.Close().ToString();
    }

    private static void Report(SourceProductionContext output, DiagnosticDescriptor problem, BoundOperation operation, params object[] arguments) =>
        output.ReportDiagnostic(Diagnostic.Create(problem, operation.Place.ToLocation(), arguments));

    private static string Short(string fullName) => fullName.Replace("global::", "");
}
