using System.Text;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Token;

/// <summary>Which client calls, proved by its secret where it has one: in the header (Basic) or in the form.</summary>
/// <remarks>OAuth sheet, "Client authentication". A secret is compared as it stands: it is not form-decoded.</remarks>
public sealed class ClientAuthentication(Pools pools)
{
    private const string Basic = "Basic ";
    private const int LongestHeader = 4096;

    /// <exception cref="OAuthException"><c>invalid_client</c>: unknown, of another pool, or not proved.</exception>
    public async ValueTask<AppClient> Authenticate(DomainRequest request, IFormCollection form)
    {
        string? header = request.Context.Request.Headers.Authorization;
        string? id = form["client_id"], secret = form["client_secret"];
        if (!string.IsNullOrEmpty(header))
        {
            var (headerId, headerSecret) = Decode(header);
            if ((!string.IsNullOrEmpty(id) && id != headerId) || (!string.IsNullOrEmpty(secret) && secret != headerSecret))
                throw Invalid();
            (id, secret) = (headerId, headerSecret);
        }
        if (string.IsNullOrEmpty(id) || await pools.FindClient(id, request.Stop) is not { } client || client.Pool.Number != request.Pool.Number)
            throw Invalid();
        if (client.HasSecret ? !SecretHash.IsSecret(client, secret) : !string.IsNullOrEmpty(secret))
            throw Invalid("invalid_client_secret");
        return client;
    }

    private static (string Id, string Secret) Decode(string header)
    {
        if (header.Length > LongestHeader || !header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            throw Invalid();
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), bytes, out var length))
            throw Invalid();
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? throw Invalid() : (text[..colon], text[(colon + 1)..]);
    }

    private static OAuthException Invalid(string? description = null) => new("invalid_client", description);
}
