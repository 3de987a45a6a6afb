using System.Buffers;
using System.Text.Json;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.OAuth;

/// <summary>The form of endpoints that answer JSON, open to scripts of any origin: the work's answer, or its fault as <c>{"error":…}</c>.</summary>
/// <remarks>OAuth sheet, "CORS and headers", "Rates". What the contract's exceptions become is unverified against the service.</remarks>
public sealed class OAuthJson(ILogger logger)
{
    private static readonly JsonWriterOptions options = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Serves a form that is posted.</summary>
    /// <param name="work">Gives what writes the members of the answer; null for an empty one.</param>
    /// <param name="status">Of an answer that has members.</param>
    public Task Post(DomainRequest request, Func<OAuthForm, ValueTask<Action<Utf8JsonWriter>?>> work, int status = StatusCodes.Status200OK) =>
        HttpMethods.IsPost(request.Context.Request.Method)
            ? Serve(request, async () => await work(await OAuthForm.Read(request.Context.Request, request.Stop)), status)
            : RefuseMethod(request, "POST");

    /// <summary>Serves what needs no form, by GET and by POST.</summary>
    /// <inheritdoc cref="Post"/>
    public Task GetOrPost(DomainRequest request, Func<ValueTask<Action<Utf8JsonWriter>?>> work) =>
        HttpMethods.IsGet(request.Context.Request.Method) || HttpMethods.IsPost(request.Context.Request.Method)
            ? Serve(request, work)
            : RefuseMethod(request, "GET, POST");

    private async Task Serve(DomainRequest request, Func<ValueTask<Action<Utf8JsonWriter>?>> work, int status = StatusCodes.Status200OK)
    {
        try
        {
            if (await work() is { } members)
            {
                await Write(request, status, members);
                return;
            }
            OAuthHeaders.Write(request);
            request.Context.Response.ContentLength = 0;
        }
        catch (Exception) when (request.Stop.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (OAuthException fault)
        {
            await Refuse(request, fault);
        }
        catch (BadHttpRequestException)
        {
            await Refuse(request, new("invalid_request"));
        }
        catch (ServiceException error)
        {
            await Refuse(request, error is TooManyRequestsException or LimitExceededException
                ? new("temporarily_unavailable") { Status = 429 }
                : new("invalid_request", error.Text));
        }
        catch (StorageException away)
        {
            logger.EndpointStorageFailed(request.Path, away.Message);
            await Refuse(request, new("server_error") { Status = 500 });
        }
        catch (Exception unexpected)
        {
            logger.EndpointFailed(request.Path, unexpected);
            await Refuse(request, new("server_error") { Status = 500 });
        }
    }

    private static Task Refuse(DomainRequest request, OAuthException fault) => Write(request, fault.Status, writer =>
    {
        writer.WriteString("error"u8, fault.Error);
        if (fault.Description is not null)
            writer.WriteString("error_description"u8, fault.Description);
    });

    /// <summary>Answers an object of JSON.</summary>
    public static async Task Write(DomainRequest request, int status, Action<Utf8JsonWriter> members)
    {
        OAuthHeaders.Write(request);
        var buffer = new ArrayBufferWriter<byte>(4096);
        await using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        var response = request.Context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json;charset=UTF-8";
        response.ContentLength = buffer.WrittenCount;
        await response.Body.WriteAsync(buffer.WrittenMemory);
    }

    private static Task RefuseMethod(DomainRequest request, string allowed)
    {
        OAuthHeaders.Write(request);
        request.Context.Response.StatusCode = 405;
        request.Context.Response.Headers.Allow = allowed;
        request.Context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
