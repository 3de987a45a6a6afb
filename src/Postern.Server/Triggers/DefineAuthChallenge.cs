using System.Text.Json;

namespace Postern.Triggers;

/// <summary>Asks what comes next in a custom sign-in.</summary>
/// <param name="session">What was answered up to now, oldest first.</param>
public sealed class DefineAuthChallenge(AuthChallenge about, IReadOnlyList<PastChallenge> session) : ITrigger<NextChallenge>
{
    public string Name => nameof(DefineAuthChallenge);

    public string Source => "DefineAuthChallenge_Authentication";

    public void WriteRequest(Utf8JsonWriter writer)
    {
        about.WriteAttributes(writer);
        AuthChallenge.WriteSession(writer, session);
        about.WriteRest(writer);
    }

    public void WriteResponse(Utf8JsonWriter writer)
    {
        writer.WriteNull("challengeName"u8);
        writer.WriteNull("issueTokens"u8);
        writer.WriteNull("failAuthentication"u8);
    }

    public NextChallenge Read(TriggerResponse response)
    {
        var (fails, succeeds, name) = (response.Flag("failAuthentication") is true, response.Flag("issueTokens") is true, response.Text("challengeName"));
        return fails || succeeds || !string.IsNullOrEmpty(name)
            ? new(fails, succeeds && !fails, fails || succeeds ? null : name)
            : throw TriggerResponse.Unrecognizable();
    }
}

/// <summary>What comes next: exactly one of the three.</summary>
/// <param name="Challenge">The name of the challenge; null where there is none.</param>
public sealed record NextChallenge(bool FailsAuthentication, bool IssuesTokens, string? Challenge);
