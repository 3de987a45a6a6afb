using System.Collections.Frozen;

namespace Postern.UserPools.Branding;

/// <summary>The selectors that the CSS of the classic pages may have: these, each alone.</summary>
/// <remarks>Hosted pages sheet, "Classic CSS".</remarks>
public static class CustomizableClasses
{
    public static FrozenSet<string> All { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        ".background-customizable",
        ".banner-customizable",
        ".logo-customizable",
        ".label-customizable",
        ".textDescription-customizable",
        ".idpDescription-customizable",
        ".inputField-customizable",
        ".inputField-customizable:focus",
        ".submitButton-customizable",
        ".submitButton-customizable:hover",
        ".idpButton-customizable",
        ".idpButton-customizable:hover",
        ".socialButton-customizable",
        ".errorMessage-customizable",
        ".passwordCheck-valid-customizable",
        ".passwordCheck-notValid-customizable",
        ".legalText-customizable",
        ".redirect-customizable");
}
