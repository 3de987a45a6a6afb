using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Users;

/// <summary>What a user has to sign in with besides a password, as <see cref="User.State"/> holds it.</summary>
/// <remarks>Nothing in it is secret by itself: a software token's secret follows from its seed and the installation's secret.</remarks>
public sealed record UserState
{
    public static UserState Empty { get; } = new();

    /// <summary>The software token that was verified; null for none.</summary>
    public SoftwareToken? Token { get; init; }

    /// <summary>The seed of a software token that is not verified yet.</summary>
    public string? PendingSeed { get; init; }

    /// <summary>Whether the user takes codes by SMS as a second factor.</summary>
    public bool HasSms { get; init; }

    /// <summary>Whether the user takes codes by e-mail as a second factor.</summary>
    public bool HasEmail { get; init; }

    /// <summary>Whether a passkey counts as two factors for the user.</summary>
    public bool HasPasskey { get; init; }

    /// <summary>The second factor that is asked for first: SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP; null where none is preferred.</summary>
    public string? Preferred { get; init; }

    /// <summary>Whether SMS was switched on by the old SetUserSettings, whose MFAOptions answers show.</summary>
    public bool HasMfaOptions { get; init; }

    /// <summary>How many passkeys the user has.</summary>
    public int Passkeys { get; init; }

    /// <summary>Earlier passwords, newest first; none where the pool keeps no history.</summary>
    public IReadOnlyList<PastPassword>? PastPasswords { get; init; }

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(writer, this, UserStateJson.Default.UserState);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The names of the second factors that are enabled, in Cognito's order.</summary>
    public IReadOnlyList<string> EnabledMfa()
    {
        var names = new List<string>(3);
        if (HasSms)
            names.Add(ChallengeNameType.SMS_MFA);
        if (Token is { IsEnabled: true })
            names.Add(ChallengeNameType.SOFTWARE_TOKEN_MFA);
        if (HasEmail)
            names.Add(ChallengeNameType.EMAIL_OTP);
        return names;
    }
}

/// <param name="Seed">Random, in base64: with the installation's secret it makes the token's.</param>
/// <param name="Name">As given at its verification; null where none was.</param>
/// <param name="IsEnabled">Whether sign-ins ask for it; null where nobody said: then they do where the pool requires a second factor.</param>
public sealed record SoftwareToken(string Seed, string? Name, bool? IsEnabled);

/// <param name="Salt">Base64.</param>
/// <param name="Hash">A keyed hash of the SRP verifier that the salt gives; base64.</param>
public sealed record PastPassword(string Salt, string Hash);

public static class UserStates
{
    /// <summary>The user's factors; the empty ones where nothing is stored.</summary>
    public static UserState Factors(this User user) =>
        user.State.IsEmpty ? UserState.Empty : JsonSerializer.Deserialize(user.State.Span, UserStateJson.Default.UserState) ?? UserState.Empty;

    /// <summary>The user with other factors.</summary>
    public static User With(this User user, UserState state) => user with { State = state == UserState.Empty ? default : state.ToJson() };
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UserState))]
internal sealed partial class UserStateJson : JsonSerializerContext;
