using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Federation;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Registration;

/// <summary>Makes an app client of what an application says of it, by the rules of CreateUserPoolClient.</summary>
/// <remarks>Such a client signs in the pool's own users on the pages; of the API's flows it has refreshing alone: a sign-in there would give
/// it a scope that AllowedScopes may not name. What the service sets for these clients is unverified. What a client may not have is refused;
/// only a name's characters that app clients can't have are replaced.</remarks>
public sealed class Registrations(IResourceStore resources, NewClients clients, ProviderAddresses addresses)
{
    private const string DefaultName = "Registered client";
    private const int LongestName = 128;
    private const int LongestUri = 1024;
    private const int MostScopes = 50;
    private const int LongestKeys = 16 * 1024;
    private const string PrivateKeyJwt = "private_key_jwt";

    /// <param name="flows">Which of <c>code</c> and <c>client_credentials</c> may be registered.</param>
    /// <exception cref="OAuthException"><c>invalid_client_metadata</c> or <c>invalid_redirect_uri</c>.</exception>
    /// <exception cref="LimitExceededException">The pool has as many clients as it may have.</exception>
    public async ValueTask<RegisteredClient> Register(UserPool pool, ClientMetadata asked, IReadOnlyList<string> flows, CancellationToken stop)
    {
        var flow = Flow(asked, flows);
        var method = AuthMethod(asked, flow);
        var keys = method is PrivateKeyJwt ? Keys(pool, asked) : null;
        CheckResponseTypes(asked, flow);
        CheckUris(asked.RedirectUris ?? [], "invalid_redirect_uri");
        CheckUris(asked.LogoutUris ?? [], "invalid_client_metadata");
        if (flow is OAuthFlowType.code && asked.RedirectUris is not { Count: > 0 })
            throw new OAuthException("invalid_redirect_uri", "redirect_uris is required for the grant type authorization_code.");

        var request = new CreateUserPoolClientRequest
        {
            UserPoolId = pool.Id,
            ClientName = Name(asked.ClientName),
            ExplicitAuthFlows = [ExplicitAuthFlowsType.ALLOW_REFRESH_TOKEN_AUTH],
            SupportedIdentityProviders = ["COGNITO"],
            CallbackURLs = asked.RedirectUris,
            LogoutURLs = asked.LogoutUris,
            AllowedOAuthFlowsUserPoolClient = true,
            AllowedOAuthFlows = [flow],
            AllowedOAuthScopes = await Scopes(pool, asked.Scope, flow, stop),
            PreventUserExistenceErrors = PreventUserExistenceErrorTypes.ENABLED,
        };
        var settings = await Settings(pool, request, hasSecret: method is not "none", stop) with { ClientType = ClientTypeType.DCR };
        return new(await clients.Make(pool, settings, method is "none" ? null : "", stop, keys: keys), method);
    }

    private async ValueTask<UserPoolClientType> Settings(UserPool pool, CreateUserPoolClientRequest request, bool hasSecret, CancellationToken stop)
    {
        var violations = new Violations();
        request.Validate(violations);
        if (violations.Count > 0)
            throw Invalid(violations.ToString());
        try
        {
            return await new RequestedClient(pool, isNew: true, hasSecret).Settings(request, resources, stop);
        }
        catch (ServiceException refused) when (refused is InvalidParameterException or InvalidOAuthFlowException or ScopeDoesNotExistException)
        {
            throw Invalid(refused.Text);
        }
    }

    private static string Flow(ClientMetadata asked, IReadOnlyList<string> flows)
    {
        var types = asked.GrantTypes ?? ["authorization_code"];
        foreach (var type in types)
        {
            if (type is not ("authorization_code" or "refresh_token" or "client_credentials"))
                throw Invalid($"The grant type {type} is not supported.");
        }
        var isCode = types.Contains("authorization_code");
        var isMachine = types.Contains("client_credentials");
        if (isCode == isMachine || (isMachine && types.Contains("refresh_token")))
            throw Invalid("grant_types must be authorization_code, with or without refresh_token, or client_credentials alone.");
        var flow = isCode ? OAuthFlowType.code : OAuthFlowType.client_credentials;
        return flows.Contains(flow) ? flow : throw Invalid($"This user pool does not permit registered clients the grant type {(isCode ? "authorization_code" : "client_credentials")} here.");
    }

    private static string AuthMethod(ClientMetadata asked, string flow)
    {
        var method = asked.AuthMethod ?? "client_secret_basic";
        if (method is not ("none" or "client_secret_basic" or "client_secret_post" or PrivateKeyJwt))
            throw Invalid($"The token_endpoint_auth_method {method} is not supported.");
        if (method is "none" && flow is OAuthFlowType.client_credentials)
            throw Invalid("The grant type client_credentials needs a client secret.");
        return method;
    }

    /// <summary>The keys of a client that proves itself by them. It has a secret all the same, which nobody is told: what asks for one stays
    /// closed.</summary>
    private ClientKeys Keys(UserPool pool, ClientMetadata asked)
    {
        if (!PoolSwitch.PrivateKeyJwt.IsOn(pool))
            throw Invalid($"The token_endpoint_auth_method {PrivateKeyJwt} is not supported.");
        if ((asked.Jwks is null) == (asked.JwksUri is null))
            throw Invalid($"The token_endpoint_auth_method {PrivateKeyJwt} needs either jwks or jwks_uri.");
        if (asked.JwksUri is { } address)
        {
            return address.Length <= LongestUri && ClientKeys.IsAddress(address) && addresses.IsGood(address)
                ? new(address, null)
                : throw Invalid($"jwks_uri must be an address by https, of at most {LongestUri} characters.");
        }
        if (asked.Jwks!.Length > LongestKeys)
            throw Invalid($"jwks must have at most {LongestKeys} characters.");
        return KeySet.TryRead(asked.Jwks, out _, out var problem) ? new(null, asked.Jwks) : throw Invalid($"jwks {problem}");
    }

    private static void CheckResponseTypes(ClientMetadata asked, string flow)
    {
        if (asked.ResponseTypes is not { } types)
            return;
        var isGood = flow is OAuthFlowType.code ? types.Count > 0 && types.All(static type => type is "code") : types.Count == 0;
        if (!isGood)
            throw Invalid("response_types does not fit grant_types: it must be code for authorization_code, and empty for client_credentials.");
    }

    private static void CheckUris(IReadOnlyList<string> uris, string error)
    {
        foreach (var uri in uris)
        {
            if (uri.Length is 0 or > LongestUri || uri.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c)))
                throw new OAuthException(error, $"A redirect URI must have 1 to {LongestUri} characters, none of them white space.");
        }
        try
        {
            RedirectUrls.Check(uris);
        }
        catch (InvalidParameterException refused)
        {
            throw new OAuthException(error, refused.Text);
        }
    }

    /// <summary>The scopes asked for; all that the client could ask for where it names none.</summary>
    private async ValueTask<IReadOnlyList<string>> Scopes(UserPool pool, string? asked, string flow, CancellationToken stop)
    {
        var allowed = RegistrationSettings.Scopes(pool).Where(scope => flow is OAuthFlowType.code || !RequestedClient.IsBuiltIn(scope)).ToList();
        var named = (asked ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        if (named.Find(scope => !allowed.Contains(scope)) is { } refused)
            throw Invalid($"The scope {refused} is not allowed for this client.");
        if (named.Count > MostScopes)
            throw Invalid($"A client can have at most {MostScopes} scopes.");
        if (named.Count > 0)
            return named;
        var there = new List<string>();
        foreach (var scope in allowed)
        {
            if (there.Count < MostScopes && (RequestedClient.IsBuiltIn(scope) || await UserPools.ResourceServers.Scopes.Exists(resources, pool, scope, stop)))
                there.Add(scope);
        }
        return there.Count > 0 ? there : throw Invalid("This user pool allows no scopes to registered clients of this grant type.");
    }

    private static string Name(string? asked)
    {
        if (string.IsNullOrWhiteSpace(asked))
            return DefaultName;
        var name = string.Concat(asked.Take(LongestName).Select(static c => char.IsAsciiLetterOrDigit(c) || "_+=,.@- ".Contains(c, StringComparison.Ordinal) ? c : '-'));
        return name.All(static c => c is '-' or ' ') ? DefaultName : name;
    }

    private static OAuthException Invalid(string? description) => new("invalid_client_metadata", description);
}
