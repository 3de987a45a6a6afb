using Postern.Cryptography;

namespace Postern.UserPools.Possession;

/// <summary>A key that a client proved to hold: its access tokens are good with it alone.</summary>
/// <param name="Thumbprint">By SHA-256 (RFC 7638), in base64url.</param>
/// <param name="RefreshKey">The same where refresh tokens are bound to the key, too: of public clients. Those of others need the client's own proof
/// anyway (RFC 9449, §5).</param>
public sealed record ProvenKey(string Thumbprint, string? RefreshKey)
{
    /// <summary>In characters, as base64url of a SHA-256.</summary>
    private const int Length = 43;

    /// <summary>The thumbprint that an access token is bound to (<c>cnf</c>.<c>jkt</c>; RFC 9449, §6.1); null where anybody may use it.</summary>
    public static string? Of(JwtReader accessToken) => accessToken.Text("cnf", "jkt");

    /// <summary>Whether a text has the form of a thumbprint.</summary>
    public static bool IsThumbprint(string text) =>
        text.Length is Length && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && System.Buffers.Text.Base64Url.IsValid(text);
}
