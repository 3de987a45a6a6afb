using System.Text.RegularExpressions;
using Postern.ManagedLogin;
using Postern.Tests.Architecture;

namespace Postern.Tests.ManagedLogin;

public sealed partial class LanguageTextTests
{
    // What is spelled as in English.
    private static readonly Dictionary<string, string[]> spelledAlike = new()
    {
        ["de"] = ["Code", "Name", "Passkey", "Website"],
        ["es"] = ["Error"],
        ["fr"] = ["Code"],
        ["id"] = ["Email"],
        ["it"] = ["Passkey", "Password"],
    };

    private static readonly Texts english = Texts.Read("en", null);

    public static TheoryData<string> Others => [.. Languages.All.Where(static language => language is not "en")];

    [Fact]
    public void The_languages_are_those_of_managed_login() =>
        Assert.Equal(["de", "en", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"], Languages.All.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Others))]
    public void A_language_has_the_texts_of_English_and_no_other(string language) =>
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), Texts.Read(language, english).Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Others))]
    public void A_text_has_the_places_of_the_English_one(string language)
    {
        var texts = Texts.Read(language, english);
        foreach (var key in english.Keys)
        {
            var (expected, places) = (Places(english[key]), Places(texts[key]));
            // Of what was thrown, a translation may leave out what tells users nothing.
            if (key.StartsWith("message.", StringComparison.Ordinal))
                Assert.True(places.All(expected.Contains), $"{key}: {texts[key]}");
            else
                Assert.True(places.SequenceEqual(expected), $"{key}: {texts[key]}");
        }
        // The sentence of the terms is cut at both, in this order.
        Assert.Matches("^[^{]*\\{0\\}[^{]*\\{1\\}[^{]*$", texts["sign-up.terms"]);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void No_text_is_left_in_English(string language)
    {
        var texts = Texts.Read(language, english);
        Assert.Equal(
            spelledAlike.GetValueOrDefault(language, []),
            english.Keys.Where(key => texts[key] == english[key]).Select(key => texts[key]).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(english.Keys, key => string.IsNullOrWhiteSpace(texts[key]) || texts[key].Trim() != texts[key]);
    }

    [Theory]
    [InlineData("ja", "[\\u3040-\\u30ff\\u4e00-\\u9fff]")]
    [InlineData("ko", "[\\uac00-\\ud7a3]")]
    [InlineData("zh-CN", "[\\u4e00-\\u9fff]")]
    [InlineData("zh-TW", "[\\u4e00-\\u9fff]")]
    public void A_language_is_written_in_its_script(string language, string script)
    {
        var texts = Texts.Read(language, english);
        Assert.All(english.Keys, key => Assert.Matches(script, texts[key]));
    }

    [Fact]
    public void Every_message_is_thrown_somewhere()
    {
        var sources = string.Concat(Directory.EnumerateFiles(Path.Combine(SourceFile.Root, "src/Postern.Server"), "*.cs", SearchOption.AllDirectories)
            .Where(static path => !path.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        foreach (var key in english.Keys.Where(static key => key.StartsWith("message.", StringComparison.Ordinal)))
        {
            // "given {attribute}" is one text with a place, and has its own words for two of them.
            var text = english[key].Replace("given email", "given {0}", StringComparison.Ordinal).Replace("given phone_number", "given {0}", StringComparison.Ordinal);
            Assert.All(PlacePattern().Split(text), literal => Assert.Contains(literal, sources, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Incorrect username or password.", "Benutzername oder Passwort ist falsch.")]
    [InlineData("An account with the given email already exists.", "Es gibt bereits ein Konto mit dieser E-Mail-Adresse.")]
    [InlineData("An account with the preferred_username already exists.", "Es gibt bereits ein Konto mit dieser Angabe: Bevorzugter Benutzername.")]
    [InlineData("Password did not conform with policy: Password not long enough", "Das Passwort entspricht nicht den Richtlinien: Das Passwort ist zu kurz")]
    [InlineData("Password did not conform with policy: something new", "Das Passwort entspricht nicht den Richtlinien: something new")]
    [InlineData("PreSignUp failed with error Only for members.", "Die Anfrage wurde abgelehnt: Only for members")]
    [InlineData(
        "Attributes did not conform to the schema: given_name: The attribute given_name is required\nfamily_name: The attribute family_name is required\n",
        "Die Angaben sind unvollständig oder ungültig: Vorname ist erforderlich\nNachname ist erforderlich\n")]
    [InlineData("Attributes did not conform to the schema: custom:a: The attribute custom:a is required\n", "Die Angaben sind unvollständig oder ungültig: custom:a ist erforderlich\n")]
    [InlineData("Invalid attributes given, given_name is missing", "Bitte ausfüllen: Vorname")]
    [InlineData("1 validation error detected: whatever", "1 validation error detected: whatever")]
    [InlineData("sign-in.title", "sign-in.title")]
    [InlineData("a {0} b", "a {0} b")]
    [InlineData("", "")]
    public void A_message_is_told_in_the_language_and_one_that_is_not_known_as_it_was_thrown(string thrown, string german)
    {
        Assert.Equal(german, new Languages().Of("de").Message(thrown));
        Assert.Equal(thrown, new Languages().Of("en").Message(thrown));
    }

    [Fact]
    public void A_message_within_messages_without_end_is_told_as_it_was_thrown_from_some_depth_on()
    {
        var nested = string.Concat(Enumerable.Repeat("a failed with error ", 100_000)) + ".";
        Assert.StartsWith("Die Anfrage wurde abgelehnt: ", new Languages().Of("de").Message(nested), StringComparison.Ordinal);
    }

    private static List<string> Places(string text) => [.. PlacePattern().Matches(text).Select(static place => place.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex("\\{[0-9]\\}")]
    private static partial Regex PlacePattern();
}
