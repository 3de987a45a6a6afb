using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;

namespace Postern.OAuth.Token;

/// <summary>One grant of the token endpoint.</summary>
public interface IGrant
{
    /// <summary>The value of <c>grant_type</c>.</summary>
    string Type { get; }

    /// <summary>Whether a pool has it: what must be switched on is not there before.</summary>
    bool IsServed(UserPool pool) => true;

    /// <param name="key">That the client proved to hold: the access token is bound to it. Null where it proved none.</param>
    /// <exception cref="OAuthException">The grant is refused.</exception>
    ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, OAuthForm form, ProvenKey? key);
}

/// <summary>What the token endpoint answers; members that are null are left out.</summary>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="TokenType">Of the access token: <c>Bearer</c>, or <c>DPoP</c> where it is bound to a key.</param>
public sealed record TokenAnswer(string AccessToken, int ExpiresIn, string? IdToken = null, string? RefreshToken = null, string TokenType = "Bearer")
{
    public static TokenAnswer Of(AuthenticationResultType made) => new(made.AccessToken!, made.ExpiresIn ?? 0, made.IdToken, made.RefreshToken, made.TokenType!);
}
