using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.OAuth.Authorize;
using Postern.UserPools.SignIn;

namespace Postern.ManagedLogin;

/// <summary>How far a flow through the pages is: the challenge that is asked next. It stands sealed in a hidden field, so that two tabs do not
/// disturb each other, and no browser can read or change it.</summary>
/// <param name="Challenge">As the API names it.</param>
/// <param name="Session">The sign-in's session string.</param>
/// <param name="Username">The stored name, or as it was typed where the challenge does not tell.</param>
/// <param name="Parameters">The challenge's parameters.</param>
/// <param name="Available">The first factors that the user may choose from; none once one was proved.</param>
public sealed record PageState(
    string Challenge, string Session, string Username, IReadOnlyDictionary<string, string> Parameters, IReadOnlyList<string> Available)
{
    public const string FieldName = "state";

    /// <summary>Whether the challenge is what the sign-in begins with.</summary>
    public bool IsFirstFactor => Available.Count > 0;

    /// <summary>Whether the user could begin with another factor.</summary>
    public bool HasChoice => Available.Count(static name => name is not ChallengeNameType.PASSWORD_SRP) > 1;

    public string Seal(Sealer sealer, AuthorizationRequest request, DateTimeOffset now) =>
        sealer.SealText(SealPurpose.AuthorizationRequest, Binding(request), ToBytes(now + SignInSessions.LifetimeOnPages));

    /// <summary>The state of a form; null where it is none of this client's, or too old.</summary>
    public static async ValueTask<PageState?> Open(Sealer sealer, AuthorizationRequest request, string text, DateTimeOffset now, CancellationToken stop) =>
        await sealer.OpenText(SealPurpose.AuthorizationRequest, Binding(request), text, stop) is { } bytes ? Read(bytes, now) : null;

    /// <summary>The state after a step of the sign-in machine.</summary>
    public static PageState Of(SignInOutcome outcome, string username) => new(
        outcome.ChallengeName!, outcome.Session ?? "",
        outcome.ChallengeParameters.TryGetValue("USER_ID_FOR_SRP", out var stored) ? stored : username, outcome.ChallengeParameters,
        outcome.AvailableChallenges ?? []);

    /// <summary>A parameter that is a list of names, as JSON.</summary>
    public IReadOnlyList<string> List(string parameter)
    {
        if (!Parameters.TryGetValue(parameter, out var json))
            return [];
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(static name => name.GetString()!)];
    }

    private static byte[] Binding(AuthorizationRequest request) => Sealer.Binding(request.Client.Pool.Number, "page-state", request.Client.Id, request.RedirectUri);

    private byte[] ToBytes(DateTimeOffset expires)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("expires"u8, expires.ToUnixTimeMilliseconds());
            writer.WriteString("challenge"u8, Challenge);
            writer.WriteString("session"u8, Session);
            writer.WriteString("username"u8, Username);
            writer.WriteStartObject("parameters"u8);
            foreach (var (name, value) in Parameters)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteStartArray("available"u8);
            foreach (var name in Available)
                writer.WriteStringValue(name);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static PageState? Read(byte[] bytes, DateTimeOffset now)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (!root.TryGetProperty("expires"u8, out var expires) || expires.GetInt64() <= now.ToUnixTimeMilliseconds())
            return null;
        return new(
            root.GetProperty("challenge"u8).GetString()!, root.GetProperty("session"u8).GetString()!, root.GetProperty("username"u8).GetString()!,
            root.GetProperty("parameters"u8).EnumerateObject().ToDictionary(static pair => pair.Name, static pair => pair.Value.GetString()!),
            [.. root.GetProperty("available"u8).EnumerateArray().Select(static name => name.GetString()!)]);
    }
}
