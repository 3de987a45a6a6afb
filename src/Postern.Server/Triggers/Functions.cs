using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.Triggers;

/// <summary>Calls the functions of pools: the event out, the answer in, each failure as the contract's error.</summary>
/// <remarks>Trigger sheet, "Errors, timeouts, retries": five seconds a call by the machine's own clock, three attempts where the function may not
/// have run to its end; what it threw, and what its answer lacks, is final. A slow function may so run three times.</remarks>
/// <param name="timeLimit">Of one attempt.</param>
public sealed class Functions(IFunctionTransport transport, TimeSpan timeLimit, ILogger logger)
{
    /// <summary>How long a function may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    private const int Attempts = 3;
    private const string TimedOut = "Socket timeout while invoking Lambda function";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Calls a function and reads its answer.</summary>
    /// <exception cref="UserLambdaValidationException">It threw, or died.</exception>
    /// <exception cref="UnexpectedLambdaException">It could not be run, or did not answer in time.</exception>
    /// <exception cref="InvalidLambdaResponseException">Its answer is of no use.</exception>
    public async ValueTask<TAnswer> Call<TAnswer>(string arn, EventSubject subject, ITrigger<TAnswer> trigger, CancellationToken stop)
    {
        var answer = await Invoke(arn, subject.UserPoolId, trigger.Name, Event(subject, trigger), stop);
        using var document = Parse(answer);
        var root = document?.RootElement;
        if (answer.IsError || IsBareError(root))
            throw new UserLambdaValidationException($"{trigger.Name} failed with error {ErrorMessage(root)}.");
        if (document is null)
            throw new InvalidLambdaResponseException("Invalid lambda function output : Invalid JSON");
        return root is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty("response", out var response) && response.ValueKind is JsonValueKind.Object
            ? trigger.Read(new(response))
            : throw TriggerResponse.Unrecognizable();
    }

    /// <summary>The event as functions get it.</summary>
    public static ReadOnlyMemory<byte> Event<TAnswer>(EventSubject subject, ITrigger<TAnswer> trigger)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, Plain);
        writer.WriteStartObject();
        writer.WriteString("version"u8, "1"u8);
        writer.WriteString("region"u8, subject.Region);
        writer.WriteString("userPoolId"u8, subject.UserPoolId);
        writer.WriteString("userName"u8, subject.UserName);
        writer.WriteStartObject("callerContext"u8);
        writer.WriteString("awsSdkVersion"u8, "aws-sdk-unknown-unknown"u8);
        writer.WriteString("clientId"u8, subject.ClientId);
        writer.WriteEndObject();
        writer.WriteString("triggerSource"u8, trigger.Source);
        writer.WriteStartObject("request"u8);
        trigger.WriteRequest(writer);
        writer.WriteEndObject();
        writer.WriteStartObject("response"u8);
        trigger.WriteResponse(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private async ValueTask<FunctionAnswer> Invoke(string arn, string pool, string trigger, ReadOnlyMemory<byte> sent, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(timeLimit);
            try
            {
                return await transport.Invoke(arn, sent, limit.Token);
            }
            catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
            {
                logger.InvocationFailed(trigger, pool, attempt, TimedOut, late.InnerException);
                if (attempt == Attempts)
                    throw Unexpected(trigger, TimedOut);
            }
            catch (InvocationException refused)
            {
                logger.InvocationFailed(trigger, pool, attempt, refused.Message, refused.InnerException);
                if (attempt == Attempts || !refused.MayRetry)
                    throw Unexpected(trigger, refused.Message);
                await Task.Delay(Pause * attempt, stop);
            }
        }
    }

    private static UnexpectedLambdaException Unexpected(string trigger, string error) => new($"{trigger} invocation failed due to error {error}.");

    /// <summary>Null where it is no JSON.</summary>
    private static JsonDocument? Parse(FunctionAnswer answer)
    {
        try
        {
            return JsonDocument.Parse(answer.Payload.IsEmpty ? "null"u8.ToArray() : answer.Payload);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Lambda's own Runtime Interface Emulator answers errors without the header that tells them from answers.
    private static bool IsBareError(JsonElement? root) =>
        root is { ValueKind: JsonValueKind.Object } whole && !whole.TryGetProperty("response", out _)
        && whole.TryGetProperty("errorType", out _) && whole.TryGetProperty("errorMessage", out _);

    private static string ErrorMessage(JsonElement? root)
    {
        try
        {
            return root is { ValueKind: JsonValueKind.Object } whole && whole.TryGetProperty("errorMessage", out var message)
                && message.ValueKind is JsonValueKind.String ? message.GetString()! : "null";
        }
        catch (InvalidOperationException)
        {
            return "null";   // half a surrogate pair
        }
    }
}
