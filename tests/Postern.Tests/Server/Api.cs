using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Postern.Tests.Server;

/// <summary>Calls a server's API as an SDK does: JSON 1.1 with a signature of the right form.</summary>
public sealed class Api(string url, string accessKey = "AKIATESTTESTTESTTEST", string region = "us-east-1") : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };

    public HttpClient Http => http;

    /// <summary>Calls an operation of cognito-idp; the answer, or null where it has no body.</summary>
    /// <exception cref="ServiceError">The service refused.</exception>
    public Task<JsonObject> Call(string operation, JsonObject request, bool sign = true) =>
        Call("AWSCognitoIdentityProviderService." + operation, "cognito-idp", request, sign);

    /// <summary>Calls an operation of cognito-identity.</summary>
    /// <inheritdoc cref="Call(string, JsonObject, bool)"/>
    public Task<JsonObject> CallIdentity(string operation, JsonObject request, bool sign = true) =>
        Call("AWSCognitoIdentityService." + operation, "cognito-identity", request, sign);

    /// <summary>Calls an operation that must fail; the error.</summary>
    public async Task<ServiceError> Fail(string operation, JsonObject request, bool sign = true)
    {
        try
        {
            var answer = await Call(operation, request, sign);
            throw new Xunit.Sdk.XunitException($"{operation} should have failed, but answered {answer.ToJsonString()}");
        }
        catch (ServiceError error)
        {
            return error;
        }
    }

    /// <summary>Sends a body as it is; for what no SDK would send.</summary>
    public async Task<HttpResponseMessage> Raw(string target, string service, string body, bool sign = true)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body, Encoding.UTF8) };
        message.Content.Headers.ContentType = new("application/x-amz-json-1.1");
        message.Headers.Add("X-Amz-Target", target);
        if (sign)
            message.Headers.TryAddWithoutValidation("Authorization", Authorization(service));
        return await http.SendAsync(message);
    }

    public string Authorization(string service) =>
        $"AWS4-HMAC-SHA256 Credential={accessKey}/20260101/{region}/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}";

    public async Task<JsonNode?> Get(string path)
    {
        using var response = await http.GetAsync(path);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonNode?> Post(string path, JsonNode? body = null)
    {
        using var response = await http.PostAsync(path, new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"POST {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text);
    }

    /// <summary>The newest code that was sent to an address.</summary>
    public async Task<string> Code(string to)
    {
        var messages = (await Get("/_postern/dev/inbox?to=" + Uri.EscapeDataString(to)))!.AsArray();
        return (string?)messages.FirstOrDefault()?["code"] ?? throw new Xunit.Sdk.XunitException($"No code was sent to {to}");
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonObject> Call(string target, string service, JsonObject request, bool sign)
    {
        using var response = await Raw(target, service, request.ToJsonString(), sign);
        var text = await response.Content.ReadAsStringAsync();
        if (response.IsSuccessStatusCode)
            return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
        var error = JsonNode.Parse(text)!;
        throw new ServiceError((string?)error["__type"] ?? "", (string?)error["message"] ?? (string?)error["Message"], response.StatusCode);
    }
}

/// <summary>What the service refused with.</summary>
public sealed class ServiceError(string type, string? text, HttpStatusCode status) : Exception($"{type}: {text}")
{
    public string Type { get; } = type;

    public string? Text { get; } = text;

    public HttpStatusCode Status { get; } = status;
}
