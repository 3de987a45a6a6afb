using System.Buffers;
using System.Text.Json;
using Postern.Cryptography;

namespace Postern.ManagedLogin;

/// <summary>Whom the pages of one browser are about where no sign-in is under way yet: between <c>/signup</c> or a sign-in that found the user
/// unconfirmed and <c>/confirm</c>, and between <c>/forgotPassword</c> and <c>/confirmforgotPassword</c>.</summary>
/// <param name="Username">As it was typed.</param>
/// <param name="Medium">EMAIL or SMS, where a code was sent.</param>
/// <param name="Destination">Where the code was sent to, masked.</param>
/// <param name="Session">The session of SignUp, by which the user is signed in once confirmed.</param>
public sealed record PageData(string Username, string? Medium = null, string? Destination = null, string? Session = null);

/// <summary>Keeps <see cref="PageData"/> in the sealed cookie <c>page-data</c> of one pool and client.</summary>
/// <remarks>Slow mail is no reason to begin again: it lives as long as the codes of sign-ups do.</remarks>
public sealed class PageDataCookie(Sealer sealer, TimeProvider time)
{
    public const string CookieName = "page-data";

    private static readonly TimeSpan lifetime = TimeSpan.FromHours(24);

    /// <summary>Writes it for the pages that follow.</summary>
    public void Write(PageRequest page, PageData data) =>
        page.Request.Context.Response.Cookies.Append(CookieName, sealer.SealText(SealPurpose.Cookie, Binding(page), ToBytes(data)), Options(page));

    /// <summary>What a page before wrote; null where none did, or too long ago.</summary>
    public async ValueTask<PageData?> Find(PageRequest page) =>
        page.Request.Context.Request.Cookies[CookieName] is { Length: > 0 } text
        && await sealer.OpenText(SealPurpose.Cookie, Binding(page), text, page.Stop) is { } bytes ? Read(bytes) : null;

    /// <summary>Forgets it.</summary>
    public static void Clear(PageRequest page) => page.Request.Context.Response.Cookies.Delete(CookieName, Options(page));

    private static byte[] Binding(PageRequest page) => Sealer.Binding(page.Client.Pool.Number, CookieName, page.Client.Id);

    private static CookieOptions Options(PageRequest page) =>
        new() { Path = page.Request.CookiePath, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = page.Request.IsSecure };

    private byte[] ToBytes(PageData data)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue((time.GetUtcNow() + lifetime).ToUnixTimeSeconds());
            writer.WriteStringValue(data.Username);
            writer.WriteStringValue(data.Medium);
            writer.WriteStringValue(data.Destination);
            writer.WriteStringValue(data.Session);
            writer.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private PageData? Read(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        return root[0].GetInt64() <= time.GetUtcNow().ToUnixTimeSeconds()
            ? null
            : new(root[1].GetString()!, root[2].GetString(), root[3].GetString(), root[4].GetString());
    }
}
