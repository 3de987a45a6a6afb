using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>First: which client asks. It must be the pool's whose domain this is, and let users sign in somehow.</summary>
/// <remarks>The text for a missing client is as measured; the other two are unverified against the service.</remarks>
public sealed class RequestingClient(Pools pools)
{
    /// <exception cref="OAuthException">There is no such client, told on a page: nobody is known who could be answered.</exception>
    public async ValueTask<AppClient> Find(DomainRequest request, AuthorizationParameters parameters)
    {
        var client = await FindOfPool(request, parameters);
        return client.Settings.SupportedIdentityProviders is { Count: > 0 } ? client : throw new OAuthException("Login pages unavailable");
    }

    /// <summary>The same of a client whose users sign in nowhere.</summary>
    /// <inheritdoc cref="Find"/>
    public async ValueTask<AppClient> FindOfPool(DomainRequest request, AuthorizationParameters parameters)
    {
        if (parameters.ClientId is not { } id)
            throw new OAuthException("Required String parameter 'client_id' is not present");
        return !parameters.IsRepeated("client_id") && await pools.FindClient(id, request.Stop) is { } client && client.Pool.Number == request.Pool.Number
            ? client
            : throw new OAuthException("Client does not exist.");
    }
}
