using Postern.UserPools.Clients;
using Postern.UserPools.ResourceServers;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>What the tokens will be good for: the scopes that are asked for, or all of the client's where none are. What a resource server does
/// not have any more is left out.</summary>
/// <remarks>OAuth sheet, "Scopes, resource servers, binding". The fault's form is the measured one ("Contradictions and decisions").</remarks>
public sealed class GrantedScope(ActiveScopes scopes)
{
    /// <returns>Scopes, separated by spaces.</returns>
    /// <exception cref="OAuthException">One is not the client's, or needs openid beside it; or tokens are asked for at once, and the client may not
    /// read every attribute of the scopes.</exception>
    public async ValueTask<string> Of(AppClient client, ResponseType type, AuthorizationParameters parameters, CancellationToken stop)
    {
        var allowed = client.Settings.AllowedOAuthScopes ?? [];
        var asked = parameters.Scope is { } given ? [.. given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)] : allowed;
        if ((asked.Count == 0 && parameters.Scope is not null) || asked.Any(scope => !allowed.Contains(scope)))
            throw Invalid();
        if (!asked.Contains(GrantedScopes.OpenId) && asked.Any(static scope => scope is GrantedScopes.Email or GrantedScopes.Phone or GrantedScopes.Profile))
            throw Invalid();
        var granted = await scopes.Of(client.Pool, string.Join(' ', asked), stop);
        // A code is refused when it is exchanged; where there is none, only here is the place. That the service does so is unverified.
        if (type is ResponseType.Token && !GrantedScopes.AreReadable(granted, client))
            throw Invalid();
        return granted.Length <= Lengths.LongestScope ? granted : throw new OAuthException("invalid_request", $"scope is longer than {Lengths.LongestScope} bytes");
    }

    private static OAuthException Invalid() => new("invalid_request", "invalid_scope");
}
