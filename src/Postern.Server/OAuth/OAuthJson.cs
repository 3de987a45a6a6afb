using System.Buffers;
using System.Text.Json;

namespace Postern.OAuth;

/// <summary>The form of endpoints that take a form and answer JSON, open to scripts of any origin.</summary>
/// <remarks>OAuth sheet, "CORS and headers".</remarks>
public static class OAuthJson
{
    private static readonly JsonWriterOptions options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers what the work writes, or its fault.</summary>
    /// <param name="work">Gives what writes the members of the answer; null for an empty one.</param>
    public static async Task Serve(DomainRequest request, Func<IFormCollection, ValueTask<Action<Utf8JsonWriter>?>> work)
    {
        var http = request.Context.Request;
        if (!HttpMethods.IsPost(http.Method))
        {
            request.Context.Response.StatusCode = 405;
            request.Context.Response.Headers.Allow = "POST";
            return;
        }
        try
        {
            if (!http.HasFormContentType)
                throw new OAuthException("invalid_request");
            var write = await work(await http.ReadFormAsync(request.Stop));
            if (write is null)
                Headers(request).ContentLength = 0;
            else
                await Write(request, 200, write);
        }
        catch (OAuthException fault)
        {
            await Write(request, fault.Status, writer =>
            {
                writer.WriteString("error"u8, fault.Error);
                if (fault.Description is not null)
                    writer.WriteString("error_description"u8, fault.Description);
            });
        }
    }

    /// <summary>Answers an object of JSON.</summary>
    public static async Task Write(DomainRequest request, int status, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        await using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        var response = Headers(request);
        response.StatusCode = status;
        response.ContentType = "application/json;charset=UTF-8";
        response.ContentLength = buffer.WrittenCount;
        await response.Body.WriteAsync(buffer.WrittenMemory);
    }

    private static HttpResponse Headers(DomainRequest request)
    {
        var response = request.Context.Response;
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.CacheControl = "no-cache, no-store, max-age=0, must-revalidate";
        response.Headers.Pragma = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["x-amz-cognito-request-id"] = Guid.NewGuid().ToString();
        return response;
    }
}
