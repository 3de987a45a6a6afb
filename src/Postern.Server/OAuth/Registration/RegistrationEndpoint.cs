using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.OAuth.Registration;

/// <summary><c>/oauth2/register</c>: an application registers an app client of its own (RFC 7591).</summary>
/// <remarks>Newest operations, "Dynamic client registration"; developer guide, the page of that name: the path, the two kinds of
/// registration and the token's scope. The form of answers and errors is the RFC's; descriptions, and the statuses where the RFC leaves
/// them open, are unverified against the service. Open to scripts of any origin. A registration is not managed afterwards (RFC 7592).</remarks>
public sealed class RegistrationEndpoint(RegistrationAccess access, Registrations registrations) : IDomainEndpoint
{
    private const int LargestBody = 64 * 1024;

    public IReadOnlyList<string> Paths { get; } = ["/oauth2/register"];

    public bool IsOpenToScripts => true;

    public async Task Serve(DomainRequest request)
    {
        var response = request.Context.Response;
        if (!HttpMethods.IsPost(request.Context.Request.Method))
        {
            response.StatusCode = 405;
            response.Headers.Allow = "POST";
            return;
        }
        try
        {
            var flows = await access.Flows(request);
            var asked = ClientMetadata.Read(await Body(request));
            var registered = await registrations.Register(request.Pool, asked, flows, request.Stop);
            await OAuthJson.Write(request, 201, registered.Write);
        }
        catch (OAuthException fault)
        {
            await OAuthJson.Write(request, fault.Status, writer => Write(writer, fault));
        }
        catch (LimitExceededException full)
        {
            await OAuthJson.Write(request, 403, writer => Write(writer, new("access_denied", full.Text)));
        }
        catch (TooManyRequestsException busy)
        {
            await OAuthJson.Write(request, 503, writer => Write(writer, new("temporarily_unavailable", busy.Text)));
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> Body(DomainRequest request)
    {
        var http = request.Context.Request;
        if (!http.HasJsonContentType())
            throw new OAuthException("invalid_client_metadata", "The content type must be application/json.");
        if (http.ContentLength > LargestBody)
            throw TooLarge();
        var body = new byte[http.ContentLength ?? LargestBody + 1];
        var length = await http.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.Stop);
        return length > LargestBody ? throw TooLarge() : body.AsMemory(0, length);
    }

    private static OAuthException TooLarge() => new("invalid_client_metadata", $"The client metadata must be at most {LargestBody} bytes.") { Status = 413 };

    private static void Write(Utf8JsonWriter writer, OAuthException fault)
    {
        writer.WriteString("error"u8, fault.Error);
        if (fault.Description is not null)
            writer.WriteString("error_description"u8, fault.Description);
    }
}
