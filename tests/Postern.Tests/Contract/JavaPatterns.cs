using System.Text.Json;
using System.Text.RegularExpressions;
using Postern.Contract;

namespace Postern.Tests.Contract;

public class JavaPatterns
{
    private static readonly string[] Samples =
    [
        "", "a", "abc", "é", "ü1", "🙂", "a🙂b", "e\u0301", "\u0301", "a\n", "\n", " ", "a b", "\t", "\u00a0", "\u2028", "_", "-", "+",
        "=", "/", "\\", "\"", ".", "a.", "a.b",
        "*", "@", "a@b", "$", "€", "½", "٣", "一", "\u0000", "\u001f", "\u007f", "\u0085", "\u0600", "\uE000", "\uFFFD", "\uFFFF", "a_b",
        "us-east-1_abc", "us-east-1_ab-c", "us-east-1_\u00e9",
        "0", "123456", "12a", "import-1", "import-", "tkn" + "abcdefghijklmnopqrstuvwxy", "sso0123456789012345678901234", "tkn",
        "{####}", "code {####}!", "code {###}", "{##Click##}",
        "a {##b##} c", "{##\n##}", "arn:aws:iam::123456789012:role/x", "arn:aws:ses:us-east-1:123456789012:identity/a@b.c",
        "arn:aws:iam:::x", "arn:aws:a::1:b:c:d", "arn:",
        "terms-of-use", "privacy-policy", "terms-of-use\n", "0123abcdef", "0123ABCDEFg", "a4b5c6d7-1234-4abc-8def-0123456789ab",
        "a4b5c6d7-1234-5abc-8def-0123456789ab",
        "auth", "a-b", "a-", "-a", new string('a', 63), new string('a', 64), "A-B", "cognito:english", "cognito:chinese-simplified",
        "cognito:chinese-traditional", "cognito:klingon",
        "authenticated", "unauthenticated", "ununauthenticated", "us-east-1:0123-abc", "a;b", "a:b", "a~b", "ab", "_ab", "aab_",
        "a\u00a0b", "xyz", "#", "[]", "a,b",
    ];

    private static readonly (string Java, string Net)[] Spellings =
    [
        (@"[\S]", @"[^\t-\r ]"), (@"\w", "0-9A-Z_a-z"), (@"\s", @"\t-\r "), (@"[\d]", "[0-9]"), (@"\d", "[0-9]"),
        ("9-_", @"9\-_"), ("z-]", @"z\-]"),
    ];

    public static TheoryData<string> Patterns
    {
        get
        {
            var patterns = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var file in Directory.GetFiles(Path.Combine(Architecture.SourceFile.Root, "api"), "*.json"))
            {
                using var model = JsonDocument.Parse(File.ReadAllText(file));
                foreach (var shape in model.RootElement.GetProperty("shapes").EnumerateObject())
                {
                    if (shape.Value.TryGetProperty("pattern", out var pattern))
                        patterns.Add(pattern.GetString()!);
                }
            }
            return [.. patterns];
        }
    }

    /// <summary>.NET's engine, led to Java's meaning where it differs: ASCII classes by ECMAScript's, whole value, no surrogates.</summary>
    /// <remarks>Patterns with categories can't take ECMAScript's option, so the classes are spelled out.</remarks>
    [Theory]
    [MemberData(nameof(Patterns))]
    public void Every_pattern_of_the_models_agrees_with_an_independent_reading_of_it(string pattern)
    {
        var spelled = Spellings.Aggregate(pattern, (text, spelling) => text.Replace(spelling.Java, spelling.Net, StringComparison.Ordinal));
        var expected = new Regex($@"\A(?:{spelled})\z", RegexOptions.CultureInvariant);
        var actual = new JavaPattern(pattern);
        foreach (var sample in Samples.Where(sample => sample.All(unit => !char.IsSurrogate(unit))))
            Assert.True(expected.IsMatch(sample) == actual.Matches(sample), $"{pattern} on '{sample}' is {!expected.IsMatch(sample)}");
    }

    [Fact]
    public void There_are_as_many_patterns_as_the_models_have() => Assert.InRange(Patterns.Count, 45, 200);

    [Theory]
    [InlineData(@"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "jürgen🙂e\u0301", true)]
    [InlineData(@"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "a b", false)]
    [InlineData(@"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "𝒳", true)]
    [InlineData(@"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+", "🙂🙂🙂", true)]
    [InlineData(@"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+", "🙂🙂", false)]
    [InlineData(@"[\S]+", "🙂", true)]
    [InlineData(@"[\S]+", "\u00a0", true)]
    [InlineData(@"\p{Cn}", "\uFFFF", true)]
    [InlineData(@"(?s).*", "a\n🙂", true)]
    [InlineData(@".*", "a\n", false)]
    [InlineData(@".", "🙂", true)]
    public void Code_points_beyond_the_first_plane_count_as_one(string pattern, string value, bool expected) =>
        Assert.Equal(expected, new JavaPattern(pattern).Matches(value));

    [Theory]
    [InlineData(@"[\w]+", "é", false)]
    [InlineData(@"[\w]+", "a\n", false)]
    [InlineData(@"^[a-z]+$", "a\n", false)]
    [InlineData(@"\d+", "٣", false)]
    [InlineData(@"[\s]+", "\u2003", false)]
    public void Classes_are_ASCII_and_the_whole_value_matches(string pattern, string value, bool expected) =>
        Assert.Equal(expected, new JavaPattern(pattern).Matches(value));

    [Fact]
    public void Four_digits_are_all_that_a_Unicode_escape_takes()
    {
        // The policy pattern of sts writes \u10000-\u10FFFF, which Java reads as \u1000, the range 0 to \u10FF, F, F: no emoji is in it.
        var pattern = new JavaPattern(@"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+");
        Assert.True(pattern.Matches("{\"Statement\":[]}\u00e9"));
        Assert.False(pattern.Matches("🙂"));
        Assert.False(pattern.Matches("\u0001"));
    }

    [Theory]
    [InlineData("(a+)+b", "a")]
    [InlineData("(a|a)*b", "a")]
    [InlineData("(a*)*b", "a")]
    [InlineData(@"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", "{##")]
    public void Time_grows_with_the_length_alone(string pattern, string unit)
    {
        var value = string.Concat(Enumerable.Repeat(unit, 200_000 / unit.Length));
        Assert.False(new JavaPattern(pattern).Matches(value));
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData(@"(a)\1")]
    [InlineData("a*?")]
    [InlineData("a{2,1}")]
    [InlineData("(?=a)")]
    [InlineData("[a&&b]")]
    [InlineData(@"\p{Nonsense}")]
    [InlineData(@"\")]
    public void What_is_wrong_or_not_supported_is_said(string pattern) => Assert.Throws<FormatException>(() => new JavaPattern(pattern).Matches("a"));

    [Theory]
    [InlineData("(un)?authenticated", "unauthenticated", true)]
    [InlineData("a{2,3}", "aaaa", false)]
    [InlineData("a{2,}", "aaaa", true)]
    [InlineData("(ab){2}", "abab", true)]
    [InlineData("(ab){2}", "ab", false)]
    [InlineData("a||b", "", true)]
    [InlineData("(?:a|b(?:c|d))*", "abcbd", true)]
    [InlineData(@"\x41\t\n\.", "A\t\n.", true)]
    [InlineData(@"\pL\P{L}", "a1", true)]
    [InlineData(@"[^\W]+", "a_1", true)]
    public void Groups_choices_and_counts_work(string pattern, string value, bool expected) =>
        Assert.Equal(expected, new JavaPattern(pattern).Matches(value));
}
