using System.Buffers;
using System.Collections.Frozen;
using System.IO.Pipelines;
using Postern.Contract;
using Postern.Storage;

namespace Postern.Wire;

/// <summary>JSON 1.1: target to operation, body to typed request, outcome to answer. Every error leaves through here.</summary>
public sealed class JsonFrontDoor(
    IReadOnlyList<Endpoint> bound, IReadOnlyList<OperationDescription> all, ICallers callers, Answer answer, OtherServices others, IFaults? faults, ILogger logger)
{
    private readonly FrozenDictionary<string, (OperationDescription Description, JsonEndpoint? Endpoint)> operations = all
        .Where(static operation => operation.Protocol is Protocol.Json)
        .GroupJoin(bound.OfType<JsonEndpoint>(), static operation => operation.Target!, static endpoint => endpoint.Description.Target!,
            static (operation, endpoints) => (Description: operation, Endpoint: endpoints.SingleOrDefault()))
        .ToFrozenDictionary(static operation => operation.Description.Target!, StringComparer.Ordinal);

    public async Task Serve(HttpContext context)
    {
        var name = "?";
        long longest = 0;
        try
        {
            string? target = context.Request.Headers["X-Amz-Target"];
            if (target is null || !operations.TryGetValue(target, out var operation))
            {
                if (OtherServices.Name(context.Request) is not { } service)
                    throw WireException.UnknownOperation();
                await others.Refuse(context, service);
                return;
            }
            name = operation.Description.Name;
            var caller = callers.Identify(context, operation.Description.IsSigned);
            if (operation.Endpoint is null)
                throw NotThereYet(operation.Description);
            if (faults is not null)
                await faults.Before(operation.Description, context.RequestAborted);

            longest = operation.Endpoint.LongestRequest;
            var reader = context.Request.BodyReader;
            var body = await ReadToEnd(context.Request, reader, longest);
            IResponse response;
            try
            {
                response = await operation.Endpoint.Run(body, caller, context.RequestAborted);
            }
            finally
            {
                reader.AdvanceTo(body.End);
            }
            await answer.Write(context.Response, response);
        }
        catch (ServiceException error)
        {
            await answer.Write(context.Response, error);
        }
        catch (SerializationException error)
        {
            await answer.Write(context.Response, WireException.Serialization(error.Message));
        }
        catch (BadHttpRequestException error)
        {
            await answer.Write(context.Response, error.StatusCode == 413 ? WireException.TooLarge(longest) : WireException.Serialization("The request body could not be read"));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (StorageException away)
        {
            logger.StorageFailed(name, away.Message);
            await answer.Write(context.Response, WireException.Internal());
        }
        catch (Exception unexpected)
        {
            logger.OperationFailed(name, unexpected);
            await answer.Write(context.Response, WireException.Internal());
        }
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadToEnd(HttpRequest request, PipeReader reader, long longest)
    {
        if (request.ContentLength > longest)
            throw WireException.TooLarge(longest);
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > longest)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw WireException.TooLarge(longest);
            }
            if (read.IsCompleted)
                return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static WireException NotThereYet(OperationDescription operation) => new(
        "UnknownOperationException", 400,
        $"Postern does not serve {operation.Name} yet. docs/coverage.md lists what it serves.");
}
