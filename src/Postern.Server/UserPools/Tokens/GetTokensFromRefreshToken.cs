using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.SignIn;

namespace Postern.UserPools.Tokens;

/// <summary>New tokens from a refresh token, which rotates where the client says so. It takes the raw client secret, not a hash.</summary>
public sealed class GetTokensFromRefreshToken(Pools.Pools pools, Refreshing refreshing)
    : IOperation<GetTokensFromRefreshTokenRequest, GetTokensFromRefreshTokenResponse>
{
    public async ValueTask<GetTokensFromRefreshTokenResponse> Run(GetTokensFromRefreshTokenRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(request.ClientId, stop);
        if (client.HasSecret && string.IsNullOrEmpty(request.ClientSecret))
            throw new NotAuthorizedException($"Client {client.Id} is configured for secret but secret was not received");
        if (client.HasSecret && !SecretHash.IsSecret(client, request.ClientSecret))
            throw new NotAuthorizedException($"Unable to verify secret for client {client.Id}");
        return new() { AuthenticationResult = await refreshing.Exchange(client, request.RefreshToken, request.DeviceKey, caller, stop) };
    }
}
