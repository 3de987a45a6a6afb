using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Clients;

/// <summary>Replaces an app client's settings: what the request leaves out goes back to its default. The name stays, and so does the secret.</summary>
public sealed class UpdateUserPoolClient(ClientChanges clientChanges, IResourceStore resources) : IOperation<UpdateUserPoolClientRequest, UpdateUserPoolClientResponse>
{
    public async ValueTask<UpdateUserPoolClientResponse> Run(UpdateUserPoolClientRequest request, Caller caller, CancellationToken stop)
    {
        var client = await clientChanges.Change(request.UserPoolId, request.ClientId, caller, Decide, stop);
        return new() { UserPoolClient = client.ToUserPoolClientType() };

        async ValueTask<AppClient> Decide(AppClient client)
        {
            if (request.ClientName is { } name && name != client.Settings.ClientName)
                ClientNames.Check(name);
            if (client.IsRegistered && request.AllowedOAuthScopes?.Contains(RegistrationSettings.Scope) is true)
            {
                // API reference, ClientType; the text is unverified against the service.
                throw new InvalidParameterException($"{RegistrationSettings.Scope} is not allowed for app clients that were created through dynamic client registration.");
            }
            var settings = await new RequestedClient(client.Pool, isNew: false, client.HasSecret).Settings(AsCreation(request, client), resources, stop);
            return client with { Settings = settings with { ClientType = client.Settings.ClientType } };
        }
    }

    private static CreateUserPoolClientRequest AsCreation(UpdateUserPoolClientRequest request, AppClient client) => new()
    {
        UserPoolId = request.UserPoolId,
        ClientName = request.ClientName ?? client.Settings.ClientName!,
        RefreshTokenValidity = request.RefreshTokenValidity,
        AccessTokenValidity = request.AccessTokenValidity,
        IdTokenValidity = request.IdTokenValidity,
        TokenValidityUnits = request.TokenValidityUnits,
        ReadAttributes = request.ReadAttributes,
        WriteAttributes = request.WriteAttributes,
        ExplicitAuthFlows = request.ExplicitAuthFlows,
        SupportedIdentityProviders = request.SupportedIdentityProviders,
        CallbackURLs = request.CallbackURLs,
        LogoutURLs = request.LogoutURLs,
        DefaultRedirectURI = request.DefaultRedirectURI,
        AllowedOAuthFlows = request.AllowedOAuthFlows,
        AllowedOAuthScopes = request.AllowedOAuthScopes,
        AllowedOAuthFlowsUserPoolClient = request.AllowedOAuthFlowsUserPoolClient,
        AnalyticsConfiguration = request.AnalyticsConfiguration,
        PreventUserExistenceErrors = request.PreventUserExistenceErrors,
        EnableTokenRevocation = request.EnableTokenRevocation,
        EnablePropagateAdditionalUserContextData = request.EnablePropagateAdditionalUserContextData,
        AuthSessionValidity = request.AuthSessionValidity,
        RefreshTokenRotation = request.RefreshTokenRotation,
    };
}
