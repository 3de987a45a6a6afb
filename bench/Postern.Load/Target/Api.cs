using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Postern.Load.Target;

/// <summary>Calls a server's API one call at a time, to make what a run needs.</summary>
public sealed class Api : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <param name="url">A loopback address.</param>
    public Api(Uri url)
    {
        Url = url;
        // localhost may be either family's loopback: whichever the server listens on.
        var addresses = IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? [address] : Dns.GetHostAddresses(url.Host);
        Endpoint = new(addresses.OrderBy(static address => address.AddressFamily).First(), url.Port);
    }

    public Uri Url { get; }

    /// <summary>Where its connections go.</summary>
    public IPEndPoint Endpoint { get; }

    /// <exception cref="LoadException">The server refused, or is not there.</exception>
    public async Task<JsonObject> Call(string operation, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new StringContent(body.ToJsonString()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", "AWSCognitoIdentityProviderService." + operation);
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=AKIALOADLOADLOADLOAD/20260101/us-east-1/cognito-idp/aws4_request");
        try
        {
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode)
                throw new LoadException($"{operation} was refused: {(int)response.StatusCode} {text}");
            return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
        }
        catch (HttpRequestException failed)
        {
            throw new LoadException($"{Url} does not answer: {failed.Message}");
        }
    }

    public void Dispose() => http.Dispose();
}
