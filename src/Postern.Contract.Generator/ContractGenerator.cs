using Microsoft.CodeAnalysis;
using Postern.Contract.Generator.Contract;
using Postern.Contract.Generator.Models;

namespace Postern.Contract.Generator;

/// <summary>Turns each service model among the additional files into the records, readers, writers, validators, errors and operation
/// table of its service.</summary>
/// <remarks>The pipeline carries a model as its text, which compares by value: an edit of code elsewhere generates nothing again.</remarks>
[Generator(LanguageNames.CSharp)]
public sealed class ContractGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Unreadable =
        new("POSTERN001", "A service model cannot be read", "{0} is no service model: {1}", "Contract", DiagnosticSeverity.Error, isEnabledByDefault: true);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            .Select((file, stop) => new ModelFile(Path.GetFileName(file.Path), file.GetText(stop)?.ToString() ?? ""))
            .WithTrackingName("ModelFile");
        context.RegisterSourceOutput(files, Generate);
        context.RegisterSourceOutput(files.Select((file, _) => Concept(file)).Where(concept => concept is not null).Collect(), (output, concepts) =>
        {
            if (concepts.Length > 0)
                output.AddSource("OperationDescription.g.cs", OperationTable.All(concepts.OfType<string>()));
        });
    }

    private static void Generate(SourceProductionContext output, ModelFile file)
    {
        ServiceModel model;
        try
        {
            model = ServiceModel.Parse(file.Name, file.Text);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            output.ReportDiagnostic(Diagnostic.Create(Unreadable, Location.None, file.Name, wrong.Message));
            return;
        }

        foreach (var source in Sources(model))
        {
            output.CancellationToken.ThrowIfCancellationRequested();
            output.AddSource($"{model.Concept}.{source.Name}.g.cs", source.Text);
        }
    }

    private static IEnumerable<(string Name, string Text)> Sources(ServiceModel model)
    {
        var reachable = new Constraints(model);
        foreach (var shape in model.Structures)
            yield return (shape.TypeName, Records.Emit(model, shape, reachable));
        yield return ($"{model.Concept}Collections", Collections.Emit(model, reachable));
        yield return ($"{model.Concept}Constraints", reachable.Emit());
        yield return ("Enums", Enums.Emit(model));
        yield return ("Exceptions", Exceptions.Emit(model));
        yield return ($"{model.Concept}Operations", OperationTable.Emit(model));
    }

    private static string? Concept(ModelFile file)
    {
        try
        {
            return ServiceModel.Parse(file.Name, file.Text).Concept;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record ModelFile(string Name, string Text);
}
