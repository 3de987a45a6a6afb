using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.OAuth.Registration;

/// <summary>A client that was registered, as its application is told of it: id, secret, and what was registered (RFC 7591, §3.2.1).</summary>
/// <param name="AuthMethod">How it proves itself at the token endpoint.</param>
public sealed record RegisteredClient(AppClient Client, string AuthMethod)
{
    /// <summary>Writes the members of the answer. A client of the code flow refreshes, whether or not it asked to.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        var settings = Client.Settings;
        var isCode = settings.AllowedOAuthFlows!.Contains(OAuthFlowType.code);
        writer.WriteString("client_id"u8, Client.Id);
        writer.WriteNumber("client_id_issued_at"u8, Client.Row.Created.ToUnixTimeSeconds());
        if (Client.HasSecret && Client.RegisteredKeys is null)
        {
            writer.WriteString("client_secret"u8, Client.Secrets[0].Value);
            // It does not expire.
            writer.WriteNumber("client_secret_expires_at"u8, 0);
        }
        writer.WriteString("client_name"u8, settings.ClientName);
        if (settings.CallbackURLs is { } redirectUris)
            List(writer, "redirect_uris", redirectUris);
        if (settings.LogoutURLs is { } logoutUris)
            List(writer, "post_logout_redirect_uris", logoutUris);
        writer.WriteString("token_endpoint_auth_method"u8, AuthMethod);
        if (Client.RegisteredKeys is { Address: { } address })
        {
            writer.WriteString("jwks_uri"u8, address);
        }
        else if (Client.RegisteredKeys is { Document: { } document })
        {
            writer.WritePropertyName("jwks"u8);
            writer.WriteRawValue(document);
        }
        List(writer, "grant_types", isCode ? ["authorization_code", "refresh_token"] : ["client_credentials"]);
        List(writer, "response_types", isCode ? ["code"] : []);
        writer.WriteString("scope"u8, string.Join(' ', settings.AllowedOAuthScopes!));
    }

    private static void List(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
