using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;
using Postern.UserPools.ResourceServers;

namespace Postern.UserPools.Clients;

/// <summary>The settings that CreateUserPoolClient and UpdateUserPoolClient ask for: checked, with defaults for what is left out.</summary>
/// <remarks>Operations sheet, "App clients and secrets". The documentation says that the OAuth members need
/// AllowedOAuthFlowsUserPoolClient; captured answers show them kept without it, so they are kept, and mean nothing until it is true.
/// Texts are
/// as public deployments report them; those for openid and ALLOW_CLIENT_TOKEN_AUTH are unverified against the service.</remarks>
/// <param name="isNew">Whether the client is being created; else it is being updated.</param>
/// <param name="hasSecret">Whether the client has, or will have, a secret.</param>
internal sealed class RequestedClient(UserPool pool, bool isNew, bool hasSecret)
{
    private static readonly string[] BuiltInScopes = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

    /// <summary>Whether a scope is one of the pool's own, which no resource server gives.</summary>
    public static bool IsBuiltIn(string scope) => BuiltInScopes.Contains(scope);

    private string Doing => isNew ? "creating" : "updating";

    /// <summary>What is kept: without ids, dates and secret.</summary>
    /// <exception cref="InvalidParameterException">A rule is broken.</exception>
    /// <exception cref="InvalidOAuthFlowException">The OAuth flows do not fit together.</exception>
    /// <exception cref="ScopeDoesNotExistException">A scope is neither built in nor of one of the pool's resource servers.</exception>
    /// <exception cref="FeatureUnavailableInTierException">The pool's tier lacks what is asked for.</exception>
    public async ValueTask<UserPoolClientType> Settings(CreateUserPoolClientRequest request, IResourceStore resources, CancellationToken stop)
    {
        var flows = Set(request.AllowedOAuthFlows);
        var scopes = Set(request.AllowedOAuthScopes);
        var signIns = SignInFlows(request);
        CheckAttributes(request);
        CheckOAuth(request, flows ?? [], scopes ?? []);
        var refresh = TokenValidity.Check(request.RefreshTokenValidity, request.AccessTokenValidity, request.IdTokenValidity, request.TokenValidityUnits);
        if (request.EnablePropagateAdditionalUserContextData is true && !hasSecret)
            throw new InvalidParameterException("Client Secret is required to set EnablePropagateAdditionalUserContextData as true");
        await CheckScopes(scopes ?? [], resources, stop);
        await CheckProviders(request.SupportedIdentityProviders ?? [], resources, stop);
        return new()
        {
            ClientName = request.ClientName,
            RefreshTokenValidity = refresh,
            AccessTokenValidity = request.AccessTokenValidity,
            IdTokenValidity = request.IdTokenValidity,
            TokenValidityUnits = request.TokenValidityUnits ?? new(),
            ReadAttributes = Set(request.ReadAttributes),
            WriteAttributes = Set(request.WriteAttributes),
            ExplicitAuthFlows = signIns,
            SupportedIdentityProviders = Set(request.SupportedIdentityProviders),
            CallbackURLs = Set(request.CallbackURLs),
            LogoutURLs = Set(request.LogoutURLs),
            DefaultRedirectURI = request.DefaultRedirectURI,
            AllowedOAuthFlows = flows,
            AllowedOAuthScopes = scopes,
            AllowedOAuthFlowsUserPoolClient = request.AllowedOAuthFlowsUserPoolClient ?? false,
            AnalyticsConfiguration = request.AnalyticsConfiguration,
            PreventUserExistenceErrors = request.PreventUserExistenceErrors,
            EnableTokenRevocation = request.EnableTokenRevocation ?? true,
            EnablePropagateAdditionalUserContextData = request.EnablePropagateAdditionalUserContextData ?? false,
            AuthSessionValidity = request.AuthSessionValidity ?? 3,
            RefreshTokenRotation = request.RefreshTokenRotation is { Feature: FeatureType.ENABLED } rotation
                ? rotation with { RetryGracePeriodSeconds = rotation.RetryGracePeriodSeconds ?? 0 }
                : request.RefreshTokenRotation,
        };
    }

    private static List<string>? Set(IReadOnlyList<string>? list) => list is { Count: > 0 } ? [.. list.Distinct(StringComparer.Ordinal)] : null;

    private List<string>? SignInFlows(CreateUserPoolClientRequest request)
    {
        var flows = Set(request.ExplicitAuthFlows);
        var named = flows?.Count(static flow => flow.StartsWith("ALLOW_", StringComparison.Ordinal)) ?? 0;
        if (flows is not null && named > 0 && named < flows.Count)
            throw new InvalidParameterException("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.");
        if (flows?.Contains(ExplicitAuthFlowsType.ALLOW_USER_AUTH) is true)
            Tiers.RefuseInLite(pool.Settings.UserPoolTier, "Passwordless Sign-In");
        if (flows?.Contains(ExplicitAuthFlowsType.ALLOW_CLIENT_TOKEN_AUTH) is true && (flows.Count > 1 || !hasSecret))
            throw new InvalidParameterException("ALLOW_CLIENT_TOKEN_AUTH needs a client secret, and can not be used with other flows.");
        if (request.RefreshTokenRotation?.Feature is FeatureType.ENABLED)
        {
            Tiers.RefuseInLite(pool.Settings.UserPoolTier, "Refresh Token Rotation");
            if (flows?.Contains(ExplicitAuthFlowsType.ALLOW_REFRESH_TOKEN_AUTH) is true)
                throw new InvalidParameterException("ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.");
        }
        return flows;
    }

    private void CheckAttributes(CreateUserPoolClientRequest request)
    {
        var schema = pool.Schema;
        if (request.ReadAttributes is { Count: > 0 } readable && readable.Any(name => schema.Find(name) is not { DeveloperOnlyAttribute: not true }))
            throw new InvalidParameterException($"Invalid read attributes specified while {Doing} a client");
        if (request.WriteAttributes is { Count: > 0 } writable
            && (writable.Any(name => name is "sub" or "email_verified" or "phone_number_verified" || schema.Find(name) is not { DeveloperOnlyAttribute: not true })
                || schema.Required.Any(name => !writable.Contains(name))))
            throw new InvalidParameterException($"Invalid write attributes specified while {Doing} a client");
    }

    private void CheckOAuth(CreateUserPoolClientRequest request, List<string> flows, List<string> scopes)
    {
        var callbacks = request.CallbackURLs ?? [];
        RedirectUrls.Check(callbacks);
        RedirectUrls.Check(request.LogoutURLs ?? []);
        if (request.DefaultRedirectURI is { } url && !callbacks.Contains(url))
            throw new InvalidParameterException($"The default redirect URI {url} is not in the callback URIs list.");
        if (request.AllowedOAuthFlowsUserPoolClient is true && (flows.Count == 0 || scopes.Count == 0))
            throw new InvalidParameterException("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.");
        var isForUsers = flows.Contains(OAuthFlowType.code) || flows.Contains(OAuthFlowType.@implicit);
        if (flows.Contains(OAuthFlowType.client_credentials))
        {
            if (isForUsers)
                throw new InvalidOAuthFlowException("client_credentials flow can not be selected along with code flow or implicit flow.");
            if (!hasSecret)
                throw new InvalidOAuthFlowException("client_credentials flow can not be selected if client does not have a client secret.");
            if (scopes.Find(BuiltInScopes.Contains) is { } scope)
                throw new InvalidOAuthFlowException($"{scope} is not supported with client_credentials flow");
        }
        if (isForUsers && callbacks.Count == 0)
            throw new InvalidOAuthFlowException("CallbackUrls can not be empty when code flow or implicit flow is selected");
        if (scopes.Exists(static scope => scope is "email" or "phone" or "profile") && !scopes.Contains("openid"))
            throw new InvalidParameterException("The scopes email, phone and profile need openid as well.");
    }

    private async ValueTask CheckScopes(List<string> scopes, IResourceStore resources, CancellationToken stop)
    {
        foreach (var scope in scopes.Where(static scope => !BuiltInScopes.Contains(scope)))
        {
            if (!await Scopes.Exists(resources, pool, scope, stop))
                throw new ScopeDoesNotExistException($"Invalid scope requested: {scope}");
        }
    }

    private async ValueTask CheckProviders(IReadOnlyList<string> providers, IResourceStore resources, CancellationToken stop)
    {
        foreach (var provider in providers)
        {
            if (provider is not "COGNITO" && await resources.Find(pool.Number, ResourceKind.IdentityProvider, provider, stop) is null)
                throw new InvalidParameterException($"The provider {provider} does not exist for User Pool {pool.Id}.");
        }
    }
}
