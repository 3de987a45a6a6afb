using System.Globalization;
using System.Text;
using Postern.Contract.UserPools;

namespace Postern.OAuth.Authorize;

/// <summary>The addresses that answer an authorization request.</summary>
/// <remarks>OAuth sheet, "Answers". A callback that has a query already is joined by <c>&amp;</c>.</remarks>
public static class AuthorizationAnswers
{
    public static string Code(string redirectUri, string code, string? rawState)
    {
        var text = Start(redirectUri, ResponseType.Code).Append("code=").Append(code);
        return State(text, rawState).ToString();
    }

    public static string Tokens(string redirectUri, AuthenticationResultType tokens, string? rawState)
    {
        var text = Start(redirectUri, ResponseType.Token);
        if (tokens.IdToken is not null)
            text.Append("id_token=").Append(tokens.IdToken).Append('&');
        text.Append("access_token=").Append(tokens.AccessToken).Append("&expires_in=").Append(CultureInfo.InvariantCulture, $"{tokens.ExpiresIn}").Append("&token_type=Bearer");
        return State(text, rawState).ToString();
    }

    /// <summary>Order: as the service was seen to write it.</summary>
    public static string Error(string redirectUri, ResponseType type, string? rawState, string error, string? description)
    {
        var text = Start(redirectUri, type);
        if (description is not null)
            text.Append("error_description=").Append(Uri.EscapeDataString(description).Replace("%20", "+", StringComparison.Ordinal)).Append('&');
        if (rawState is not null)
            text.Append("state=").Append(rawState).Append('&');
        return text.Append("error=").Append(Uri.EscapeDataString(error)).ToString();
    }

    private static StringBuilder Start(string redirectUri, ResponseType type) =>
        new StringBuilder(redirectUri, 512).Append(type is ResponseType.Token ? '#' : redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?');

    private static StringBuilder State(StringBuilder text, string? rawState) => rawState is null ? text : text.Append("&state=").Append(rawState);
}
