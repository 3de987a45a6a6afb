using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary>What an authorization request must be, step by step: first who asks and where the answer may go, told on a page; then the rest,
/// told to the callback.</summary>
/// <remarks>OAuth sheet, "Order of work", "Contradictions and decisions".</remarks>
public sealed class AuthorizationChecks(Pools pools)
{
    /// <param name="needsResponseType">Applications link to the sign-up and recovery pages without one: then it is a code where the client may
    /// have codes, else tokens.</param>
    /// <exception cref="OAuthException">A step refuses.</exception>
    public async ValueTask<AuthorizationRequest> Check(DomainRequest request, bool needsResponseType = true)
    {
        var parameters = AuthorizationParameters.Of(request);
        var client = await Client(request, parameters);
        var redirectUri = RedirectUri(client, parameters);
        var asked = parameters.ResponseType ?? (needsResponseType ? null : Likely(client));
        var type = asked is "token" ? ResponseType.Token : ResponseType.Code;
        try
        {
            CheckFlow(client, asked);
            CheckChallenge(parameters);
            var scope = Scope(client, parameters);
            return new(client, redirectUri, type, new(scope, Resource(parameters)), parameters);
        }
        catch (OAuthException fault)
        {
            throw new OAuthException(fault.Error, fault.Description)
            {
                Location = AuthorizationAnswers.Error(redirectUri, type, parameters.RawState, fault.Error, fault.Description),
            };
        }
    }

    private async ValueTask<AppClient> Client(DomainRequest request, AuthorizationParameters parameters)
    {
        if (parameters.ClientId is not { } id)
            throw new OAuthException("Required String parameter 'client_id' is not present");
        if (await pools.FindClient(id, request.Stop) is not { } client || client.Pool.Number != request.Pool.Number)
            throw new OAuthException("Client does not exist.");   // the text is unverified against the service
        if (client.Settings.SupportedIdentityProviders is not { Count: > 0 })
            throw new OAuthException("Login pages unavailable");
        return client;
    }

    private static string RedirectUri(AppClient client, AuthorizationParameters parameters)
    {
        var known = client.Settings.CallbackURLs ?? [];
        if (parameters.RedirectUri is { } given)
            return known.Contains(given) ? given : throw new OAuthException("redirect_mismatch");
        if (client.Settings.SupportedIdentityProviders is { Count: 1 } && (known.Count == 1 ? known[0] : client.Settings.DefaultRedirectURI) is { } only)
            return only;
        throw new OAuthException("redirect_mismatch");
    }

    private static string Likely(AppClient client) => client.Settings.AllowedOAuthFlows?.Contains(OAuthFlowType.code) is false ? "token" : "code";

    private static void CheckFlow(AppClient client, string? responseType)
    {
        if (client.Settings.AllowedOAuthFlowsUserPoolClient is not true)
            throw new OAuthException("invalid_request", "Client is not enabled for OAuth2.0 flows ");
        var flow = responseType switch
        {
            "code" => OAuthFlowType.code,
            "token" => OAuthFlowType.@implicit,
            _ => throw new OAuthException("invalid_request"),
        };
        if (client.Settings.AllowedOAuthFlows?.Contains(flow) is not true)
            throw new OAuthException("unauthorized_client");
    }

    private static void CheckChallenge(AuthorizationParameters parameters)
    {
        if ((parameters.CodeChallenge is null) != (parameters.CodeChallengeMethod is null) || parameters.CodeChallengeMethod is not (null or "S256"))
            throw new OAuthException("invalid_request");
    }

    private static string Scope(AppClient client, AuthorizationParameters parameters)
    {
        var allowed = client.Settings.AllowedOAuthScopes ?? [];
        if (parameters.Scope is not { } given)
            return string.Join(' ', allowed);
        var asked = given.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (asked.Length == 0 || asked.Any(scope => !allowed.Contains(scope)))
            throw new OAuthException("invalid_request", "invalid_scope");
        return string.Join(' ', asked.Distinct(StringComparer.Ordinal));
    }

    private static string? Resource(AuthorizationParameters parameters) => parameters.Resource;
}
