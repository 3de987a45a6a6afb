using System.Text.Json;
using Postern.Cryptography;
using Postern.UserPools.Clients;
using Postern.UserPools.SignIn;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Introspect;

/// <summary>What a client may know of a token: of access tokens, whoever of its pool has them; of refresh tokens, its own.</summary>
public sealed class Introspection(LiveAccessTokens accessTokens, RefreshTokens refreshTokens, Refreshing refreshing, Issuer issuer)
{
    /// <summary>Writes the members of the answer (RFC 7662, §2.2); null where the token is not good, or not the asking client's to ask about.</summary>
    public ValueTask<Action<Utf8JsonWriter>?> Describe(AppClient asking, string token, CancellationToken stop) =>
        JwtReader.TryRead(token, out _) ? DescribeAccess(asking, token, stop) : DescribeRefresh(asking, token, stop);

    private async ValueTask<Action<Utf8JsonWriter>?> DescribeAccess(AppClient asking, string token, CancellationToken stop) =>
        await accessTokens.Find(asking.Pool, token, stop) is { } live ? writer => Write(writer, live) : null;

    private async ValueTask<Action<Utf8JsonWriter>?> DescribeRefresh(AppClient asking, string text, CancellationToken stop)
    {
        if (await refreshTokens.Find(asking, text, stop) is not { } token || await refreshing.FindHolder(asking, token, stop) is not { } user)
            return null;
        return writer =>
        {
            writer.WriteBoolean("active"u8, true);
            writer.WriteString("scope"u8, token.Facts.Grant?.Scope ?? AccessTokens.SelfServiceScope);
            writer.WriteString("client_id"u8, asking.Id);
            writer.WriteString("username"u8, user.Username);
            // No token_type: that is how an API tells that it was not shown an access token.
            writer.WriteNumber("exp"u8, token.Facts.RefreshExpires.ToUnixTimeSeconds());
            writer.WriteString("sub"u8, user.Sub);
            writer.WriteString("iss"u8, issuer.Of(asking.Pool));
        };
    }

    private static void Write(Utf8JsonWriter writer, LiveAccessToken live)
    {
        writer.WriteBoolean("active"u8, true);
        Copy(writer, live.Jwt, "scope");
        writer.WriteString("client_id"u8, live.Client.Id);
        if (live.User is { } user)
            writer.WriteString("username"u8, user.Username);
        writer.WriteString("token_type"u8, live.Key is null ? "Bearer"u8 : "DPoP"u8);
        foreach (var claim in (ReadOnlySpan<string>)["exp", "iat", "sub", "aud", "iss", "jti"])
            Copy(writer, live.Jwt, claim);
        // RFC 9449, §6.2.
        Copy(writer, live.Jwt, "cnf");
    }

    private static void Copy(Utf8JsonWriter writer, JwtReader jwt, string claim)
    {
        if (!jwt.Payload.TryGetProperty(claim, out var value))
            return;
        writer.WritePropertyName(claim);
        value.WriteTo(writer);
    }
}
