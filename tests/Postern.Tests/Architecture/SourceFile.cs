using System.Text.RegularExpressions;

namespace Postern.Tests.Architecture;

/// <summary>A C# source of the server, read as text: enough to hold rules of the house without loading an assembly.</summary>
internal sealed partial class SourceFile
{
    public static string Root { get; } = FindRoot();

    public string Path { get; }
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);
    public long Bytes { get; }

    /// <summary>The code without comments, and without what stands in strings.</summary>
    public string Code { get; }

    public string? Namespace { get; }

    /// <summary>The names of the types that the file declares at any depth.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>The namespaces of its using directives, aliases and static usings included.</summary>
    public IReadOnlyList<string> Usings { get; }

    /// <param name="path">From the repository's root, with slashes.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Bytes = System.Text.Encoding.UTF8.GetByteCount(text);
        Code = CommentOrString().Replace(text, match => match.Value.StartsWith('/') ? " " : "\"\"");
        Namespace = NamespaceLine().Match(Code) is { Success: true } line ? line.Groups[1].Value : null;
        Types = [.. TypeDeclaration().Matches(Code).Select(match => match.Groups[1].Value).Distinct()];
        Usings = [.. UsingLine().Matches(Code).Select(match => match.Groups[1].Value)];
    }

    /// <summary>The sources below a folder of the repository, without what a build left there.</summary>
    public static List<SourceFile> Below(string folder) =>
        [.. Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !BuildOutput().IsMatch(path.Replace('\\', '/')))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)))];

    /// <summary>Fails with every violation, one a line.</summary>
    public static void AssertNone(IEnumerable<string> violations)
    {
        var all = violations.Distinct().ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Postern.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository: no Postern.slnx above them.");
    }

    [GeneratedRegex("""/\*.*?\*/|//[^\n]*|\$*\"{3}.*?\"{3}|[$@]*@[$@]*"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrString();

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex("/(bin|obj)/")]
    private static partial Regex BuildOutput();
}
