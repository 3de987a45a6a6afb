namespace Postern.UserPools.Tokens;

/// <summary>What an OAuth authorization was granted, the same through all refreshes.</summary>
/// <param name="Scope">Scopes, separated by spaces, in the order in which they were asked for.</param>
/// <param name="Resource">The <c>aud</c> of the access tokens (RFC 8707); null where none was asked for.</param>
/// <param name="Sid">The browser's session that it was given in, where the client hears of its end; else null.</param>
public sealed record Grant(string Scope, string? Resource, string? Sid = null)
{
    /// <summary>Whether the sign-in gives an ID token.</summary>
    public bool IsOpenId => GrantedScopes.Has(Scope, GrantedScopes.OpenId);
}
