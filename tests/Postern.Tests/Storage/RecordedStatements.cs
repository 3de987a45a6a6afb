namespace Postern.Tests.Storage;

/// <summary>The statements of each version of the schema, as its last program prepared them: <c>Statements/{engine}.v{version}.sql</c>. Nodes of
/// the version before go on beside a new schema, so every one of theirs must still run against it.</summary>
internal static class RecordedStatements
{
    private const string Between = "\n----\n";
    private static readonly string Folder = Path.Combine(Architecture.SourceFile.Root, "tests", "Postern.Tests", "Storage", "Statements");

    /// <summary>Writes today's statements down where POSTERN_RECORD=1 says so.</summary>
    public static void Record(string engine, int version, IEnumerable<string> statements)
    {
        if (Environment.GetEnvironmentVariable("POSTERN_RECORD") == "1")
            File.WriteAllText(FileOf(engine, version), string.Join(Between, statements.Distinct().Order(StringComparer.Ordinal)) + "\n");
    }

    public static IReadOnlyList<string> Of(string engine, int version)
    {
        var file = FileOf(engine, version);
        Assert.True(File.Exists(file), $"{file} is missing: record the statements of schema version {version} at the last commit that has it (CONTRIBUTING.md).");
        return File.ReadAllText(file).TrimEnd('\n').Split(Between);
    }

    private static string FileOf(string engine, int version) => Path.Combine(Folder, $"{engine}.v{version}.sql");
}
