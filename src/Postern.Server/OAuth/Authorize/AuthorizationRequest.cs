using Postern.UserPools.Clients;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

public enum ResponseType
{
    /// <summary>An authorization code, in the query.</summary>
    Code,

    /// <summary>Tokens themselves, in the fragment (implicit).</summary>
    Token,
}

/// <summary>An authorization request that was checked: what pages and endpoints may act on.</summary>
/// <param name="RedirectUri">One of the client's own.</param>
/// <param name="Parameters">As they were sent.</param>
public sealed record AuthorizationRequest(AppClient Client, string RedirectUri, ResponseType ResponseType, Grant Grant, AuthorizationParameters Parameters)
{
    public string? Nonce => Parameters.Nonce;

    /// <summary>S256 is the only method.</summary>
    public string? CodeChallenge => Parameters.CodeChallenge;

    /// <summary>Whether <c>prompt</c> holds a word.</summary>
    public bool Prompts(string word) => Parameters.Prompt?.Split(' ').Contains(word) is true;

    /// <summary>Where an error is told; the fragment carries it where tokens would stand.</summary>
    public string ErrorLocation(string error, string? description) => AuthorizationAnswers.Error(RedirectUri, ResponseType, Parameters.RawState, error, description);
}
