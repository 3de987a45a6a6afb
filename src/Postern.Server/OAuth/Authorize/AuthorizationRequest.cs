using Postern.OAuth.DeviceFlow;
using Postern.UserPools.Clients;
using Postern.UserPools.Domains;
using Postern.UserPools.IdentityProviders;
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
/// <param name="Domain">Where it came to: codes end with it.</param>
/// <param name="Answers">Where its answer goes.</param>
/// <param name="Parameters">As they were sent.</param>
public sealed record AuthorizationRequest(ServedDomain Domain, AppClient Client, AuthorizationAnswers Answers, Grant Grant, AuthorizationParameters Parameters)
{
    /// <summary>One of the client's own.</summary>
    public string RedirectUri => Answers.RedirectUri;

    public ResponseType ResponseType => Answers.Type;

    public string? Nonce => Parameters.Nonce;

    /// <summary>S256 is the only method.</summary>
    public string? CodeChallenge => Parameters.CodeChallenge;

    /// <summary>The thumbprint of the key that the code is bound to (RFC 9449, §10); null where it is to none.</summary>
    public string? Key { get; init; }

    /// <summary>The words of <c>prompt</c>; none on classic pages, which ignore it.</summary>
    public IReadOnlyList<string> Prompt { get; init; } = [];

    /// <summary>How long ago the user may have signed in; null where that does not matter.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The upstream provider to sign in at: the one that is named, or the client's only one. Null where the pages ask.</summary>
    public UpstreamProvider? Provider { get; init; }

    /// <summary>The device that the user signs in for (RFC 8628); null where the answer goes to a callback.</summary>
    public DeviceVisit? Device { get; init; }

    /// <summary>Whether <c>prompt</c> holds a word.</summary>
    public bool Prompts(string word) => Prompt.Contains(word);

    /// <summary>Where an error is told.</summary>
    public string ErrorLocation(string error, string? description) => Answers.Error(error, description);
}
