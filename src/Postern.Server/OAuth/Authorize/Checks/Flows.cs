using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>Which flow is asked for, and whether the client may use it: <c>code</c>, or <c>token</c> for the implicit one.</summary>
public static class Flows
{
    /// <summary>Where the answer stands; null where the request does not say so.</summary>
    /// <param name="needsResponseType">Whether the request must say it.</param>
    public static ResponseType? TypeOf(AppClient client, AuthorizationParameters parameters, bool needsResponseType) => parameters.ResponseType switch
    {
        "code" => ResponseType.Code,
        "token" => ResponseType.Token,
        null when !needsResponseType => client.Settings.AllowedOAuthFlows?.Contains(OAuthFlowType.code) is false ? ResponseType.Token : ResponseType.Code,
        _ => null,
    };

    /// <exception cref="OAuthException">The client may not: the text is as measured, with its blank at the end.</exception>
    public static void Check(AppClient client, ResponseType? type)
    {
        if (client.Settings.AllowedOAuthFlowsUserPoolClient is not true)
            throw new OAuthException("invalid_request", "Client is not enabled for OAuth2.0 flows ");
        if (type is null)
            throw new OAuthException("invalid_request");
        var flow = type is ResponseType.Token ? OAuthFlowType.@implicit : OAuthFlowType.code;
        if (client.Settings.AllowedOAuthFlows?.Contains(flow) is not true)
            throw new OAuthException("unauthorized_client");
    }
}
