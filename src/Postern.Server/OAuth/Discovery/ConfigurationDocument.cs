using System.Buffers;
using System.Text.Json;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Discovery;

/// <summary>A pool's OpenID configuration. Without a domain its OAuth members point at the issuer's own host.</summary>
public static class ConfigurationDocument
{
    public static byte[] Write(UserPool pool, Issuer issuer)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var root = issuer.Base(pool);
            writer.WriteStartObject();
            writer.WriteString("authorization_endpoint"u8, root + "/oauth2/authorize");
            writer.WriteString("end_session_endpoint"u8, root + "/logout");
            List(writer, "id_token_signing_alg_values_supported", "RS256");
            writer.WriteString("issuer"u8, issuer.Of(pool));
            writer.WriteString("jwks_uri"u8, root + "/.well-known/jwks.json");
            List(writer, "response_types_supported", "code", "token");
            writer.WriteString("revocation_endpoint"u8, root + "/oauth2/revoke");
            List(writer, "scopes_supported", "openid", "email", "phone", "profile");
            if (RegistrationSettings.IsOn(pool))
                writer.WriteString("registration_endpoint"u8, root + "/oauth2/register");
            List(writer, "subject_types_supported", "public");
            writer.WriteString("token_endpoint"u8, root + "/oauth2/token");
            List(writer, "token_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post");
            writer.WriteString("userinfo_endpoint"u8, root + "/oauth2/userInfo");
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void List(Utf8JsonWriter writer, string name, params ReadOnlySpan<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
