using System.Text.Json;
using System.Text.Json.Serialization;
using Postern.Storage;

namespace Postern.UserPools.Devices;

/// <summary>A confirmed device of a user.</summary>
/// <param name="Part">Its row, whose name is the device's key.</param>
public sealed record Device(UserPart Part, DeviceFacts Facts)
{
    public string Key => Part.Name;

    public static Device Of(UserPart part) => new(part, JsonSerializer.Deserialize(part.Data.Span, DeviceJson.Default.DeviceFacts)!);

    /// <summary>The row with these facts.</summary>
    public UserPart With(DeviceFacts facts) => Part with { Data = JsonSerializer.SerializeToUtf8Bytes(facts, DeviceJson.Default.DeviceFacts) };
}

/// <summary>What is kept of a device beside its verifier.</summary>
/// <param name="Name">As given at its confirmation; null where none was.</param>
/// <param name="IsRemembered">Whether it stands for a second factor where the pool says so.</param>
/// <param name="Salt">Of its verifier, in hex as its client hashed it.</param>
/// <param name="LastAuthenticated">When a sign-in showed it last, in seconds since 1970.</param>
/// <param name="Address">The IP address that it was used from last; null where unknown.</param>
public sealed record DeviceFacts(string? Name, bool IsRemembered, string Salt, long LastAuthenticated, string? Address);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeviceFacts))]
internal sealed partial class DeviceJson : JsonSerializerContext;
