using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.Possession;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Token;

/// <summary><c>client_credentials</c>: an access token of the client for itself; no ID token, no refresh token, no session.</summary>
/// <remarks>OAuth sheet, "/oauth2/token" and "Contradictions and decisions": any scope of the client, others are <c>invalid_scope</c>.</remarks>
public sealed class ClientCredentialsGrant(ClientTokens tokens) : IGrant
{
    // Duplicate names would let two readers of it see different things.
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 2 };

    public string Type => "client_credentials";

    public async ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, OAuthForm form, ProvenKey? key)
    {
        if (!client.HasSecret || !client.AllowsFlow(OAuthFlowType.client_credentials) || client.Settings.AllowedOAuthFlows is not { Count: 1 })
            throw new OAuthException("unauthorized_client");
        var metadata = Metadata(form["aws_client_metadata"]);
        var asked = form["scope"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (ClientTokenRequest.Of(client, asked, metadata) is not { } wanted)
            throw new OAuthException("invalid_scope");
        return new(
            await tokens.Make(wanted, request.Stop, key?.Thumbprint), (int)client.AccessTokenLifetime.TotalSeconds, TokenType: key is null ? "Bearer" : "DPoP");
    }

    /// <exception cref="OAuthException"><c>invalid_request</c>: it is no JSON object of strings (unverified against the service).</exception>
    private static Dictionary<string, string>? Metadata(string? json)
    {
        if (json is null)
            return null;
        try
        {
            using var parsed = JsonDocument.Parse(json, strict);
            if (parsed.RootElement.ValueKind is JsonValueKind.Object)
                return parsed.RootElement.EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value.ValueKind is JsonValueKind.String
                    ? member.Value.GetString()!
                    : throw new OAuthException("invalid_request"));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Told below, as every other shape that it must not have.
        }
        throw new OAuthException("invalid_request");
    }
}
