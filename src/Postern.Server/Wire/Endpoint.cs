using System.Buffers;
using System.Text.Json;
using Postern.Contract;

namespace Postern.Wire;

/// <summary>One operation of the contract, bound to its behaviour. The table of them is generated.</summary>
public abstract class Endpoint(OperationDescription description)
{
    public OperationDescription Description { get; } = description;
}

/// <summary>Bound to the JSON 1.1 protocol.</summary>
public abstract class JsonEndpoint(OperationDescription description) : Endpoint(description)
{
    /// <summary>The longest body of an operation that says nothing else, in bytes.</summary>
    protected const long UsualRequest = 1024 * 1024;

    /// <summary>The longest body, in bytes.</summary>
    public abstract long LongestRequest { get; }

    /// <summary>Reads, checks and runs. The body may be let go once the task is done.</summary>
    public abstract ValueTask<IResponse> Run(ReadOnlySequence<byte> body, Caller caller, CancellationToken stop);
}

public sealed class JsonEndpoint<TRequest, TResponse>(OperationDescription description, IOperation<TRequest, TResponse> operation)
    : JsonEndpoint(description)
    where TRequest : IRequest<TRequest>
    where TResponse : IResponse
{
    // Deep enough for every shape of the models; a document of a passkey is the deepest.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    public override long LongestRequest { get; } = operation is ILargeRequests large ? large.LongestRequest : UsualRequest;

    public override ValueTask<IResponse> Run(ReadOnlySequence<byte> body, Caller caller, CancellationToken stop)
    {
        var request = Read(body);
        var violations = new Violations();
        request.Validate(violations);
        if (violations.Count > 0)
            throw ConstraintViolation.Of(Description, violations);

        var running = operation.Run(request, caller, stop);
        return running.IsCompletedSuccessfully ? new(running.Result) : Await(running);
    }

    private static async ValueTask<IResponse> Await(ValueTask<TResponse> running) => await running;

    private static TRequest Read(ReadOnlySequence<byte> body)
    {
        try
        {
            var reader = body.IsEmpty ? new Utf8JsonReader("{}"u8, Options) : new Utf8JsonReader(body, Options);
            reader.Read();
            var request = TRequest.Read(ref reader);
            if (reader.Read())
                throw new SerializationException("Unexpected token after the end of the request");
            return request;
        }
        catch (JsonException malformed)
        {
            // The position alone: the text of the message could repeat what the client sent.
            throw new SerializationException($"Unexpected token at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            throw new SerializationException("Invalid UTF-8 or UTF-16 in a string");
        }
    }
}

/// <summary>Bound to the Query protocol.</summary>
public abstract class QueryEndpoint(OperationDescription description) : Endpoint(description)
{
    public abstract ValueTask<IQueryResponse> Run(QueryParameters parameters, Caller caller, CancellationToken stop);
}

public sealed class QueryEndpoint<TRequest, TResponse>(OperationDescription description, IOperation<TRequest, TResponse> operation)
    : QueryEndpoint(description)
    where TRequest : IQueryRequest<TRequest>, IRequest<TRequest>
    where TResponse : IQueryResponse, IResponse
{
    public override async ValueTask<IQueryResponse> Run(QueryParameters parameters, Caller caller, CancellationToken stop)
    {
        var request = TRequest.Read(parameters);
        var violations = new Violations();
        request.Validate(violations);
        if (violations.Count > 0)
            throw ConstraintViolation.Of(Description, violations);
        return await operation.Run(request, caller, stop);
    }
}

internal static class ConstraintViolation
{
    /// <summary>User pools report violations as InvalidParameterException, identity pools as ValidationException, sts as ValidationError.</summary>
    public static WireException Of(OperationDescription operation, Violations violations) => new(
        operation.SigningName switch
        {
            "cognito-idp" => "InvalidParameterException",
            "sts" => "ValidationError",
            _ => "ValidationException",
        },
        400, violations.ToString());
}
