using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Sessions;

namespace Postern.UserPools.Tokens;

/// <summary>Revokes a refresh token and the access tokens of the same sign-in; other sign-ins live on. It takes the raw client secret.</summary>
/// <remarks>An unknown, expired or already revoked token is revoked as far as anyone can tell. The texts are unverified against the service.
/// RevokeAssociatedSessions has an effect where the pool tracks sessions: LINKED ends the SSO session that the sign-in came from, too.</remarks>
public sealed class RevokeToken(Pools.Pools pools, RefreshTokens refreshTokens, TokenSessions sessions, IChanges changes, TimeProvider time)
    : IOperation<RevokeTokenRequest, RevokeTokenResponse>
{
    public async ValueTask<RevokeTokenResponse> Run(RevokeTokenRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.FindClient(request.ClientId, stop) ?? throw new UnauthorizedException("Unable to verify the client.");
        if (client.HasSecret && !SecretHash.IsSecret(client, request.ClientSecret))
            throw new UnauthorizedException($"Unable to verify secret for client {client.Id}");
        if (!client.RevokesTokens)
            throw new UnsupportedOperationException($"Token revocation is not enabled for client {client.Id}");
        if (JwtReader.TryRead(request.Token, out _))
            throw new UnsupportedTokenTypeException("Only refresh tokens can be revoked.");

        if (await refreshTokens.Find(client, request.Token, stop) is not { } token)
            return refreshTokens.IsForeign(request.Token) ? throw new UnauthorizedException("The refresh token was not issued to this client.") : new();
        var revocation = Revocations.Of(client.Pool.Number, token.Facts.OriginJti, token.Facts.RefreshExpires);
        if (revocation.Expires > time.GetUtcNow())
        {
            var forgotten = await sessions.Forget(client.Pool, token.Sub, token.Facts.OriginJti, request.RevokeAssociatedSessions, stop);
            await changes.Save(new Change(revocation).Add(forgotten), stop);
        }
        return new();
    }
}
