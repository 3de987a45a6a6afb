using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Tests.Server;
using Postern.Triggers;

namespace Postern.Tests.Triggers;

/// <summary>What answers and failures of functions mean: the rows of the sheet's "Errors, timeouts, retries" and "What to accept in answers".</summary>
public class FunctionsTests(TestServer server)
{
    private static readonly EventSubject alice = new("us-east-1", "us-east-1_EXAMPLE", "alice", "1example23456789");

    [Theory]
    [InlineData("""{"response":{"challengeName":"CUSTOM_CHALLENGE"}}""", false, false, "CUSTOM_CHALLENGE")]
    [InlineData("""{"version":"1","response":{"challengeName":"","issueTokens":true,"failAuthentication":null,"more":[1]}}""", false, true, null)]
    [InlineData("""{"response":{"challengeName":"CUSTOM_CHALLENGE","issueTokens":true,"failAuthentication":true}}""", true, false, null)]
    [InlineData("""{"response":{"challengeName":"CUSTOM_CHALLENGE","issueTokens":true}}""", false, true, null)]
    [InlineData("""{"response":{"issueTokens":false,"issueTokens":true}}""", false, true, null)]
    public async Task Failing_goes_before_tokens_and_tokens_before_a_challenge(string body, bool fails, bool issues, string? challenge) =>
        Assert.Equal(new NextChallenge(fails, issues, challenge), await Define(Answers(body)));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"response":null}""")]
    [InlineData("""{"response":"x"}""")]
    [InlineData("""{"response":{}}""")]
    [InlineData("""{"response":{"challengeName":null,"issueTokens":false,"failAuthentication":false}}""")]
    [InlineData("""{"response":{"issueTokens":"true"}}""")]
    [InlineData("""{"response":{"challengeName":{}}}""")]
    [InlineData("""{"response":{"challengeName":"\ud800"}}""")]
    [InlineData("""{"errorMessage":"a message","response":"is no error without the header"}""")]
    public Task An_answer_of_no_use_is_unrecognizable(string body) =>
        Fails<InvalidLambdaResponseException>("Unrecognizable lambda output", Answers(body));

    [Theory]
    [InlineData("oops")]
    [InlineData("{\"response\":{}")]
    [InlineData("{\"response\":{}} trailing")]
    public Task An_answer_that_is_no_JSON_is_told(string body) =>
        Fails<InvalidLambdaResponseException>("Invalid lambda function output : Invalid JSON", Answers(body));

    [Theory]
    [InlineData("""{"errorMessage":"no <b>luck</b>.","errorType":"Error","trace":[]}""", "no <b>luck</b>.")]
    [InlineData("""{"errorMessage":"RequestId: 1 Error: Runtime exited with error: exit status 129"}""", "RequestId: 1 Error: Runtime exited with error: exit status 129")]
    [InlineData("""{"errorType":"Error"}""", "null")]
    [InlineData("broken", "null")]
    public Task What_a_function_throws_is_told_as_it_stands(string body, string message) =>
        Fails<UserLambdaValidationException>($"DefineAuthChallenge failed with error {message}.", Answers(body, isError: true));

    [Fact]
    public Task The_emulator_of_the_base_images_throws_without_the_header() => Fails<UserLambdaValidationException>(
        "DefineAuthChallenge failed with error failure.", Answers("""{"errorType":"Error","errorMessage":"failure","trace":[]}"""));

    [Fact]
    public async Task A_function_that_does_not_answer_in_time_is_tried_three_times()
    {
        var transport = new Scripted(async stop => { await Task.Delay(Timeout.Infinite, stop); return default; });
        await Fails<UnexpectedLambdaException>("DefineAuthChallenge invocation failed due to error Socket timeout while invoking Lambda function.", transport);
        Assert.Equal(3, transport.Calls);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task What_may_pass_is_tried_three_times_and_the_rest_once(bool mayRetry, int calls)
    {
        var transport = new Scripted(_ => throw new InvocationException("TooManyRequestsException", mayRetry));
        await Fails<UnexpectedLambdaException>("DefineAuthChallenge invocation failed due to error TooManyRequestsException.", transport);
        Assert.Equal(calls, transport.Calls);
    }

    [Fact]
    public async Task An_attempt_that_succeeds_makes_up_for_those_before()
    {
        var tries = 0;
        var transport = new Scripted(_ => ++tries < 3 ? throw new InvocationException("TooManyRequestsException", mayRetry: true) : Answer("""{"response":{"issueTokens":true}}"""));
        Assert.True((await Define(transport)).IssuesTokens);
    }

    [Fact]
    public async Task A_caller_who_goes_away_ends_the_wait()
    {
        using var gone = new CancellationTokenSource();
        var transport = new Scripted(async stop => { await gone.CancelAsync(); await Task.Delay(Timeout.Infinite, stop); return default; });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Call(transport, TimeSpan.FromMinutes(1), stop: gone.Token));
        Assert.Equal(1, transport.Calls);
    }

    [Fact]
    public Task Without_an_endpoint_there_are_no_functions() =>
        Fails<UnexpectedLambdaException>("DefineAuthChallenge invocation failed due to error ResourceNotFoundException.", new NoFunctions());

    [Theory]
    [InlineData(404, "ResourceNotFoundException", 1)]
    [InlineData(403, "AccessDeniedException", 1)]
    [InlineData(429, "TooManyRequestsException", 3)]
    [InlineData(500, "ServiceException", 1)]
    [InlineData(502, "ServiceException", 1)]
    [InlineData(302, "ServiceException", 1)]
    public async Task What_the_endpoint_refuses_with_is_named(int status, string error, int calls)
    {
        using var lambda = new LambdaInvoke(server.Functions.Url);
        var arn = server.Functions.Add(_ => Task.FromResult(new FunctionReply("""{"Type":"User","Message":"m"}""", status)));
        var failed = await Assert.ThrowsAsync<UnexpectedLambdaException>(async () => await Call(lambda, Functions.TimeLimit, arn: arn));
        Assert.Equal($"DefineAuthChallenge invocation failed due to error {error}.", failed.Text);
        Assert.Equal(calls, server.Functions.Calls(arn).Count);
    }

    [Fact]
    public async Task A_function_is_invoked_by_its_name_and_alias()
    {
        using var lambda = new LambdaInvoke(server.Functions.Url);
        var arn = server.Functions.Add(_ => new System.Text.Json.Nodes.JsonObject { ["issueTokens"] = true });
        Assert.True((await Call(lambda, Functions.TimeLimit, arn: arn + ":live")).IssuesTokens);
        var call = Assert.Single(server.Functions.Calls(arn));
        Assert.Equal("?Qualifier=live", call.Query);
        Assert.Equal("RequestResponse", call.Headers["X-Amz-Invocation-Type"]);
        Assert.Equal("application/json", call.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:nobody")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:..")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:a/../b")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:layer:name")]
    [InlineData("arn:aws:kms:us-east-1:123456789012:key/name")]
    public async Task An_ARN_that_names_no_function_there_is_not_found(string arn)
    {
        using var lambda = new LambdaInvoke(server.Functions.Url);
        var failed = await Assert.ThrowsAsync<UnexpectedLambdaException>(async () => await Call(lambda, Functions.TimeLimit, arn: arn));
        Assert.Equal("DefineAuthChallenge invocation failed due to error ResourceNotFoundException.", failed.Text);
    }

    [Fact]
    public async Task An_answer_of_more_than_six_megabytes_is_a_failure_of_the_function()
    {
        using var lambda = new LambdaInvoke(server.Functions.Url);
        var arn = server.Functions.Add(_ => Task.FromResult(new FunctionReply(new string(' ', (6 * 1024 * 1024) + 1))));
        var failed = await Assert.ThrowsAsync<UserLambdaValidationException>(async () => await Call(lambda, TimeSpan.FromMinutes(1), arn: arn));
        Assert.StartsWith("DefineAuthChallenge failed with error Response payload size exceeded maximum allowed payload size", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_tried_three_times()
    {
        await using var gone = new FunctionServer();
        await gone.Start();
        await gone.DisposeAsync();
        using var lambda = new LambdaInvoke(gone.Url);
        var failed = await Assert.ThrowsAsync<UnexpectedLambdaException>(async () => await Call(lambda, Functions.TimeLimit));
        Assert.Equal("DefineAuthChallenge invocation failed due to error Connection failed while invoking Lambda function.", failed.Text);
    }

    [Fact]
    public async Task Parameters_that_are_numbers_become_text_and_objects_are_unrecognizable()
    {
        var created = await Create("""{"response":{"publicChallengeParameters":{"n":1.50,"b":true,"gone":null,"t":"x"},"challengeMetadata":"m"}}""");
        Assert.Equal(new Dictionary<string, string> { ["n"] = "1.50", ["b"] = "true", ["t"] = "x" }, created.Public);
        Assert.Empty(created.Private);
        Assert.Equal("m", created.Metadata);
        Assert.Equal((0, 0, null), await Create("""{"response":{}}""") is var none ? (none.Public.Count, none.Private.Count, none.Metadata) : default);
        foreach (var body in new[] { """{"publicChallengeParameters":{"o":{}}}""", """{"privateChallengeParameters":[]}""", """{"challengeMetadata":[]}""", """{"publicChallengeParameters":{"\udc00":"x"}}""" })
        {
            var failed = await Assert.ThrowsAsync<InvalidLambdaResponseException>(async () => await Create($$"""{"response":{{body}}}"""));
            Assert.Equal("Unrecognizable lambda output", failed.Text);
        }
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", null)]
    [InlineData("\"true\"", null)]
    [InlineData("1", null)]
    public async Task An_answer_is_right_or_wrong_or_unrecognizable(string value, bool? right)
    {
        var functions = new Functions(Answers($$$"""{"response":{"answerCorrect":{{{value}}}}}"""), Functions.TimeLimit, NullLogger.Instance);
        async Task<bool> Verify() => await functions.Call("arn", alice, new VerifyAuthChallengeResponse(new([], null, null), new Dictionary<string, string>(), "a"), default);
        if (right is { } expected)
            Assert.Equal(expected, await Verify());
        else
            Assert.Equal("Unrecognizable lambda output", (await Assert.ThrowsAsync<InvalidLambdaResponseException>(Verify)).Text);
    }

    private static async Task<CreatedChallenge> Create(string body) => await new Functions(Answers(body), Functions.TimeLimit, NullLogger.Instance)
        .Call("arn", alice, new CreateAuthChallenge(new([], null, null), []), default);

    private static Scripted Answers(string body, bool isError = false) => new(_ => Answer(body, isError));

    private static Task<FunctionAnswer> Answer(string body, bool isError = false) => Task.FromResult(new FunctionAnswer(isError, Encoding.UTF8.GetBytes(body)));

    private static ValueTask<NextChallenge> Define(IFunctionTransport transport) => Call(transport, TimeSpan.FromMilliseconds(50));

    private static ValueTask<NextChallenge> Call(
        IFunctionTransport transport, TimeSpan timeLimit, string arn = "arn:aws:lambda:us-east-1:123456789012:function:f", CancellationToken stop = default) =>
        new Functions(transport, timeLimit, NullLogger.Instance).Call(arn, alice, new DefineAuthChallenge(new([], null, null), []), stop);

    private static async Task Fails<TError>(string text, IFunctionTransport transport) where TError : ServiceException
    {
        var failed = await Assert.ThrowsAsync<TError>(async () => await Define(transport));
        Assert.Equal(text, failed.Text);
        Assert.Equal(400, failed.Status);
    }

    private sealed class Scripted(Func<CancellationToken, Task<FunctionAnswer>> call) : IFunctionTransport
    {
        public int Calls { get; private set; }

        public async ValueTask<FunctionAnswer> Invoke(string arn, ReadOnlyMemory<byte> payload, CancellationToken stop)
        {
            Calls++;
            return await call(stop);
        }
    }
}
