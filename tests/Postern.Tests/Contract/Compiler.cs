using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Postern.Contract;

namespace Postern.Tests.Contract;

/// <summary>Runs a generator of the contract on small sources and models.</summary>
internal static class Compiler
{
    private static readonly ImmutableArray<MetadataReference> Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Sources that use the contract.</summary>
    public static CSharpCompilation Compilation(params string[] sources) => Compilation(
        "Sample",
        sources.Select((source, number) => Tree(source, $"Source{number}.cs")),
        Framework.Add(MetadataReference.CreateFromFile(typeof(OperationDescription).Assembly.Location)));

    /// <summary>The contract's own assembly before anything is generated.</summary>
    public static CSharpCompilation Contract() => Compilation(
        "Postern.Contract",
        Directory.GetFiles(Path.Combine(Architecture.SourceFile.Root, "src", "Postern.Contract"), "*.cs")
            .Select(path => Tree(File.ReadAllText(path), path))
            .Append(Tree(
                string.Concat(new[] { "", ".Collections.Generic", ".Linq", ".Threading", ".Threading.Tasks" }.Select(name => $"global using System{name};")),
                "Usings.cs")),
        Framework);

    /// <summary>How the outputs of a second run, after another source was added, came to be.</summary>
    public static GeneratorRunResult RunAgain(
        IIncrementalGenerator generator, CSharpCompilation compilation, string added, params (string Path, string Text)[] files)
    {
        var first = Driver(generator, files).RunGenerators(compilation, Stop);
        return first.RunGenerators(compilation.AddSyntaxTrees(Tree(added, "Added.cs")), Stop).GetRunResult().Results[0];
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static CSharpCompilation Compilation(string assembly, IEnumerable<SyntaxTree> sources, IEnumerable<MetadataReference> references) =>
        CSharpCompilation.Create(
            assembly, sources, references, new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static SyntaxTree Tree(string source, string path) => CSharpSyntaxTree.ParseText(source, path: path, cancellationToken: Stop);

    private static CSharpGeneratorDriver Driver(IIncrementalGenerator generator, params (string Path, string Text)[] files) => CSharpGeneratorDriver.Create(
        [generator.AsSourceGenerator()],
        [.. files.Select(file => new Model(file.Path, file.Text))],
        driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The generated files by name, after it was checked that all compiles.</summary>
    public static Dictionary<string, string> Generate(IIncrementalGenerator generator, CSharpCompilation compilation, params (string Path, string Text)[] files)
    {
        var result = Driver(generator, files).RunGeneratorsAndUpdateCompilation(compilation, out var compiled, out var diagnostics, Stop).GetRunResult();
        Assert.Empty(diagnostics);
        // The samples may be careless, what is generated may not.
        var generated = result.GeneratedTrees.ToHashSet();
        Assert.Empty(compiled.GetDiagnostics(Stop).Where(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error
            || (diagnostic.Severity is DiagnosticSeverity.Warning && diagnostic.Location.SourceTree is { } tree && generated.Contains(tree))));
        return result.GeneratedTrees.ToDictionary(tree => Path.GetFileName(tree.FilePath), tree => tree.ToString());
    }

    /// <summary>The diagnostics of the generator.</summary>
    public static List<string> Problems(IIncrementalGenerator generator, CSharpCompilation compilation, params (string Path, string Text)[] files) =>
        [.. Driver(generator, files).RunGenerators(compilation, Stop).GetRunResult().Diagnostics
            .Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(null)}")];

    private sealed class Model(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
