using System.Text;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Token;

/// <summary>Which client calls, proved by its secret where it has one, in the header (Basic) or in the form; or by an assertion where it has
/// keys.</summary>
/// <remarks>OAuth sheet, "Client authentication". A secret is compared as it stands: it is not form-decoded. A client may have several live ones.</remarks>
public sealed class ClientAuthentication(Pools pools, ClientAssertions assertions)
{
    private const string Basic = "Basic ";
    private const int LongestHeader = 4096;
    private const int LongestId = 128;

    /// <param name="refused">The status of <c>invalid_client</c>: endpoints differ.</param>
    /// <exception cref="OAuthException"><c>invalid_client</c>: unknown, of another pool, or not proved; <c>invalid_request</c>: none is named.</exception>
    public async ValueTask<AppClient> Authenticate(DomainRequest request, OAuthForm form, int refused = 400)
    {
        if (form["client_assertion"] is { } assertion && PoolSwitch.PrivateKeyJwt.IsOnForSome(request.Pool))
            return await ByAssertion(request, form, assertion, refused);
        var (id, secret) = Presented(request, form, refused);
        var client = await Find(request, id) ?? throw Invalid(refused);
        // A client with keys proves itself by them, and by nothing weaker.
        if (ClientKeys.Of(client) is not null)
            throw Invalid(refused);
        if (client.HasSecret ? !SecretHash.IsSecret(client, secret) : secret is not null)
            throw Invalid(refused, "invalid_client_secret");
        return client;
    }

    /// <summary>Whether a client can prove itself at all.</summary>
    public static bool IsConfidential(AppClient client) => client.HasSecret || ClientKeys.Of(client) is not null;

    private async ValueTask<AppClient> ByAssertion(DomainRequest request, OAuthForm form, string assertion, int refused)
    {
        // RFC 6749, §2.3: one proof a request.
        if (request.Context.Request.Headers.Authorization.Count > 0 || form["client_secret"] is not null)
            throw new OAuthException("invalid_request");
        if (form["client_assertion_type"] is ClientAssertions.Type && ClientAssertions.ClaimedClient(assertion) is { } id && form["client_id"] is var named
            && (named is null || named == id) && await Find(request, id) is { } client && ClientKeys.Of(client) is { } keys
            && await assertions.IsProof(request, client, keys, assertion))
            return client;
        throw Invalid(refused);
    }

    private async ValueTask<AppClient?> Find(DomainRequest request, string id) =>
        id.Length <= LongestId && await pools.FindClient(id, request.Stop) is { } client && client.Pool.Number == request.Pool.Number ? client : null;

    private static (string Id, string? Secret) Presented(DomainRequest request, OAuthForm form, int refused)
    {
        var header = request.Context.Request.Headers.Authorization;
        var (id, secret) = (form["client_id"], form["client_secret"]);
        if (header.Count == 0)
            return (id ?? throw new OAuthException("invalid_request"), secret);
        if (header is not [{ } only] || !TryDecode(only, out var headerId, out var headerSecret))
            throw Invalid(refused);
        if ((id is not null && id != headerId) || (secret is not null && secret != headerSecret))
            throw Invalid(refused);
        return (headerId, headerSecret.Length == 0 ? null : headerSecret);
    }

    private static bool TryDecode(string header, out string id, out string secret)
    {
        (id, secret) = ("", "");
        if (header.Length > LongestHeader || !header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return false;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), bytes, out var length))
            return false;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return false;
        (id, secret) = (text[..colon], text[(colon + 1)..]);
        return true;
    }

    private static OAuthException Invalid(int status, string? description = null) => new("invalid_client", description) { Status = status };
}
