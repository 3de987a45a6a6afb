using System.Text.Json;
using Postern.UserPools.Branding;

namespace Postern.Tests.UserPools.Branding;

public class StyleContrastTests
{
    [Theory]
    [InlineData("000000ff", "ffffffff", 21)]
    [InlineData("ffffffff", "ffffffff", 1)]
    [InlineData("777777ff", "ffffffff", 4.48)]
    [InlineData("0972d3ff", "ffffffff", 4.82)]
    public void Contrast_is_that_of_WCAG(string one, string two, double ratio)
    {
        Assert.Equal(ratio, StyleColor.Parse(one)!.Value.Contrast(StyleColor.Parse(two)!.Value), 0.06);
        Assert.Equal(ratio, StyleColor.Parse(two)!.Value.Contrast(StyleColor.Parse("#" + one)!.Value), 0.06);
    }

    [Fact]
    public void A_colour_that_does_not_cover_lets_the_one_below_through()
    {
        Assert.Equal(new StyleColor(128, 128, 128), new StyleColor(0, 0, 0, 127).Over(new(255, 255, 255)));
        Assert.Equal(new StyleColor(255, 255, 255), new StyleColor(0, 0, 0, 0).Over(new(255, 255, 255)));
    }

    [Theory]
    [InlineData("ff0000f")]
    [InlineData("ff0000fg")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_colour_is_none(string? text) => Assert.Null(StyleColor.Parse(text));

    [Fact]
    public void The_provided_style_is_easy_to_read_in_both_modes()
    {
        Assert.Empty(StyleContrast.Problems(BrandingStyle.Provided));
        Assert.Empty(StyleContrast.Problems(Of("""{"categories":{"global":{"colorSchemeMode":"DYNAMIC"}}}""")));
    }

    [Fact]
    public void Texts_that_are_hard_to_read_are_named_with_their_contrast_in_the_modes_that_are_seen()
    {
        const string Settings = """{"components":{"primaryButton":{"lightMode":{"defaults":{"backgroundColor":"ffff00ff"}},"darkMode":{"defaults":{"textColor":"539fe5ff"}}}}}""";
        Assert.Equal(["components.primaryButton.lightMode.defaults.textColor (1.1)"], StyleContrast.Problems(Of(Settings)));
    }

    private static BrandingStyle Of(string settings) => new("x", BrandingSettings.Complete(JsonSerializer.Deserialize<JsonElement>(settings)), []);
}
