using Postern.OAuth.Possession;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Registration;

/// <summary>Who may register clients: everybody where the pool allows open registration, else who has an access token of the pool with the
/// scope for it, of a user or of a client for itself.</summary>
/// <remarks>A token that is sent must be good, open registration or not: its errors are those of bearer tokens (RFC 6750, §3.1).</remarks>
public sealed class RegistrationAccess(LiveAccessTokens tokens, KeyProofs proofs)
{
    private const string Bearer = "Bearer ";

    /// <summary>The flows of clients that the caller may register; at least one.</summary>
    /// <exception cref="OAuthException"><c>invalid_token</c> (401), <c>insufficient_scope</c> or <c>access_denied</c> (403).</exception>
    public async ValueTask<IReadOnlyList<string>> Flows(DomainRequest request)
    {
        if (!RegistrationSettings.IsOn(request.Pool))
            throw Denied("Dynamic client registration is not enabled for this user pool.");
        string? header = request.Context.Request.Headers.Authorization;
        if (!string.IsNullOrEmpty(header))
        {
            await CheckToken(request, header);
            return RegistrationSettings.Flows(request.Pool, isOpen: false) is { Count: > 0 } flows
                ? flows
                : throw Denied("This user pool permits no grant types to authenticated registration.");
        }
        if (request.Pool.Settings.DcrConfiguration?.OpenDcrEnabled is not true)
        {
            request.Context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new OAuthException("invalid_token", "An access token is required to register a client.") { Status = 401 };
        }
        return RegistrationSettings.Flows(request.Pool, isOpen: true) is { Count: > 0 } open
            ? open
            : throw Denied("This user pool permits no grant types to open registration.");
    }

    private async ValueTask CheckToken(DomainRequest request, string header)
    {
        var isByScheme = DPoPProofs.AreTaken(request.Pool) && header.StartsWith(KeyProofs.Scheme, StringComparison.OrdinalIgnoreCase);
        var scheme = isByScheme ? KeyProofs.Scheme : Bearer;
        var text = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : "";
        if (await tokens.Find(request.Pool, text, request.Stop) is not { } token)
            throw Refused(request, "invalid_token", "The access token is malformed, expired or revoked.", 401);
        if (token.Client.IsRegistered || !GrantedScopes.Has(token.Jwt.Text("scope") ?? "", RegistrationSettings.Scope))
            throw Refused(request, "insufficient_scope", $"The access token needs the scope {RegistrationSettings.Scope}.", 403);
        await proofs.CheckUse(request, token.Client.Id, text, token.Key, isByScheme);
    }

    private static OAuthException Refused(DomainRequest request, string error, string description, int status)
    {
        request.Context.Response.Headers.WWWAuthenticate = $"Bearer error=\"{error}\", error_description=\"{description}\"";
        return new(error, description) { Status = status };
    }

    private static OAuthException Denied(string description) => new("access_denied", description) { Status = 403 };
}
