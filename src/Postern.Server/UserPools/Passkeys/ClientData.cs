using System.Security.Cryptography;
using System.Text.Json;

namespace Postern.UserPools.Passkeys;

/// <summary>What the browser says of the ceremony (WebAuthn §5.8.1); the authenticator signs its hash.</summary>
/// <param name="IsEmbedded">Whether the page was in a frame of another origin.</param>
internal sealed record ClientData(string Type, ReadOnlyMemory<byte> Challenge, string Origin, bool IsEmbedded, byte[] Hash)
{
    public const string Creation = "webauthn.create";
    public const string Use = "webauthn.get";

    /// <returns>Null where the bytes are no such JSON.</returns>
    public static ClientData? Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false });
            var members = new PresentedJson(document.RootElement);
            if (members.Text("type") is not { } type || members.Bytes("challenge") is not { } challenge || members.Text("origin") is not { } origin)
                return null;
            return new(type, challenge, origin, members.Is("crossOrigin"), SHA256.HashData(json));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public bool Answers(ReadOnlySpan<byte> challenge) => challenge.Length > 0 && CryptographicOperations.FixedTimeEquals(Challenge.Span, challenge);
}
