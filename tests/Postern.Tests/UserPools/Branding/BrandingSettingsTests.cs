using System.Text;
using System.Text.Json;
using CsCheck;
using Postern.Contract.UserPools;
using Postern.UserPools.Branding;

namespace Postern.Tests.UserPools.Branding;

public class BrandingSettingsTests
{
    [Theory]
    [InlineData("{}", "{}", "{}")]
    [InlineData("""{"a":1,"b":{"c":2,"d":3}}""", """{"b":{"c":4},"e":5}""", """{"a":1,"b":{"c":4,"d":3},"e":5}""")]
    [InlineData("""{"a":[1,2],"b":1}""", """{"a":[3]}""", """{"a":[3],"b":1}""")]
    [InlineData("""{"a":{"b":1},"c":1}""", """{"a":2}""", """{"a":2,"c":1}""")]
    [InlineData("""{"a":2}""", """{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":null}}""", """{"a":{"c":2}}""")]
    [InlineData("{}", """{"a":{"b":null,"c":{"d":null}},"e":null}""", """{"a":{"c":{}}}""")]
    [InlineData("{}", """{"a":1,"a":{"b":1,"b":2}}""", """{"a":{"b":2}}""")]
    public void What_is_not_sent_stays(string before, string sent, string after) =>
        Assert.Equal(after, BrandingSettings.Merge(Json(before), Json(sent)).GetRawText());

    [Fact]
    public void To_send_the_same_again_changes_nothing() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3]).Array[0, 6].Sample(static members =>
    {
        var sent = Json("{" + string.Join(',', members.Select(static member => $"\"m{member.Item1}\":{{\"n{member.Item2}\":{member.Item1}}}")) + "}");
        var once = BrandingSettings.Merge(Json("""{"m0":{"x":1},"m9":[]}"""), sent);
        Assert.Equal(once.GetRawText(), BrandingSettings.Merge(once, sent).GetRawText());
    });

    [Fact]
    public void Settings_do_not_grow_without_end() =>
        Assert.Throws<InvalidParameterException>(static () => BrandingSettings.Merge(null, Json($$"""{"x":"{{new string('x', 256 * 1024)}}"}""")));

    [Fact]
    public void The_defaults_are_settings_themselves()
    {
        Assert.Empty(BrandingSettings.Check(BrandingSettings.Defaults));
        Assert.Equal(["categories", "componentClasses", "components"], BrandingSettings.Defaults.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(BrandingSettings.Defaults.GetRawText().Length, BrandingSettings.Complete(null).GetRawText().Length);
    }

    [Fact]
    public void Light_and_dark_have_the_same_members() => Modes(BrandingSettings.Defaults);

    [Fact]
    public void A_page_reads_what_was_set_over_the_defaults()
    {
        var settings = BrandingSettings.Complete(Json("""{"components":{"primaryButton":{"lightMode":{"defaults":{"backgroundColor":"AABBCCdd"}}},"form":{"logo":{"enabled":true,"position":"BOTTOM"},"borderRadius":3.5}}}"""));
        var style = new BrandingStyle("id", settings, [Asset("FORM_LOGO", "LIGHT", null), Asset("FORM_LOGO", "DYNAMIC", null), Asset("IDP_BUTTON_ICON", "DARK", "Corp")]);
        Assert.Equal("#aabbccdd", style.Color("components.primaryButton.lightMode.defaults.backgroundColor"));
        Assert.Equal("#ffffffff", style.Color("components.primaryButton.lightMode.defaults.textColor"));
        Assert.Equal("BOTTOM", style.Text("components.form.logo.position"));
        Assert.Equal("IN", style.Text("components.form.logo.formInclusion"));
        Assert.True(style.Flag("components.form.logo.enabled"));
        Assert.False(style.Flag("components.pageHeader.logo.enabled"));
        Assert.Equal(3.5, style.Number("components.form.borderRadius"));
        Assert.Equal(8, style.Number("componentClasses.buttons.borderRadius"));
        Assert.Equal(2, style.Member("categories.auth.authMethodOrder")!.Value[0].GetArrayLength());
        Assert.Null(style.Member("components.form.nothing.here"));
        Assert.Null(style.Color("components.form.borderRadius"));
        Assert.Equal("LIGHT", style.Asset("FORM_LOGO", "LIGHT")!.ColorMode);
        Assert.Equal("DYNAMIC", style.Asset("FORM_LOGO", "DARK")!.ColorMode);
        Assert.NotNull(style.Asset("IDP_BUTTON_ICON", "DARK", "Corp"));
        Assert.Null(style.Asset("IDP_BUTTON_ICON", "DARK"));
        Assert.Equal("#0972d3ff", BrandingStyle.Provided.Color("components.primaryButton.lightMode.defaults.backgroundColor"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("""{"components":[]}""")]
    [InlineData("""{"components":{"form":{"borderRadius":"8"}}}""")]
    [InlineData("""{"components":{"form":{"borderRadius":-1}}}""")]
    [InlineData("""{"components":{"form":{"borderRadius":1e400}}}""")]
    [InlineData("""{"components":{"form":{"backgroundImage":{"enabled":"true"}}}}""")]
    [InlineData("""{"components":{"form":{"lightMode":{"borderColor":"#ffffff"}}}}""")]
    [InlineData("""{"components":{"form":{"lightMode":{"borderColor":"red;}*{}"}}}}""")]
    [InlineData("""{"components":{"form":{"lightMode":{"borderColor":"ffffff"}}}}""")]
    [InlineData("""{"components":{"form":{"lightMode":{"borderColor":1}}}}""")]
    [InlineData("""{"components":{"form":{"logo":{"position":"LEFT"}}}}""")]
    [InlineData("""{"categories":{"global":{"colorSchemeMode":"BROWN"}}}""")]
    [InlineData("""{"categories":{"auth":{"federation":{"order":{}}}}}""")]
    [InlineData("""{"unknown":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"unknown":[["\ud800"]]}""")]
    public void A_member_that_could_not_be_shown_is_refused(string settings) =>
        Assert.StartsWith("Invalid settings: ", Assert.Throws<InvalidParameterException>(() => BrandingSettings.Check(Json(settings))).Message, StringComparison.Ordinal);

    [Fact]
    public void Members_that_no_page_knows_are_told()
    {
        Assert.Equal(
            ["components.form.shadow", "later"],
            BrandingSettings.Check(Json("""{"components":{"form":{"shadow":{"deep":1}},"idpButton":{"custom":{"Corp":{"any":1}}}},"later":[null]}""")));
        Assert.Equal(10, BrandingSettings.Check(Json("{" + string.Join(',', Enumerable.Range(0, 50).Select(static i => $"\"x{i}\":1")) + "}")).Count);
    }

    private static BrandingAsset Asset(string category, string mode, string? resource) => new(category, mode, "PNG", resource, "f.png", 8);

    private static JsonElement Json(string text) => BrandingSettings.Parse(Encoding.UTF8.GetBytes(text));

    private static void Modes(JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object)
            return;
        if (element.TryGetProperty("lightMode", out var light))
            Assert.Equal(Shape(light), Shape(element.GetProperty("darkMode")));
        foreach (var member in element.EnumerateObject())
            Modes(member.Value);
    }

    private static string Shape(JsonElement element) => element.ValueKind is JsonValueKind.Object
        ? "{" + string.Join(',', element.EnumerateObject().Select(static member => member.Name + Shape(member.Value)).Order(StringComparer.Ordinal)) + "}"
        : Color(element.GetString());

    private static string Color(string? text)
    {
        Assert.True(SettingsCheck.IsColor(text), text);
        return "";
    }
}
