using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>A pool's settings as they are kept: the contract's own shapes, as JSON.</summary>
/// <param name="Pool">As DescribeUserPool answers it.</param>
/// <param name="Mfa">As GetUserPoolMfaConfig answers it.</param>
/// <param name="Sessions">As GetUserPoolSessionConfiguration answers it, and since when; null where it was never set.</param>
public sealed record PoolSettings(UserPoolType Pool, GetUserPoolMfaConfigResponse Mfa, SessionSettings? Sessions = null)
{
    /// <summary>What a pool has that names no policy (operations sheet, "Formats and defaults").</summary>
    public static PasswordPolicyType DefaultPasswordPolicy { get; } = new()
    {
        MinimumLength = 8,
        RequireUppercase = true,
        RequireLowercase = true,
        RequireNumbers = true,
        RequireSymbols = true,
        TemporaryPasswordValidityDays = 7,
    };

    public static PoolSettings Read(ReadOnlySpan<byte> json)
    {
        UserPoolType? pool = null;
        GetUserPoolMfaConfigResponse? mfa = null;
        SessionSettings? sessions = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isPool = reader.ValueTextEquals("pool"u8);
            var isSessions = reader.ValueTextEquals("sessions"u8);
            reader.Read();
            if (isPool)
                pool = UserPoolType.Read(ref reader);
            else if (isSessions)
                sessions = SessionSettings.Read(ref reader);
            else
                mfa = GetUserPoolMfaConfigResponse.Read(ref reader);
        }
        return new(pool ?? throw new InvalidDataException("A pool's settings hold no pool"), mfa ?? new(), sessions);
    }

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("pool"u8);
            Pool.Write(writer);
            // Before the factors: a node of the version before takes whatever is no pool for these, and keeps what comes last.
            if (Sessions is not null && Sessions != SessionSettings.Default)
            {
                writer.WritePropertyName("sessions"u8);
                Sessions.Write(writer);
            }
            writer.WritePropertyName("mfa"u8);
            Mfa.Write(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
