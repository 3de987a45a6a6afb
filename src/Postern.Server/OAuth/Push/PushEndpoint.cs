using System.Text;
using Postern.OAuth.Authorize;
using Postern.OAuth.Possession;
using Postern.OAuth.Token;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Push;

/// <summary><c>/oauth2/par</c> (RFC 9126): a client sends its authorization request itself, proved as at the token endpoint, and the browser then
/// carries a reference alone. Cognito has none; a pool switches it on.</summary>
/// <remarks>The request is checked as <c>/oauth2/authorize</c> checks it, and once more when the browser comes. Open to scripts of any origin:
/// clients in browsers push as well. A proof of a key binds the
/// code to it, as <c>dpop_jkt</c> does (RFC 9449, §10.1). Request objects (RFC 9101) are not taken.</remarks>
public sealed class PushEndpoint(OAuthJson json, ClientAuthentication clients, KeyProofs keyProofs, AuthorizationChecks checks, PushedRequests requests) : IDomainEndpoint
{
    // How a client proved itself is no part of what it asks for.
    private static readonly string[] proofs = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

    private static readonly string[] codes = ["invalid_request", "unauthorized_client", "server_error", "temporarily_unavailable"];

    public IReadOnlyList<string> Paths { get; } = ["/oauth2/par"];

    public bool IsOpenToScripts => true;

    public bool IsServed(UserPool pool) => PushedRequests.AreServed(pool);

    public Task Serve(DomainRequest request) => json.Post(request, async form =>
    {
        var client = await clients.Authenticate(request, form, refused: 401);
        if (!PushedRequests.AreServed(request.Pool, client.Id))
            throw new OAuthException("unauthorized_client");
        if (form["request_uri"] is not null)
            throw new OAuthException("invalid_request", "request_uri can't be pushed");
        if (form["request"] is not null)
            throw new OAuthException("request_not_supported");
        var query = Query(client, form);
        if (await keyProofs.ProveIfSent(request, client) is { } key)
        {
            if (form["dpop_jkt"] is { } named && named != key)
                throw new OAuthException("invalid_dpop_proof", "The DPoP proof is by another key than dpop_jkt names");
            query += form["dpop_jkt"] is null ? "&dpop_jkt=" + key : "";
        }
        if (query.Length > PushedRequests.LongestQuery)
            throw new OAuthException("invalid_request", $"The request is longer than {PushedRequests.LongestQuery} bytes");
        await Check(request, query);
        var uri = requests.Push(client, query);
        return writer =>
        {
            writer.WriteString("request_uri"u8, uri);
            writer.WriteNumber("expires_in"u8, (int)PushedRequests.Lifetime.TotalSeconds);
        };
    }, StatusCodes.Status201Created);

    private async ValueTask Check(DomainRequest request, string query)
    {
        try
        {
            await checks.Check(request, AuthorizationParameters.Pushing(query));
        }
        catch (OAuthException fault)
        {
            // What pages tell in words has a code here (RFC 9126, §2.3).
            throw codes.Contains(fault.Error) ? new OAuthException(fault.Error, fault.Description) : new("invalid_request", fault.Description ?? fault.Error);
        }
    }

    private static string Query(AppClient client, OAuthForm form)
    {
        var query = new StringBuilder("?client_id=").Append(Uri.EscapeDataString(client.Id));
        foreach (var (name, value) in form.Fields)
        {
            if (value.Length > 0 && !proofs.Contains(name))
                query.Append('&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }
        return query.ToString();
    }
}
