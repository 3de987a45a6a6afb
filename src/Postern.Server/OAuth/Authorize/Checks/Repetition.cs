namespace Postern.OAuth.Authorize.Checks;

/// <summary>No parameter may be given twice (RFC 6749, §3.1): which of the two would count?</summary>
public static class Repetition
{
    private static readonly string[] names =
    [
        "response_type", "state", "scope", "nonce", "code_challenge", "code_challenge_method", "identity_provider", "idp_identifier", "lang", "login_hint",
        "prompt", "max_age", "resource",
    ];

    /// <exception cref="OAuthException">One is.</exception>
    public static void Check(AuthorizationParameters parameters)
    {
        if (Array.Find(names, parameters.IsRepeated) is { } repeated)
            throw new OAuthException("invalid_request", $"{repeated} is given more than once");
    }
}
