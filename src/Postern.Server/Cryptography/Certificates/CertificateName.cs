using System.Globalization;
using System.Net;

namespace Postern.Cryptography.Certificates;

/// <summary>A host's name or address in the one form that certificates are made, kept and looked up by.</summary>
public static class CertificateName
{
    /// <summary>This machine. The authority vouches for it, for all names below it and for the loopback addresses, whatever else is asked.</summary>
    public const string Local = "localhost";

    private const int LongestName = 253;
    private const int LongestLabel = 63;

    /// <summary>Lower case, without a dot at the end; an address as <see cref="IPAddress"/> prints it; null for what is neither (RFC 1123 §2.1,
    /// and <c>_</c>, which container names have). Names in other scripts become what they travel as, <c>xn--…</c>: .NET shows a client's
    /// request in their own script.</summary>
    public static string? Normalize(string? text)
    {
        if (text is not { Length: > 0 and <= LongestName + 1 })
            return null;
        if (Ascii(text)?.ToLowerInvariant() is not { } name)
            return null;
        if (Address(name) is { } address)
            return address.ToString();
        name = name.EndsWith('.') ? name[..^1] : name;
        var labels = name.Split('.');
        // A last label of digits would be an address to clients.
        return name.Length <= LongestName && labels.All(IsLabel) && labels[^1].AsSpan().ContainsAnyExceptInRange('0', '9') ? name : null;
    }

    /// <summary>The address that a name is; null for a host's name, and for an address in a form that clients read in several ways.</summary>
    public static IPAddress? Address(string name)
    {
        var text = name is ['[', .. var inner, ']'] ? inner : name;
        if (text.Contains('%', StringComparison.Ordinal) || text.Contains('[', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var address))
            return null;
        return text.Contains(':', StringComparison.Ordinal) || address.ToString() == text ? address : null;
    }

    /// <summary>Whether a name is another one or below it. Addresses are below nothing.</summary>
    public static bool IsWithin(string name, string parent) =>
        name == parent || (name.Length > parent.Length && name[^(parent.Length + 1)] == '.' && name.EndsWith(parent, StringComparison.Ordinal) && Address(name) is null);

    private static string? Ascii(string text)
    {
        if (System.Text.Ascii.IsValid(text))
            return text;
        try
        {
            return new IdnMapping().GetAscii(text);
        }
        catch (ArgumentException)
        {
            return null;   // no name in any script
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-'
        && label.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
