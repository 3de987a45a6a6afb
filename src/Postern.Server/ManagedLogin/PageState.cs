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
/// <param name="Username">The stored name.</param>
/// <param name="Parameters">The challenge's parameters.</param>
public sealed record PageState(string Challenge, string Session, string Username, IReadOnlyDictionary<string, string> Parameters)
{
    public const string FieldName = "state";

    public string Seal(Sealer sealer, AuthorizationRequest request) =>
        sealer.SealText(SealPurpose.AuthorizationRequest, Binding(request), ToBytes());

    /// <summary>The state of a form; null where it is none of this client's.</summary>
    public static async ValueTask<PageState?> Open(Sealer sealer, AuthorizationRequest request, string text, CancellationToken stop) =>
        await sealer.OpenText(SealPurpose.AuthorizationRequest, Binding(request), text, stop) is { } bytes ? Read(bytes) : null;

    /// <summary>The state after a step of the sign-in machine.</summary>
    public static PageState Of(SignInOutcome outcome, string username) => new(
        outcome.ChallengeName!, outcome.Session ?? "",
        outcome.ChallengeParameters.TryGetValue("USER_ID_FOR_SRP", out var stored) ? stored : username, outcome.ChallengeParameters);

    private static byte[] Binding(AuthorizationRequest request) => Sealer.Binding(request.Client.Pool.Number, request.Client.Id, request.RedirectUri);

    private byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("challenge"u8, Challenge);
            writer.WriteString("session"u8, Session);
            writer.WriteString("username"u8, Username);
            writer.WriteStartObject("parameters"u8);
            foreach (var (name, value) in Parameters)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static PageState Read(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        return new(
            root.GetProperty("challenge"u8).GetString()!, root.GetProperty("session"u8).GetString()!, root.GetProperty("username"u8).GetString()!,
            root.GetProperty("parameters"u8).EnumerateObject().ToDictionary(static pair => pair.Name, static pair => pair.Value.GetString()!));
    }
}
