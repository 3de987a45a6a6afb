using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Clients;
using Postern.UserPools.Sessions;

namespace Postern.UserPools.Tokens;

/// <summary>Ends a refresh token and the access tokens of the same sign-in, for RevokeToken and <c>/oauth2/revoke</c>.</summary>
/// <remarks>An unknown, expired or already revoked token is revoked as far as anyone can tell. The texts are unverified against the service.</remarks>
public sealed class RefreshTokenRevocation(RefreshTokens refreshTokens, TokenSessions sessions, LogoutNotices logouts, TimeProvider time)
{
    /// <param name="client">Whose token it must be; its secret was checked.</param>
    /// <param name="associated">RevokeAssociatedSessions.</param>
    /// <exception cref="UnsupportedOperationException">The client's tokens can't be revoked.</exception>
    /// <exception cref="UnsupportedTokenTypeException">It is an access or ID token.</exception>
    /// <exception cref="UnauthorizedException">It is another client's.</exception>
    public async ValueTask Revoke(AppClient client, string text, string? associated, CancellationToken stop)
    {
        if (!client.RevokesTokens)
            throw new UnsupportedOperationException($"Token revocation is not enabled for client {client.Id}");
        if (JwtReader.TryRead(text, out _))
            throw new UnsupportedTokenTypeException("Only refresh tokens can be revoked.");
        if (await refreshTokens.Find(client, text, stop) is not { } token)
        {
            if (refreshTokens.IsForeign(text))
                throw new UnauthorizedException("The refresh token was not issued to this client.");
            return;
        }
        var revocation = Revocations.Of(client.Pool.Number, token.Facts.OriginJti, token.Facts.RefreshExpires);
        if (revocation.Expires <= time.GetUtcNow())
            return;
        var forgotten = await sessions.Forget(client.Pool, token.Sub, token.Facts.OriginJti, associated, stop);
        await logouts.Save(client.Pool, token.Sub, new Change(revocation).Add(forgotten), stop);
    }
}
