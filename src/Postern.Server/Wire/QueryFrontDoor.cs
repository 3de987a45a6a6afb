using System.Collections.Frozen;
using System.Text;
using System.Xml;
using Postern.Contract;
using Postern.Storage;

namespace Postern.Wire;

/// <summary>The Query protocol of sts: a form in, XML out.</summary>
public sealed class QueryFrontDoor(
    IReadOnlyList<Endpoint> bound, IReadOnlyList<OperationDescription> all, ICallers callers, OtherServices others, IFaults? faults, ILogger logger)
{
    private const string Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
    private const string ContentType = "text/xml";

    private readonly FrozenDictionary<string, (OperationDescription Description, QueryEndpoint? Endpoint)> operations = all
        .Where(static operation => operation.Protocol is Protocol.Query)
        .GroupJoin(bound.OfType<QueryEndpoint>(), static operation => operation.Name, static endpoint => endpoint.Description.Name,
            static (operation, endpoints) => (Description: operation, Endpoint: endpoints.SingleOrDefault()))
        .ToFrozenDictionary(static operation => operation.Description.Name, StringComparer.Ordinal);

    public async Task Serve(HttpContext context)
    {
        var name = "?";
        try
        {
            var parameters = await Read(context.Request);
            if (parameters.Find("Action") is not { } action || !operations.TryGetValue(action, out var operation))
            {
                if (OtherServices.Name(context.Request) is { } service)
                {
                    await others.Refuse(context, service);
                    return;
                }
                throw new WireException("InvalidAction", 400, "Could not find operation for version 2011-06-15 of sts");
            }
            name = action;
            var caller = callers.Identify(context, operation.Description.IsSigned);
            if (operation.Endpoint is null)
                throw new WireException("InvalidAction", 400, $"Postern does not serve {action} yet. docs/coverage.md lists what it serves.");
            if (faults is not null)
                await faults.Before(operation.Description, context.RequestAborted);
            var response = await operation.Endpoint.Run(parameters, caller, context.RequestAborted);
            await Send(context.Response, 200, action + "Response", writer =>
            {
                writer.WriteStartElement(action + "Result", Namespace);
                response.Write(writer);
                writer.WriteEndElement();
            });
        }
        catch (ServiceException error)
        {
            await Refuse(context.Response, error);
        }
        catch (SerializationException error)
        {
            await Refuse(context.Response, new WireException("MalformedInput", 400, error.Message));
        }
        catch (Exception error) when (error is InvalidDataException or BadHttpRequestException)
        {
            await Refuse(context.Response, new WireException("MalformedQueryString", 400, "The form of the request could not be read"));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (StorageException away)
        {
            logger.StorageFailed(name, away.Message);
            await Refuse(context.Response, new WireException("InternalFailure", 500, "Internal Server Error"));
        }
        catch (Exception unexpected)
        {
            logger.OperationFailed(name, unexpected);
            await Refuse(context.Response, new WireException("InternalFailure", 500, "Internal Server Error"));
        }
    }

    private static async ValueTask<QueryParameters> Read(HttpRequest request)
    {
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            // Parts that end before their boundary.
            throw new InvalidDataException(cut.Message);
        }
        var values = new Dictionary<string, string>(form.Count, StringComparer.Ordinal);
        foreach (var (key, value) in form)
            values[key] = value.ToString();
        return new(values);
    }

    private static Task Refuse(HttpResponse response, ServiceException error) =>
        Send(response, error.Status, "ErrorResponse", writer =>
        {
            writer.WriteStartElement("Error", Namespace);
            writer.WriteElementString("Type", Namespace, error.Status < 500 ? "Sender" : "Receiver");
            writer.WriteElementString("Code", Namespace, error.ErrorType);
            writer.WriteElementString("Message", Namespace, error.Text ?? "");
            writer.WriteEndElement();
        });

    private static async Task Send(HttpResponse response, int status, string root, Action<XmlWriter> content)
    {
        Answer.Head(response, status, ContentType);
        var requestId = response.Headers["x-amzn-RequestId"].ToString();
        var text = new MemoryStream();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            writer.WriteStartElement(root, Namespace);
            content(writer);
            if (root is "ErrorResponse")
            {
                writer.WriteElementString("RequestId", Namespace, requestId);
            }
            else
            {
                writer.WriteStartElement("ResponseMetadata", Namespace);
                writer.WriteElementString("RequestId", Namespace, requestId);
                writer.WriteEndElement();
            }
            writer.WriteEndElement();
        }
        response.ContentLength = text.Length;
        text.Position = 0;
        await text.CopyToAsync(response.Body);
    }
}
