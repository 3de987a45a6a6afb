using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.OAuth.Token;

/// <summary>One grant of the token endpoint.</summary>
public interface IGrant
{
    /// <summary>The value of <c>grant_type</c>.</summary>
    string Type { get; }

    /// <exception cref="OAuthException">The grant is refused.</exception>
    ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, OAuthForm form);
}

/// <summary>What the token endpoint answers; members that are null are left out.</summary>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record TokenAnswer(string AccessToken, int ExpiresIn, string? IdToken = null, string? RefreshToken = null)
{
    public static TokenAnswer Of(AuthenticationResultType made) => new(made.AccessToken!, made.ExpiresIn ?? 0, made.IdToken, made.RefreshToken);
}
