using System.Buffers;
using System.Text.Json;
using Postern.Triggers;

namespace Postern.UserPools.SignIn;

/// <summary>What custom authentication carries from step to step of a sign-in.</summary>
/// <param name="History">What was answered, oldest first.</param>
/// <param name="Recorded">The factors that the history tells of.</param>
public sealed record CustomState(IReadOnlyList<PastChallenge> History, Factors Recorded)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>The challenge that waits for its answer: what its verifier will be told.</summary>
    public IReadOnlyDictionary<string, string> Private { get; init; } = None;

    /// <summary>What the history will say of the challenge that waits for its answer.</summary>
    public string? Metadata { get; init; }

    /// <summary>The same after one more answer.</summary>
    public CustomState After(PastChallenge past) => new([.. History, past], Recorded);

    /// <summary>The same with what was proved since.</summary>
    public CustomState After(Factors passed)
    {
        var history = History.ToList();
        foreach (var (factor, name) in Names)
        {
            if (passed.HasFlag(factor) && !Recorded.HasFlag(factor))
                history.Add(new(name, true, null));
        }
        return new(history, passed);
    }

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("recorded"u8, (int)Recorded);
            writer.WriteString("metadata"u8, Metadata);
            writer.WriteStartArray("history"u8);
            foreach (var past in History)
            {
                writer.WriteStringValue(past.Name);
                writer.WriteBooleanValue(past.Result);
                if (past.Metadata is null)
                    writer.WriteNullValue();
                else
                    writer.WriteStringValue(past.Metadata);
            }
            writer.WriteEndArray();
            writer.WriteStartObject("private"u8);
            foreach (var (key, value) in Private)
                writer.WriteString(key, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static CustomState Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var history = new List<PastChallenge>();
        var entries = root.GetProperty("history"u8);
        for (var i = 0; i < entries.GetArrayLength(); i += 3)
            history.Add(new(entries[i].GetString()!, entries[i + 1].GetBoolean(), entries[i + 2].GetString()));
        return new(history, (Factors)root.GetProperty("recorded"u8).GetInt32())
        {
            Metadata = root.GetProperty("metadata"u8).GetString(),
            Private = root.GetProperty("private"u8).EnumerateObject().ToDictionary(static entry => entry.Name, static entry => entry.Value.GetString()!),
        };
    }

    /// <summary>The challenges that prove a factor beside the functions' own, in the order in which a sign-in meets them.</summary>
    private static readonly (Factors Factor, string Name)[] Names =
    [
        (Factors.Password, "PASSWORD_VERIFIER"),
        (Factors.SmsCode, "SMS_MFA"),
        (Factors.EmailCode, "EMAIL_OTP"),
        (Factors.SoftwareToken, "SOFTWARE_TOKEN_MFA"),
        (Factors.Device, "DEVICE_SRP_AUTH"),
        (Factors.Device, "DEVICE_PASSWORD_VERIFIER"),
    ];
}
