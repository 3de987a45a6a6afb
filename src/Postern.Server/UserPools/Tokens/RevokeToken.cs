using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.UserPools.Tokens;

/// <summary>Revokes a refresh token and the access tokens of the same sign-in; other sign-ins live on. It takes the raw client secret.</summary>
/// <remarks>The texts are unverified against the service.
/// RevokeAssociatedSessions has an effect where the pool tracks sessions: LINKED ends the SSO session that the sign-in came from, too.</remarks>
public sealed class RevokeToken(Pools.Pools pools, RefreshTokenRevocation revocation) : IOperation<RevokeTokenRequest, RevokeTokenResponse>
{
    public async ValueTask<RevokeTokenResponse> Run(RevokeTokenRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.FindClient(request.ClientId, stop) ?? throw new UnauthorizedException("Unable to verify the client.");
        if (client.HasSecret && !SecretHash.IsSecret(client, request.ClientSecret))
            throw new UnauthorizedException($"Unable to verify secret for client {client.Id}");
        await revocation.Revoke(client, request.Token, request.RevokeAssociatedSessions, stop);
        return new();
    }
}
