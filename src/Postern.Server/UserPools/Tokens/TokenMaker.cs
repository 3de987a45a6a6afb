using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Devices;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Tokens;

/// <summary>Makes ID and access tokens: two signatures, and little else.</summary>
/// <remarks>Claims: tokens sheet. A payload is written as UTF-8 into a pooled buffer and signed there.</remarks>
public sealed class TokenMaker(SigningKeys keys, RefreshTokens refreshTokens, Issuer issuer, SignInGate gate, TimeProvider time)
{
    /// <summary>The <c>version</c> of tokens that OAuth issues; those of the API have none.</summary>
    private const int OAuthVersion = 2;

    /// <summary>The tokens of a sign-in or a refresh.</summary>
    /// <param name="withRefreshToken">Whether the answer carries a refresh token: a sign-in, or a rotation.</param>
    /// <param name="nonce">Of the OAuth request, for its ID token.</param>
    /// <param name="key">The thumbprint of the key that the access token is bound to (RFC 9449); null where anybody may use it.</param>
    /// <exception cref="TooManyRequestsException">Too many sign-ins wait already.</exception>
    public async ValueTask<AuthenticationResultType> Make(
        AppClient client, User user, IReadOnlyList<StoredGroup> groups, SignInFacts facts, bool withRefreshToken, CancellationToken stop,
        string? nonce = null, string? key = null)
    {
        var pair = await keys.Get(client.Pool.Number, stop);
        using var turn = await gate.Turn(stop);
        var now = time.GetUtcNow();
        var lifetime = client.AccessTokenLifetime;
        var accessToken = AccessToken(pair.AccessToken, client, user, groups, facts, now, lifetime, key);
        return new()
        {
            AccessToken = accessToken,
            IdToken = facts.Grant is null or { IsOpenId: true } ? IdToken(pair.IdToken, client, user, groups, facts, now, accessToken, nonce) : null,
            RefreshToken = withRefreshToken ? refreshTokens.Seal(client, user, facts) : null,
            ExpiresIn = (int)lifetime.TotalSeconds,
            TokenType = key is null ? "Bearer" : "DPoP",
        };
    }

    /// <summary>An access token of a client for itself (OAuth's client credentials): no user stands behind it.</summary>
    /// <param name="scope">Scopes, separated by spaces.</param>
    /// <param name="key">As of <see cref="Make"/>.</param>
    /// <exception cref="TooManyRequestsException">Too many sign-ins wait already.</exception>
    public async ValueTask<string> MakeForClient(AppClient client, string scope, CancellationToken stop, string? key = null)
    {
        var pair = await keys.Get(client.Pool.Number, stop);
        using var turn = await gate.Turn(stop);
        var now = time.GetUtcNow();
        using var payload = new Payload();
        var writer = payload.Writer;
        writer.WriteStartObject();
        writer.WriteString("sub"u8, client.Id);
        writer.WriteString("token_use"u8, "access"u8);
        writer.WriteString("scope"u8, scope);
        writer.WriteNumber("auth_time"u8, now.ToUnixTimeSeconds());
        writer.WriteString("iss"u8, issuer.Of(client.Pool));
        writer.WriteNumber("exp"u8, (now + client.AccessTokenLifetime).ToUnixTimeSeconds());
        writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
        writer.WriteNumber("version"u8, OAuthVersion);
        writer.WriteString("jti"u8, Guid.NewGuid());
        writer.WriteString("client_id"u8, client.Id);
        WriteKey(writer, key);
        writer.WriteEndObject();
        return payload.Sign(pair.AccessToken);
    }

    private string AccessToken(
        SigningKey key, AppClient client, User user, IReadOnlyList<StoredGroup> groups, SignInFacts facts, DateTimeOffset now, TimeSpan lifetime,
        string? boundTo)
    {
        using var payload = new Payload();
        var writer = payload.Writer;
        writer.WriteStartObject();
        writer.WriteString("sub"u8, user.Sub);
        WriteGroups(writer, groups);
        writer.WriteString("iss"u8, issuer.Of(client.Pool));
        if (facts.Grant is not null)
            writer.WriteNumber("version"u8, OAuthVersion);
        writer.WriteString("client_id"u8, client.Id);
        if (client.RevokesTokens)
            writer.WriteString("origin_jti"u8, facts.OriginJti);
        writer.WriteString("event_id"u8, facts.EventId);
        if (facts.Device != Guid.Empty)
            writer.WriteString("device_key"u8, DeviceKeys.Of(client.Pool, facts.Device));
        writer.WriteString("token_use"u8, "access"u8);
        writer.WriteString("scope"u8, facts.Grant?.Scope ?? AccessTokens.SelfServiceScope);
        if (facts.Grant?.Resource is { } resource)
            writer.WriteString("aud"u8, resource);
        WriteContext(writer, client, facts);
        writer.WriteNumber("auth_time"u8, facts.AuthTime.ToUnixTimeSeconds());
        writer.WriteNumber("exp"u8, (now + lifetime).ToUnixTimeSeconds());
        writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
        writer.WriteString("jti"u8, SignOutCount.Hide(user.SignOuts));
        writer.WriteString("username"u8, user.Username);
        WriteKey(writer, boundTo);
        writer.WriteEndObject();
        return payload.Sign(key);
    }

    private string IdToken(SigningKey key, AppClient client, User user, IReadOnlyList<StoredGroup> groups, SignInFacts facts, DateTimeOffset now,
        string accessToken, string? nonce)
    {
        using var payload = new Payload();
        var writer = payload.Writer;
        writer.WriteStartObject();
        if (facts.Grant is not null)
            writer.WriteString("at_hash"u8, LeftHalf(accessToken));
        writer.WriteString("sub"u8, user.Sub);
        WriteGroups(writer, groups);
        WriteRoles(writer, groups);
        writer.WriteString("iss"u8, issuer.Of(client.Pool));
        writer.WriteString("cognito:username"u8, user.Username);
        if (client.RevokesTokens)
            writer.WriteString("origin_jti"u8, facts.OriginJti);
        writer.WriteString("aud"u8, client.Id);
        if (nonce is not null)
            writer.WriteString("nonce"u8, nonce);
        if (facts.Grant?.Sid is { } sid && PoolSwitch.BackChannelLogout.IsOn(client.Pool, client.Id))
            writer.WriteString("sid"u8, sid);
        writer.WriteString("event_id"u8, facts.EventId);
        writer.WriteString("token_use"u8, "id"u8);
        WriteContext(writer, client, facts);
        writer.WriteNumber("auth_time"u8, facts.AuthTime.ToUnixTimeSeconds());
        writer.WriteNumber("exp"u8, (now + client.IdTokenLifetime).ToUnixTimeSeconds());
        writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
        writer.WriteString("jti"u8, Guid.NewGuid());
        foreach (var (name, value) in user.Attributes)
        {
            if (client.MayRead(name) && (facts.Grant is null || GrantedScopes.Show(facts.Grant.Scope, name)))
                WriteAttribute(writer, name, value);
        }
        writer.WriteEndObject();
        return payload.Sign(key);
    }

    /// <summary>The left half of an access token's hash (OpenID Connect Core, §3.1.3.6).</summary>
    private static string LeftHalf(string accessToken)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(accessToken), hash);
        return Base64Url.EncodeToString(hash[..(SHA256.HashSizeInBytes / 2)]);
    }

    /// <summary>Writes an attribute as a claim of OpenID Connect's types (Core, §5.1).</summary>
    public static void WriteAttribute(Utf8JsonWriter writer, string name, string value)
    {
        switch (name)
        {
            case "email_verified" or "phone_number_verified":
                writer.WriteBoolean(name, string.Equals(value, "true", StringComparison.OrdinalIgnoreCase));
                break;
            case "address":
                writer.WriteStartObject("address"u8);
                writer.WriteString("formatted"u8, value);
                writer.WriteEndObject();
                break;
            case "updated_at" when long.TryParse(value, out var seconds):
                writer.WriteNumber("updated_at"u8, seconds);
                break;
            default:
                writer.WriteString(name, value);
                break;
        }
    }

    private static void WriteKey(Utf8JsonWriter writer, string? key)
    {
        if (key is null)
            return;
        writer.WriteStartObject("cnf"u8);
        writer.WriteString("jkt"u8, key);
        writer.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter writer, AppClient client, SignInFacts facts)
    {
        if (ContextClasses.Of(client.Pool, facts.Level) is { } name)
            writer.WriteString("acr"u8, name);
    }

    private static void WriteGroups(Utf8JsonWriter writer, IReadOnlyList<StoredGroup> groups)
    {
        if (groups.Count == 0)
            return;
        writer.WriteStartArray("cognito:groups"u8);
        foreach (var group in groups)
            writer.WriteStringValue(group.Name);
        writer.WriteEndArray();
    }

    /// <summary>All roles, and the preferred one: that of the lowest precedence, absent where two different roles share it.</summary>
    private static void WriteRoles(Utf8JsonWriter writer, IReadOnlyList<StoredGroup> groups)
    {
        StoredGroup? winner = null;
        var tied = false;
        var any = false;
        foreach (var group in groups)
        {
            if (group.RoleArn is null)
                continue;
            any = true;
            if (winner is null || (group.Precedence ?? int.MaxValue) < (winner.Precedence ?? int.MaxValue))
                (winner, tied) = (group, false);
            else if (group.Precedence == winner.Precedence && group.RoleArn != winner.RoleArn)
                tied = true;
        }
        if (!any)
            return;
        if (!tied)
            writer.WriteString("cognito:preferred_role"u8, winner!.RoleArn);
        writer.WriteStartArray("cognito:roles"u8);
        foreach (var group in groups)
        {
            if (group.RoleArn is not null)
                writer.WriteStringValue(group.RoleArn);
        }
        writer.WriteEndArray();
    }

    private readonly struct Payload : IDisposable
    {
        private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        private readonly ArrayBufferWriter<byte> buffer = new(1024);

        public Payload() => Writer = new(buffer, Options);

        public Utf8JsonWriter Writer { get; }

        public string Sign(SigningKey key)
        {
            Writer.Flush();
            return Jwt.Sign(key, buffer.WrittenSpan);
        }

        public void Dispose() => Writer.Dispose();
    }
}
