using Postern.UserPools.Clients;

namespace Postern.OAuth.Token;

/// <summary>One grant of the token endpoint.</summary>
public interface IGrant
{
    /// <summary>The value of <c>grant_type</c>.</summary>
    string Type { get; }

    /// <exception cref="OAuthException">The grant is refused.</exception>
    ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, IFormCollection form);
}

/// <summary>What the token endpoint answers; members that are null are left out.</summary>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record TokenAnswer(string AccessToken, int ExpiresIn, string? IdToken = null, string? RefreshToken = null);
