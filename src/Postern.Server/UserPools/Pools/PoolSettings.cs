using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>A pool's settings as they are kept: the contract's own shapes, as JSON.</summary>
/// <param name="Pool">As DescribeUserPool answers it.</param>
/// <param name="Mfa">As GetUserPoolMfaConfig answers it.</param>
public sealed record PoolSettings(UserPoolType Pool, GetUserPoolMfaConfigResponse Mfa)
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
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isPool = reader.ValueTextEquals("pool"u8);
            reader.Read();
            if (isPool)
                pool = UserPoolType.Read(ref reader);
            else
                mfa = GetUserPoolMfaConfigResponse.Read(ref reader);
        }
        return new(pool ?? throw new InvalidDataException("A pool's settings hold no pool"), mfa ?? new());
    }

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("pool"u8);
            Pool.Write(writer);
            writer.WritePropertyName("mfa"u8);
            Mfa.Write(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
