using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>Request objects, by value or by reference, are not taken. Cognito passes them over, as it does every parameter that it does not know; with
/// the switch a client is told, as OpenID Connect Core, §3.1.2.6, asks.</summary>
public static class RequestObjects
{
    /// <exception cref="OAuthException">There is one.</exception>
    public static void Check(AppClient client, AuthorizationParameters parameters)
    {
        if (!PoolSwitch.StrictOpenId.IsOn(client.Pool, client.Id))
            return;
        if (parameters.Find("request") is not null)
            throw new OAuthException("request_not_supported");
        if (parameters.Find("request_uri") is not null)
            throw new OAuthException("request_uri_not_supported");
    }
}
