using System.Text.Json;

namespace Postern.Triggers;

/// <summary>Asks whether the answer to a custom challenge is right.</summary>
/// <param name="privateParameters">Of the challenge, as it was created.</param>
/// <param name="answer">The client's ANSWER.</param>
public sealed class VerifyAuthChallengeResponse(AuthChallenge about, IReadOnlyDictionary<string, string> privateParameters, string answer) : ITrigger<bool>
{
    public string Name => nameof(VerifyAuthChallengeResponse);

    public string Source => "VerifyAuthChallengeResponse_Authentication";

    public void WriteRequest(Utf8JsonWriter writer)
    {
        about.WriteAttributes(writer);
        AuthChallenge.WriteMap(writer, "privateChallengeParameters", privateParameters);
        writer.WriteString("challengeAnswer"u8, answer);
        about.WriteRest(writer);
    }

    public void WriteResponse(Utf8JsonWriter writer) => writer.WriteNull("answerCorrect"u8);

    public bool Read(TriggerResponse response) => response.Flag("answerCorrect") ?? throw TriggerResponse.Unrecognizable();
}
