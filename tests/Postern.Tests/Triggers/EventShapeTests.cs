using System.Text;
using Postern.Triggers;

namespace Postern.Tests.Triggers;

/// <summary>Events as functions get them: key sets, order and nulls of the sheet's "Event shapes".</summary>
public class EventShapeTests
{
    private const string Head =
        """{"version":"1","region":"us-east-1","userPoolId":"us-east-1_EXAMPLE","userName":"alice","callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"1example23456789"},""";

    private static readonly EventSubject alice = new("us-east-1", "us-east-1_EXAMPLE", "alice", "1example23456789");
    private static readonly KeyValuePair<string, string>[] attributes = [new("sub", "s"), new("email_verified", "true")];

    [Fact]
    public void DefineAuthChallenge_gets_the_history_with_metadata_or_null()
    {
        PastChallenge[] session = [new("SRP_A", true, null), new("CUSTOM_CHALLENGE", false, "CAPTCHA")];
        AssertEvent(
            """
            "triggerSource":"DefineAuthChallenge_Authentication","request":{"userAttributes":{"sub":"s","email_verified":"true"},"session":[{"challengeName":"SRP_A","challengeResult":true,"challengeMetadata":null},{"challengeName":"CUSTOM_CHALLENGE","challengeResult":false,"challengeMetadata":"CAPTCHA"}],"userNotFound":false},"response":{"challengeName":null,"issueTokens":null,"failAuthentication":null}}
            """, new DefineAuthChallenge(new(attributes, null, false), session));
    }

    [Fact]
    public void What_the_caller_did_not_give_is_left_out()
    {
        AssertEvent(
            """
            "triggerSource":"DefineAuthChallenge_Authentication","request":{"userAttributes":{},"session":[]},"response":{"challengeName":null,"issueTokens":null,"failAuthentication":null}}
            """, new DefineAuthChallenge(new([], null, null), []));
    }

    [Fact]
    public void CreateAuthChallenge_is_told_which_challenge()
    {
        AssertEvent(
            """
            "triggerSource":"CreateAuthChallenge_Authentication","request":{"userAttributes":{"sub":"s","email_verified":"true"},"challengeName":"CUSTOM_CHALLENGE","session":[],"clientMetadata":{"k":"ü"},"userNotFound":false},"response":{"publicChallengeParameters":null,"privateChallengeParameters":null,"challengeMetadata":null}}
            """, new CreateAuthChallenge(new(attributes, new Dictionary<string, string> { ["k"] = "ü" }, false), []));
    }

    [Fact]
    public void VerifyAuthChallengeResponse_gets_the_private_parameters_and_the_answer()
    {
        AssertEvent(
            """
            "triggerSource":"VerifyAuthChallengeResponse_Authentication","request":{"userAttributes":{},"privateChallengeParameters":{"answer":"5"},"challengeAnswer":"\"5\"","clientMetadata":{},"userNotFound":true},"response":{"answerCorrect":null}}
            """, new VerifyAuthChallengeResponse(new([], new Dictionary<string, string>(), true), new Dictionary<string, string> { ["answer"] = "5" }, "\"5\""));
    }

    private static void AssertEvent<TAnswer>(string rest, ITrigger<TAnswer> trigger) =>
        Assert.Equal(Head + rest.Trim(), Encoding.UTF8.GetString(Functions.Event(alice, trigger).Span));
}
