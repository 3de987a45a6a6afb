using System.Globalization;

namespace Postern.UserPools.Branding;

/// <summary>A colour of a style, and how well another can be told from it.</summary>
/// <param name="Alpha">255 covers what is below.</param>
public readonly record struct StyleColor(byte Red, byte Green, byte Blue, byte Alpha = 255)
{
    /// <summary>Reads RRGGBBAA in hexadecimal, with or without a <c>#</c>; null where it is anything else.</summary>
    public static StyleColor? Parse(string? text)
    {
        var digits = text?.TrimStart('#');
        return SettingsCheck.IsColor(digits) && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var all)
            ? new((byte)(all >> 24), (byte)(all >> 16), (byte)(all >> 8), (byte)all)
            : null;
    }

    /// <summary>What is seen where the colour lies over another.</summary>
    public StyleColor Over(StyleColor below)
    {
        var alpha = Alpha / 255.0;
        return new(Mix(Red, below.Red), Mix(Green, below.Green), Mix(Blue, below.Blue));

        byte Mix(byte above, byte under) => (byte)Math.Round((above * alpha) + (under * (1 - alpha)));
    }

    /// <summary>The contrast of two colours that cover: 1 for the same, 21 for black and white (WCAG 2.2, "contrast ratio").</summary>
    public double Contrast(StyleColor other)
    {
        var (one, two) = (Luminance, other.Luminance);
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    /// <summary>As CSS has it: <c>#rrggbbaa</c>.</summary>
    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}{Alpha:x2}";

    private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    private static double Linear(byte part)
    {
        var share = part / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
