using System.Text.RegularExpressions;

namespace Postern.Tests.Architecture;

/// <summary>Dependencies point one way. A folder of the server sees the folders that its row names, itself, and the contract.</summary>
public class DependencyDirection
{
    private const string Server = "src/Postern.Server";

    private static readonly string[] Foundations = ["Storage", "Cryptography"];
    private static readonly string[] Around = ["Triggers", "Messages", "Federation", "Access"];
    private static readonly string[] Behaviour = ["UserPools", "IdentityPools", "SecurityTokens", "OAuth", "ManagedLogin"];

    /// <summary>What each folder may see, from the front door down. The composition (files beside Program.cs) sees everything.</summary>
    private static readonly Dictionary<string, string[]> MaySee = new()
    {
        ["Wire"] = [.. Behaviour, .. Around, .. Foundations],
        ["ManagedLogin"] = ["OAuth", "UserPools", .. Around, .. Foundations],
        ["OAuth"] = ["UserPools", .. Around, .. Foundations],
        ["UserPools"] = [.. Around, .. Foundations],
        ["IdentityPools"] = ["SecurityTokens", "UserPools", .. Around, .. Foundations],
        ["SecurityTokens"] = [.. Around, .. Foundations],
        ["Messages"] = ["Triggers", .. Foundations],
        ["Triggers"] = Foundations,
        ["Federation"] = Foundations,
        ["Access"] = Foundations,
        ["Cryptography"] = ["Storage"],
        ["Storage"] = [],
        ["Storage.Sqlite"] = ["Storage"],
        ["Storage.Postgres"] = ["Storage"],
        // Beside the product: seen by the composition alone, they may look at what they show or drive.
        ["Development"] = ["Wire", .. Behaviour, .. Around, .. Foundations],
        ["Operations"] = ["Wire", .. Behaviour, .. Around, .. Foundations],
        ["CommandLine"] = ["Operations", .. Behaviour, .. Around, .. Foundations],
    };

    private static readonly List<SourceFile> Sources = SourceFile.Below(Server);

    [Fact]
    public void A_folder_is_a_namespace()
    {
        var strangers = Sources
            .Where(source => source.Namespace is not null && source.Namespace != NamespaceOfFolder(source))
            .Select(source => $"{source.Path} declares {source.Namespace}, its folder is {NamespaceOfFolder(source)}");
        SourceFile.AssertNone(strangers);
    }

    [Fact]
    public void Every_folder_has_a_row_of_what_it_may_see()
    {
        var rows = Sources.Select(Folder).OfType<string>().Distinct().Where(folder => !MaySee.ContainsKey(folder));
        SourceFile.AssertNone(rows);
    }

    [Fact]
    public void Dependencies_point_one_way()
    {
        var violations = from source in Sources
                         let folder = Folder(source)
                         where folder is not null && MaySee.ContainsKey(folder)
                         from seen in SeenBy(source).Distinct()
                         where seen != folder && !MaySee[folder].Contains(seen)
                         select $"{source.Path}: {folder} may not see {seen}";
        SourceFile.AssertNone(violations);
    }

    [Fact]
    public void Nothing_below_the_composition_names_a_type_of_it()
    {
        var composition = Sources.Where(source => Folder(source) is null).SelectMany(source => source.Types).ToHashSet();
        var violations = from source in Sources
                         where Folder(source) is not (null or "CommandLine")   // `postern serve` starts the server that is composed
                         from name in composition.Except(source.Types)
                         where Regex.IsMatch(source.Code, $@"(?<![\w.]){name}(?!\w)(?!\s*[=:(])")
                         select $"{source.Path} names {name}";
        SourceFile.AssertNone(violations);
    }

    [Theory]
    [InlineData("using Postern.Storage.Sqlite;", "Storage.Sqlite")]
    [InlineData("using static Postern.Wire.Answer;", "Wire")]
    [InlineData("using Row = Postern.Storage.StoredPool;", "Storage")]
    [InlineData("namespace Postern.Access; class X { object y = new Storage.Change(); }", "Storage")]
    [InlineData("class X { object y = new global::Postern.Storage.Change(); }", "Storage")]
    [InlineData("// using Postern.Wire;\nclass X { string y = \"Storage.Change\"; object z = a.Storage.Change; }", null)]
    [InlineData("using Postern.Contract;\nusing System.Text;", null)]
    public void The_reader_sees_usings_and_qualified_names(string text, string? seen) =>
        Assert.Equal(seen is null ? [] : [seen], SeenBy(new SourceFile(Server + "/Access/X.cs", text)).Distinct());

    /// <summary>The row that a file belongs to; null for the composition.</summary>
    private static string? Folder(SourceFile source) => RowOf(NamespaceOfFolder(source));

    private static string NamespaceOfFolder(SourceFile source)
    {
        var folder = Path.GetDirectoryName(Path.GetRelativePath(Server, source.Path))!.Replace('\\', '/');
        return folder.Length == 0 ? "Postern" : "Postern." + folder.Replace('/', '.');
    }

    /// <summary>The row of a namespace of the server: its first part, or its first two where these have a row of their own.</summary>
    private static string? RowOf(string name)
    {
        var parts = name.Split('.');
        if (parts[0] != "Postern" || parts.Length == 1)
            return null;
        return parts.Length > 2 && MaySee.ContainsKey($"{parts[1]}.{parts[2]}") ? $"{parts[1]}.{parts[2]}" : parts[1];
    }

    private static IEnumerable<string> SeenBy(SourceFile source)
    {
        foreach (var name in source.Usings)
            if (RowOf(name) is { } row && row != "Contract")
                yield return row;

        // Storage.Change, or Postern.Storage.Change: a part of a namespace counts where what follows is declared in it.
        foreach (Match match in Regex.Matches(source.Code, @"(?<![\w.])(?:global::)?(?:Postern\.)?([A-Z]\w+(?:\.[A-Z]\w+)+)"))
        {
            var parts = match.Groups[1].Value.Split('.');
            for (var depth = parts.Length - 1; depth > 0; depth--)
                if (Declared.Contains(("Postern." + string.Join('.', parts[..depth]), parts[depth])))
                {
                    yield return RowOf("Postern." + string.Join('.', parts[..depth]))!;
                    break;
                }
        }
    }

    private static readonly HashSet<(string Namespace, string Type)> Declared =
        [.. Sources.SelectMany(source => source.Types.Select(type => (NamespaceOfFolder(source), type)))];
}
