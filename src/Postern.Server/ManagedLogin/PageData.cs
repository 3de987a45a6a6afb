using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Postern.Cryptography;

namespace Postern.ManagedLogin;

/// <summary>Whom the pages of one browser are about where no sign-in is under way yet: between <c>/signup</c> or a sign-in that found the user
/// unconfirmed and <c>/confirm</c>, and between <c>/forgotPassword</c> and <c>/confirmforgotPassword</c>.</summary>
/// <param name="Username">As it was typed.</param>
/// <param name="Medium">EMAIL or SMS, where a code was sent.</param>
/// <param name="Destination">Where the code was sent to, masked.</param>
/// <param name="Session">The session of SignUp, by which the user is signed in once confirmed.</param>
/// <param name="Notice">The key of a text that the next page shows once; null for none.</param>
/// <param name="Next">The page that the sign-in under way leads to before the callback; null for none.</param>
/// <param name="Begun">The browser's session that was begun for the request whose page that is; null for none.</param>
public sealed record PageData(
    string Username, string? Medium = null, string? Destination = null, string? Session = null, string? Notice = null, string? Next = null, string? Begun = null)
{
    /// <summary>Of the hidden field that holds the same as the cookie: two tabs do not disturb each other.</summary>
    public const string FieldName = "page_data";
}

/// <summary>Keeps <see cref="PageData"/> in the sealed cookie <c>page-data</c> of one pool and client.</summary>
/// <remarks>Slow mail is no reason to begin again: it lives as long as the codes of sign-ups do.</remarks>
public sealed class PageDataCookie(Sealer sealer, TimeProvider time)
{
    public const string CookieName = "page-data";

    private static readonly TimeSpan lifetime = TimeSpan.FromHours(24);

    /// <summary>How long it is of use.</summary>
    public static TimeSpan Lifetime => lifetime;

    /// <summary>Writes it for the pages that follow.</summary>
    public void Write(PageRequest page, PageData data) => page.Request.Context.Response.Cookies.Append(CookieName, Seal(page, data), Options(page));

    /// <summary>The same for a hidden field.</summary>
    public string Seal(PageRequest page, PageData data) => sealer.SealText(SealPurpose.Cookie, Binding(page), ToBytes(data));

    /// <summary>What a page before wrote, in its form or else in the cookie; null where none did, or too long ago.</summary>
    public async ValueTask<PageData?> Find(PageRequest page) =>
        (page.Field(PageData.FieldName) is { Length: > 0 } field ? field : page.Request.Context.Request.Cookies[CookieName]) is { Length: > 0 } text
        && await sealer.OpenText(SealPurpose.Cookie, Binding(page), text, page.Stop) is { } bytes ? Read(bytes) : null;

    /// <summary>What the page before has to say, once; null where it has nothing.</summary>
    public async ValueTask<PageData?> TakeNotice(PageRequest page)
    {
        if (await Find(page) is not { Notice: not null } data)
            return null;
        Write(page, data with { Notice = null });
        return data;
    }

    /// <summary>Says which page the sign-in under way, of this same request, leads to before the callback.</summary>
    public void WriteNext(PageRequest page, string path) => Write(page, new("", Next: path + Mark(page)));

    /// <summary>The page that was said, once; null where none was for this request.</summary>
    public async ValueTask<string?> TakeNext(PageRequest page)
    {
        if (await Find(page) is not { Next: { } next } || !next.EndsWith(Mark(page), StringComparison.Ordinal))
            return null;
        Clear(page);
        return next[..^Mark(page).Length];
    }

    /// <summary>Says which session of the browser was begun for this request, which its next page goes on with.</summary>
    public void WriteBegun(PageRequest page, Guid session) => Write(page, new("", Begun: $"{session:N}{Mark(page)}"));

    /// <summary>The session that was begun for this request; null where none was.</summary>
    public async ValueTask<Guid?> FindBegun(PageRequest page) =>
        await Find(page) is { Begun: { } begun } && begun.EndsWith(Mark(page), StringComparison.Ordinal)
        && Guid.TryParseExact(begun[..^Mark(page).Length], "N", out var session) ? session : null;

    /// <summary>Forgets it.</summary>
    public static void Clear(PageRequest page) => page.Request.Context.Response.Cookies.Delete(CookieName, Options(page));

    // An application's next request has another state: who left the first one is not led astray.
    private static string Mark(PageRequest page) =>
        "#" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{page.Authorization.RedirectUri}\n{page.Authorization.Parameters.RawState}\n{page.Authorization.Nonce}")).AsSpan(0, 8));

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
            writer.WriteStringValue(data.Notice);
            writer.WriteStringValue(data.Next);
            writer.WriteStringValue(data.Begun);
            writer.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private PageData? Read(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        return root[0].GetInt64() <= time.GetUtcNow().ToUnixTimeSeconds() || root.GetArrayLength() < 7
            ? null
            : new(
                root[1].GetString()!, root[2].GetString(), root[3].GetString(), root[4].GetString(), root[5].GetString(), root[6].GetString(),
                root.GetArrayLength() > 7 ? root[7].GetString() : null);
    }
}
