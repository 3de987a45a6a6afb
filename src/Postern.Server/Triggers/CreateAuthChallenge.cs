using System.Text.Json;

namespace Postern.Triggers;

/// <summary>Asks for a challenge of the function's own.</summary>
/// <param name="session">What was answered up to now, oldest first.</param>
public sealed class CreateAuthChallenge(AuthChallenge about, IReadOnlyList<PastChallenge> session) : ITrigger<CreatedChallenge>
{
    public string Name => nameof(CreateAuthChallenge);

    public string Source => "CreateAuthChallenge_Authentication";

    public void WriteRequest(Utf8JsonWriter writer)
    {
        about.WriteAttributes(writer);
        writer.WriteString("challengeName"u8, "CUSTOM_CHALLENGE"u8);
        AuthChallenge.WriteSession(writer, session);
        about.WriteRest(writer);
    }

    public void WriteResponse(Utf8JsonWriter writer)
    {
        writer.WriteNull("publicChallengeParameters"u8);
        writer.WriteNull("privateChallengeParameters"u8);
        writer.WriteNull("challengeMetadata"u8);
    }

    public CreatedChallenge Read(TriggerResponse response) => new(
        response.Texts("publicChallengeParameters") ?? new Dictionary<string, string>(),
        response.Texts("privateChallengeParameters") ?? new Dictionary<string, string>(),
        response.Text("challengeMetadata"));
}

/// <summary>A challenge of the function's own.</summary>
/// <param name="Public">What the client is shown.</param>
/// <param name="Private">What the verifying function is told, and nobody else.</param>
/// <param name="Metadata">What the session history will say of it.</param>
public sealed record CreatedChallenge(IReadOnlyDictionary<string, string> Public, IReadOnlyDictionary<string, string> Private, string? Metadata);
