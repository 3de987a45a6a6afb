using System.Text.RegularExpressions;
using CsCheck;
using Postern.Contract.UserPools;
using Postern.UserPools.Branding;

namespace Postern.Tests.UserPools.Branding;

/// <summary>Whatever is sent, what pages show is rules for the customizable classes.</summary>
public partial class ClassicStyleSheetProperties
{
    private static readonly Gen<string> Pieces = OneOf(
        [.. CustomizableClasses.All, "{", "}", ";", ":", "(", ")", "[", "]", "\"", "'", "\\", "/*", "*/", "<", "</style>", "<!--", "@import", "@media", "!important", "!",
         "url(", "expression(", "javascript:", "image-set(", "calc(", "rgb(", "color", "background", "behavior", "--x", ",", "#fff", "1px", "red", " ", "\n", "\r\n", "\f", "\u00A0", "\u2028",
         "\u0000", "é", "😀", "\uD800", "body", ".", "*", ">", "&", "\uFEFF", "\\75", "U", "u", "RL("]);

    /// <summary>Pieces in any order, and pieces within a rule, where a reader is soonest led astray.</summary>
    private static readonly Gen<string> Sheets = Gen.OneOf(
        Pieces.Array[0, 12].Select(static pieces => string.Concat(pieces)),
        Pieces.Array[0, 10].Select(static pieces => $".label-customizable {{ color: {string.Concat(pieces)}; }}"),
        Gen.Select(Pieces.Array[0, 6], Pieces.Array[0, 6], static (first, second) => $".label-customizable{{{string.Concat(first)}:{string.Concat(second)}}}"),
        Gen.String);

    [Fact]
    public void What_is_taken_holds_no_other_selector_and_reads_back_as_it_is() => Sheets.Sample(
        static css =>
        {
            ClassicStyleSheet sheet;
            try
            {
                sheet = ClassicStyleSheet.Parse(css);
            }
            catch (InvalidParameterException)
            {
                return;
            }
            Assert.All(sheet.Rules, static rule => Assert.True(CustomizableClasses.All.Contains(rule.Selector), rule.Selector));
            var bare = Strings().Replace(sheet.Text, "\"\"");
            Assert.All(Blocks().Split(bare), static between => Assert.True(between.Trim().Length == 0 || CustomizableClasses.All.Contains(between.Trim()), between));
            Assert.DoesNotMatch(@"[\\<@\u0000]|/\*", bare);
            Assert.DoesNotContain("</", sheet.Text, StringComparison.Ordinal);
            Assert.DoesNotMatch("(?i)url\\(|expression|javascript:", sheet.Text);
            Assert.DoesNotContain("image-set", bare, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(bare.Count(static c => c == '('), bare.Count(static c => c == ')'));
            Assert.Equal(sheet.Text, ClassicStyleSheet.Parse(sheet.Text).Text);
        },
        iter: 50_000);

    [Fact]
    public void Harmless_rules_are_taken_in_their_order() => Gen.Select(
            OneOf([.. CustomizableClasses.All]), OneOf("color", "background", "border-radius", "--own"),
            OneOf("red", "#fff", "calc(1px + 2%)", "\"é; }\"", "a, b", "linear-gradient(red, blue)"), Gen.Bool, OneOf("", " ", "\n", "/* c { } */"))
        .Array[0, 8]
        .Sample(static rules =>
        {
            var css = string.Concat(rules.Select(static rule => $"{rule.Item5}{rule.Item1}{rule.Item5.Replace("/* c { } */", "", StringComparison.Ordinal)}{{{rule.Item5}{rule.Item2}:{rule.Item3}{(rule.Item4 ? "!important" : "")};}}"));
            Assert.Equal(
                string.Concat(rules.Select(static rule => $"\n{rule.Item1} {{\n  {rule.Item2}: {rule.Item3}{(rule.Item4 ? " !important" : "")};\n}}\n")),
                ClassicStyleSheet.Parse(css).Text);
        });

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [GeneratedRegex("\"[^\"]*\"|'[^']*'")]
    private static partial Regex Strings();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Blocks();
}
