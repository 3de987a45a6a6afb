using System.Buffers;
using System.Text.Json;
using Postern.Cryptography;
using Postern.UserPools.Clients;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.BackChannel;

/// <summary>Makes logout tokens: signed as ID tokens are, of a type of their own.</summary>
/// <remarks>OpenID Connect Back-Channel Logout 1.0, §2.4. Each attempt of a delivery has a token and a <c>jti</c> of its own: the one before may have
/// ended on the way, and a client that took it in silence would refuse it as a second use.</remarks>
public sealed class LogoutTokens(SigningKeys keys, Issuer issuer, TimeProvider time)
{
    /// <summary>The header's <c>typ</c>.</summary>
    public const string Type = "logout+jwt";

    private static readonly TimeSpan lifetime = TimeSpan.FromMinutes(2);

    public async ValueTask<string> Make(AppClient client, LogoutNotice notice, CancellationToken stop)
    {
        var pair = await keys.Get(client.Pool.Number, stop);
        var now = time.GetUtcNow();
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("iss"u8, issuer.Of(client.Pool));
            writer.WriteString("sub"u8, notice.Sub);
            writer.WriteString("aud"u8, client.Id);
            writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            writer.WriteNumber("exp"u8, (now + lifetime).ToUnixTimeSeconds());
            writer.WriteString("jti"u8, Guid.NewGuid());
            if (notice.Sid is not null)
                writer.WriteString("sid"u8, notice.Sid);
            writer.WriteStartObject("events"u8);
            writer.WriteStartObject("http://schemas.openid.net/event/backchannel-logout"u8);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return Jwt.Sign(pair.IdToken, Type, buffer.WrittenSpan);
    }
}
