using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Registration;

/// <summary>Who may register clients: everybody where the pool allows open registration, else who has an access token of the pool with the
/// scope for it, of a user or of a client for itself.</summary>
/// <remarks>A token that is sent must be good, open registration or not: its errors are those of bearer tokens (RFC 6750, §3.1).</remarks>
public sealed class RegistrationAccess(Pools pools, SigningKeys keys, IUserStore users, TimeProvider time)
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
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || !JwtReader.TryRead(header.AsSpan(Bearer.Length).Trim(), out var jwt)
            || jwt.Text("token_use") is not "access" || jwt.Text("client_id") is not { } clientId
            || (await keys.Get(request.Pool.Number, request.Stop)).Find(jwt.Kid) is not { } key || !jwt.IsSignedBy(key)
            || !(jwt.Time("exp") > time.GetUtcNow())
            || await pools.FindClient(clientId, request.Stop) is not { } client || client.Pool.Number != request.Pool.Number
            || !await Stands(request.Pool.Number, clientId, jwt, request.Stop))
            throw Refused(request, "invalid_token", "The access token is malformed, expired or revoked.", 401);
        if (client.IsRegistered || !GrantedScopes.Has(jwt.Text("scope") ?? "", RegistrationSettings.Scope))
            throw Refused(request, "insufficient_scope", $"The access token needs the scope {RegistrationSettings.Scope}.", 403);
    }

    /// <summary>Whether who got the token still stands behind it: the client itself, which is there, or a user who neither was disabled nor signed out.</summary>
    private async ValueTask<bool> Stands(long pool, string clientId, JwtReader jwt, CancellationToken stop)
    {
        var subject = jwt.Text("sub");
        if (subject == clientId)
            return true;
        return Guid.TryParse(subject, out var sub) && Guid.TryParse(jwt.Text("jti"), out var jti)
            && await users.FindForToken(pool, sub, Guid.TryParse(jwt.Text("origin_jti"), out var origin) ? origin : Guid.Empty, stop) is { } view
            && !view.IsRevoked && view.User.Enabled && SignOutCount.Reveal(jti) == view.User.SignOuts;
    }

    private static OAuthException Refused(DomainRequest request, string error, string description, int status)
    {
        request.Context.Response.Headers.WWWAuthenticate = $"Bearer error=\"{error}\", error_description=\"{description}\"";
        return new(error, description) { Status = status };
    }

    private static OAuthException Denied(string description) => new("access_denied", description) { Status = 403 };
}
