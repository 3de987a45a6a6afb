using System.Text.RegularExpressions;

namespace Postern.Tests.Architecture;

/// <summary>What CONTRIBUTING.md promises of every file below src/.</summary>
public partial class HouseRules
{
    private static readonly List<SourceFile> Sources = SourceFile.Below("src");

    [Fact]
    public void An_operation_has_a_file_of_its_own_that_bears_its_name()
    {
        var violations = from source in Sources
                         let operations = Operation().Matches(source.Code).Select(match => match.Groups[1].Value).ToList()
                         where operations.Count > 1 || (operations.Count == 1 && operations[0] != source.Name)
                         select $"{source.Path} holds {string.Join(", ", operations)}";
        SourceFile.AssertNone(violations);
    }

    [Fact]
    public void No_two_operations_of_a_service_share_a_name()
    {
        // User pools and identity pools both have TagResource and its like; all else about a service lies in a folder of its own.
        var operations = from source in Sources
                         from Match match in Operation().Matches(source.Code)
                         select $"{(source.Path.Contains("/IdentityPools/", StringComparison.Ordinal) ? "IdentityPools" : "other")}: {match.Groups[1].Value}";
        SourceFile.AssertNone(operations.GroupBy(operation => operation).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void An_operation_never_calls_another()
    {
        var names = Sources.SelectMany(source => Operation().Matches(source.Code)).Select(match => match.Groups[1].Value).ToHashSet();
        var violations = from source in Sources
                         from Match call in New().Matches(source.Code)
                         where names.Contains(call.Groups[1].Value) && source.Path.Count(c => c == '/') > 2
                         select $"{source.Path} makes a {call.Groups[1].Value}";
        SourceFile.AssertNone(violations);
    }

    [Fact]
    public void No_file_outgrows_one_subject()
    {
        var large = Sources.Where(source => source.Bytes > 20_000).Select(source => $"{source.Path}: {source.Bytes} bytes");
        SourceFile.AssertNone(large);
    }

    [Fact]
    public void Nothing_keeps_state_in_statics()
    {
        var violations = from source in Sources
                         from Match match in MutableStatic().Matches(source.Code)
                         select $"{source.Path}: {match.Value.Trim()}";
        SourceFile.AssertNone(violations);
    }

    [Fact]
    public void No_two_log_messages_share_an_event_id()
    {
        var ids = from source in Sources
                  from Match match in LogMessage().Matches(source.Code)
                  select (Id: match.Groups[1].Value, source.Path);
        SourceFile.AssertNone(ids.GroupBy(message => message.Id).Where(group => group.Key.Length == 0 || group.Count() > 1)
            .Select(group => $"{(group.Key.Length == 0 ? "no id" : group.Key)}: {string.Join(", ", group.Select(message => message.Path))}"));
    }

    [Theory]
    [InlineData("private static int count;", true)]
    [InlineData("static Dictionary<string, int> cache = new();", true)]
    [InlineData("public static string? Name { get; set; }", true)]
    [InlineData("private static readonly ConcurrentDictionary<string, int> Cache = new();", true)]
    [InlineData("[ThreadStatic] private static byte[]? buffer;", true)]
    [InlineData("private static readonly int[] Table = [1, 2];", false)]
    [InlineData("private static (int Left, int Right)? range;", true)]
    [InlineData("public static string Code(int digits = 6) => \"\";", false)]
    [InlineData("public static IReadOnlyList<Item> ToWire(this User user, Func<string, bool>? include = null)", false)]
    [InlineData("public static ReadOnlySpan<byte> Modulus => modulus;", false)]
    [InlineData("public const int Most = 5;", false)]
    [InlineData("public static NoOutput Instance { get; } = new();", false)]
    [InlineData("public static int Twice(int value) => value * 2;", false)]
    [InlineData("public static string Name => \"name\";", false)]
    [InlineData("static abstract TSelf Read(ref Reader reader);", false)]
    [InlineData("public static implicit operator string(Name name) => name.Text;", false)]
    public void The_rule_on_statics_knows_state_from_the_rest(string line, bool isState) => Assert.Equal(isState, MutableStatic().IsMatch("\n    " + line + "\n"));

    [GeneratedRegex(@"\bclass\s+(\w+)(?:<[^>{]*>)?\s*(?:\([^{;]*?\))?\s*:\s*[^{;(]*\bIOperation\s*<")]
    private static partial Regex Operation();

    [GeneratedRegex(@"\bnew\s+(?:[\w.]+\.)?(\w+)\s*\(")]
    private static partial Regex New();

    /// <summary>A message of a log, with its event id where that comes first.</summary>
    [GeneratedRegex(@"\[LoggerMessage\s*\(\s*(?:(\d+)\s*,)?")]
    private static partial Regex LogMessage();

    /// <summary>A static field that is not readonly, a static property that is set, a concurrent collection in a static.</summary>
    [GeneratedRegex(@"^[ \t]*(?:\[[^\]]*\][ \t]*)*(?:(?:public|private|internal|protected|volatile|unsafe|new)[ \t]+)*static[ \t]+(?:
          (?!.*\b(?:readonly|const|class|abstract|partial|delegate|event|operator|extern)\b)(?:volatile[ \t]+)?(?:\([^()\n]*\)|[\w.]+)(?:<[^()\n=]*>)?[?\[\],]*[ \t]+\w+[ \t]*(?:;|=(?!>))
        | [^\n(]*\{[^}\n]*\bset;
        | readonly[ \t]+(?:[\w.]+\.)?(?:Concurrent\w+|ConditionalWeakTable|MemoryCache)\b
        )", RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex MutableStatic();
}
