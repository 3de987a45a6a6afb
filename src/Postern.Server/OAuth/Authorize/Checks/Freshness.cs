using System.Globalization;
using Postern.UserPools.Domains;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>Whether an earlier sign-in will do: <c>prompt</c>, which the classic pages ignore, and <c>max_age</c>.</summary>
/// <remarks>OAuth sheet, "/oauth2/authorize", prompt; OpenID Connect Core, §3.1.2.1. Cognito's documentation does not name max_age; words of
/// prompt that it does not name are ignored.</remarks>
public static class Freshness
{
    /// <exception cref="OAuthException"><c>none</c> stands beside another word.</exception>
    public static IReadOnlyList<string> PromptOf(ServedDomain domain, AuthorizationParameters parameters)
    {
        if (parameters.Prompt is not { } prompt || !domain.IsManagedLogin)
            return [];
        var words = prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Contains("none") && words.Length > 1 ? throw new OAuthException("invalid_request", "prompt none stands alone") : words;
    }

    /// <exception cref="OAuthException">It is no number of seconds.</exception>
    public static TimeSpan? MaxAgeOf(AuthorizationParameters parameters)
    {
        if (parameters.MaxAge is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw new OAuthException("invalid_request", "max_age must be a number of seconds");
    }
}
