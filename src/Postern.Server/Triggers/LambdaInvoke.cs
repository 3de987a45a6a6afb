using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Postern.Triggers;

/// <summary>Runs functions by Lambda's Invoke call at an endpoint of the operator's choice: LocalStack, <c>sam local start-lambda</c>,
/// serverless-offline, the emulator in Lambda's base images, or a server of one's own.</summary>
/// <remarks>Trigger sheet, "Calling a function: Lambda Invoke". A function is looked up by the name in its ARN; the ARN names no host.</remarks>
public sealed class LambdaInvoke : IFunctionTransport, IDisposable
{
    private const int LongestAnswer = 6 * 1024 * 1024;
    private const int MostConnections = 256;
    private const string TooLong = """{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)"}""";

    private static readonly SearchValues<char> nameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly SearchValues<char> letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private readonly string endpoint;
    private readonly HttpClient http;

    /// <param name="endpoint">Its base address; no slash at the end.</param>
    public LambdaInvoke(string endpoint)
    {
        this.endpoint = endpoint;
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = MostConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    public async ValueTask<FunctionAnswer> Invoke(string arn, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(arn)) { Content = new ReadOnlyMemoryContent(payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Amz-Invocation-Type", "RequestResponse");
        request.Headers.Add("X-Amz-Log-Type", "None");
        try
        {
            using var response = await http.SendAsync(request, stop);
            if (response.StatusCode is not HttpStatusCode.OK)
                throw Refused(response);
            return new(response.Headers.Contains("X-Amz-Function-Error"), await response.Content.ReadAsByteArrayAsync(stop));
        }
        catch (HttpRequestException failed) when (failed.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            return new(true, Encoding.UTF8.GetBytes(TooLong));
        }
        catch (HttpRequestException failed)
        {
            // The service's text for this is not known; it stands beside the one for a time-out.
            throw new InvocationException("Connection failed while invoking Lambda function", mayRetry: true, failed);
        }
    }

    public void Dispose() => http.Dispose();

    private Uri Address(string arn)
    {
        // arn:aws:lambda:us-east-1:123456789012:function:name[:alias]
        var parts = arn.Split(':');
        if (parts.Length is not (7 or 8) || parts[5] is not "function" || parts[6].Length == 0 || parts[6].AsSpan().ContainsAnyExcept(nameCharacters))
            throw new InvocationException("ResourceNotFoundException", mayRetry: false);
        var qualifier = parts.Length == 8 ? "?Qualifier=" + Uri.EscapeDataString(parts[7]) : "";
        return new($"{endpoint}/2015-03-31/functions/{parts[6]}/invocations{qualifier}");
    }

    private static InvocationException Refused(HttpResponseMessage response)
    {
        var given = response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.First().Split(':')[0] : "";
        var error = given.Length is > 0 and <= 100 && !given.AsSpan().ContainsAnyExcept(letters) ? given : response.StatusCode switch
        {
            HttpStatusCode.BadRequest => "InvalidRequestContentException",
            HttpStatusCode.Forbidden => "AccessDeniedException",
            HttpStatusCode.NotFound => "ResourceNotFoundException",
            HttpStatusCode.RequestEntityTooLarge => "RequestTooLargeException",
            HttpStatusCode.TooManyRequests => "TooManyRequestsException",
            _ => "ServiceException",
        };
        return new(error, mayRetry: response.StatusCode is HttpStatusCode.TooManyRequests);
    }
}
