using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.UserPools.Tokens;

/// <summary>An access token of a client for itself, as the OAuth grant <c>client_credentials</c> gives it, without a domain.</summary>
/// <remarks>Newest operations, "Machine to machine". The client needs a secret and ALLOW_CLIENT_TOKEN_AUTH, which excludes every other flow.
/// The texts, and that a scope which is not the client's is refused, are unverified against the service.</remarks>
public sealed class GetClientToken(Pools.Pools pools, ClientTokens tokens) : IOperation<GetClientTokenRequest, GetClientTokenResponse>
{
    public async ValueTask<GetClientTokenResponse> Run(GetClientTokenRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(request.ClientId, stop);
        if (!client.HasSecret || !SecretHash.IsSecret(client, request.Secret))
            throw new NotAuthorizedException($"Unable to verify secret for client {client.Id}");
        if (client.Settings.ExplicitAuthFlows?.Contains(ExplicitAuthFlowsType.ALLOW_CLIENT_TOKEN_AUTH) is not true)
            throw new OperationNotEnabledException($"ALLOW_CLIENT_TOKEN_AUTH is not enabled for client {client.Id}");
        var wanted = ClientTokenRequest.Of(client, request.Scopes, request.ClientMetadata)
            ?? throw new InvalidParameterException("Invalid scope requested: " + request.Scopes!.First(scope => client.Settings.AllowedOAuthScopes?.Contains(scope) is not true));
        return new()
        {
            ClientAuthenticationResult = new()
            {
                AccessToken = await tokens.Make(wanted, stop),
                ExpiresIn = (int)client.AccessTokenLifetime.TotalSeconds,
                TokenType = "Bearer",
            },
        };
    }
}
