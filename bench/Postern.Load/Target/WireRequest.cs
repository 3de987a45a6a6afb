using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Postern.Load.Target;

/// <summary>The bytes of requests, made beforehand.</summary>
internal static class WireRequest
{
    private static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A call of cognito-idp as an SDK sends it, with a signature of the right form: development checks no more.</summary>
    public static byte[] Call(Uri server, string operation, JsonObject body)
    {
        var json = Encoding.UTF8.GetBytes(body.ToJsonString(plain));
        var head = $"""
            POST / HTTP/1.1
            Host: {server.Authority}
            Content-Type: application/x-amz-json-1.1
            X-Amz-Target: AWSCognitoIdentityProviderService.{operation}
            Authorization: AWS4-HMAC-SHA256 Credential=AKIALOADLOADLOADLOAD/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature={new string('0', 64)}
            Content-Length: {json.Length}


            """;
        return [.. Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n")), .. json];
    }

    /// <summary>A form of OAuth, as client libraries send it.</summary>
    public static byte[] Form(Uri server, string path, string fields, string? authorization = null)
    {
        var head = $"""
            POST {path} HTTP/1.1
            Host: {server.Authority}
            Content-Type: application/x-www-form-urlencoded
            Content-Length: {fields.Length}
            {(authorization is null ? "Accept: application/json" : "Authorization: " + authorization)}


            """;
        return Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n") + fields);
    }

    public static byte[] Get(Uri server, string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\n\r\n");
}
