using System.Buffers;
using System.Text.Json;
using Postern.Federation;
using Postern.OAuth.Push;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Discovery;

/// <summary>A pool's OpenID configuration. Its OAuth members are at the pool's domain, a custom one where it has both; without a domain they are
/// built from the issuer, and nothing is there.</summary>
/// <remarks>OAuth sheet, "Discovery and keys". <c>code_challenge_methods_supported</c> is ours: strict clients stop without it.</remarks>
public static class ConfigurationDocument
{
    private static readonly JsonWriterOptions options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="domain">The address of the pool's domain; null where it has none.</param>
    public static byte[] Write(UserPool pool, Issuer issuer, string? domain)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            var oauth = domain is null ? issuer.Of(pool) : domain + "/oauth2";
            var root = domain ?? issuer.Of(pool);
            writer.WriteStartObject();
            writer.WriteString("authorization_endpoint"u8, oauth + "/authorize");
            if (PoolSwitch.AnswerIssuer.IsOn(pool))
                writer.WriteBoolean("authorization_response_iss_parameter_supported"u8, true);
            if (domain is not null && PoolSwitch.BackChannelLogout.IsOnForSome(pool))
            {
                writer.WriteBoolean("backchannel_logout_session_supported"u8, true);
                writer.WriteBoolean("backchannel_logout_supported"u8, true);
            }
            if (PoolSwitch.StrictOpenId.IsOn(pool))
                Recommended(writer, hasDevices: domain is not null && PoolSwitch.DeviceGrant.IsOnForSome(pool));
            List(writer, "code_challenge_methods_supported", "S256");
            if (domain is not null && PoolSwitch.DeviceGrant.IsOnForSome(pool))
                writer.WriteString("device_authorization_endpoint"u8, oauth + "/device_authorization");
            if (domain is not null && DPoPProofs.AreTaken(pool))
                List(writer, "dpop_signing_alg_values_supported", [.. OutsideTokens.Algorithms]);
            writer.WriteString("end_session_endpoint"u8, root + "/logout");
            List(writer, "id_token_signing_alg_values_supported", "RS256");
            if (domain is not null && PoolSwitch.Introspection.IsOnForSome(pool))
            {
                writer.WriteString("introspection_endpoint"u8, oauth + "/introspect");
                Proofs(writer, pool, "introspection_endpoint");
            }
            writer.WriteString("issuer"u8, issuer.Of(pool));
            writer.WriteString("jwks_uri"u8, issuer.Base(pool) + "/.well-known/jwks.json");
            if (domain is not null && RegistrationSettings.IsOn(pool))
                writer.WriteString("registration_endpoint"u8, oauth + "/register");
            if (domain is not null && PushedRequests.AreServed(pool))
                writer.WriteString("pushed_authorization_request_endpoint"u8, oauth + "/par");
            List(writer, "response_types_supported", "code", "token");
            if (PoolSwitch.RequirePushedRequests.IsOn(pool))
                writer.WriteBoolean("require_pushed_authorization_requests"u8, true);
            writer.WriteString("revocation_endpoint"u8, oauth + "/revoke");
            List(writer, "scopes_supported", "openid", "email", "phone", "profile");
            List(writer, "subject_types_supported", "public");
            writer.WriteString("token_endpoint"u8, oauth + "/token");
            Proofs(writer, pool, "token_endpoint");
            writer.WriteString("userinfo_endpoint"u8, oauth + "/userInfo");
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What OpenID Connect Discovery, §3, recommends, and what a client would take for supported where it is absent.</summary>
    private static void Recommended(Utf8JsonWriter writer, bool hasDevices)
    {
        writer.WriteBoolean("claims_parameter_supported"u8, false);
        List(
            writer, "claims_supported", "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "family_name", "given_name", "middle_name", "nickname",
            "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "email", "email_verified", "phone_number",
            "phone_number_verified", "address", "cognito:username");
        ReadOnlySpan<string> grants = ["authorization_code", "implicit", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"];
        List(writer, "grant_types_supported", hasDevices ? grants : grants[..^1]);
        writer.WriteBoolean("request_parameter_supported"u8, false);
        writer.WriteBoolean("request_uri_parameter_supported"u8, false);
    }

    /// <summary>How clients prove themselves at an endpoint.</summary>
    private static void Proofs(Utf8JsonWriter writer, UserPool pool, string endpoint)
    {
        if (!PoolSwitch.PrivateKeyJwt.IsOnForSome(pool))
        {
            List(writer, endpoint + "_auth_methods_supported", "client_secret_basic", "client_secret_post");
            return;
        }
        List(writer, endpoint + "_auth_methods_supported", "client_secret_basic", "client_secret_post", "private_key_jwt");
        List(writer, endpoint + "_auth_signing_alg_values_supported", [.. OutsideTokens.Algorithms]);
    }

    private static void List(Utf8JsonWriter writer, string name, params ReadOnlySpan<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
