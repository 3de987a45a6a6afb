using System.Globalization;
using System.Text;
using Postern.Contract.UserPools;

namespace Postern.OAuth.Authorize;

/// <summary>The addresses that answer an authorization request: at the callback, in its query where a code would stand, in the fragment where
/// tokens would.</summary>
/// <remarks>OAuth sheet, "Answers". A callback that has a query already is joined by <c>&amp;</c>.</remarks>
/// <param name="RedirectUri">One of the client's own.</param>
/// <param name="RawState">As it stands in the request; null where there is none.</param>
/// <param name="Issuer">For RFC 9207's <c>iss</c>; null where the pool does not want it.</param>
public sealed record AuthorizationAnswers(string RedirectUri, ResponseType Type, string? RawState, string? Issuer)
{
    public string Code(string code) => End(Start(Type).Append("code=").Append(code));

    public string Tokens(AuthenticationResultType tokens)
    {
        var text = Start(Type);
        if (tokens.IdToken is not null)
            text.Append("id_token=").Append(tokens.IdToken).Append('&');
        text.Append("access_token=").Append(tokens.AccessToken).Append("&expires_in=").Append(CultureInfo.InvariantCulture, $"{tokens.ExpiresIn}").Append("&token_type=Bearer");
        return End(text);
    }

    /// <summary>Order: as the service was seen to write it.</summary>
    public string Error(string error, string? description)
    {
        var text = Start(Type);
        if (description is not null)
            text.Append("error_description=").Append(Uri.EscapeDataString(description).Replace("%20", "+", StringComparison.Ordinal)).Append('&');
        if (RawState is not null)
            text.Append("state=").Append(RawState).Append('&');
        text.Append("error=").Append(Uri.EscapeDataString(error));
        return Signed(text).ToString();
    }

    private StringBuilder Start(ResponseType type) =>
        new StringBuilder(ForHeader(RedirectUri), 512).Append(type is ResponseType.Token ? '#' : RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?');

    private string End(StringBuilder text)
    {
        if (RawState is not null)
            text.Append("&state=").Append(RawState);
        return Signed(text).ToString();
    }

    private StringBuilder Signed(StringBuilder text) => Issuer is null ? text : text.Append("&iss=").Append(Uri.EscapeDataString(Issuer));

    /// <summary>The callback as a header can hold it: it may have been registered with letters that are not ASCII.</summary>
    public static string ForHeader(string uri)
    {
        if (Ascii.IsValid(uri))
            return uri;
        var parsed = new Uri(uri);
        if (parsed.Host.Length > 0 && parsed.IdnHost != parsed.Host)
            uri = uri.Replace("://" + parsed.Host, "://" + parsed.IdnHost, StringComparison.OrdinalIgnoreCase);
        var text = new StringBuilder(uri.Length * 2);
        foreach (var rune in uri.EnumerateRunes())
            text.Append(rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        return text.ToString();
    }
}
