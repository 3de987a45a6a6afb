using System.Text.Json;
using System.Xml;

namespace Postern.Contract;

/// <summary>The behaviour of one operation of the contract. One file implements it, in the folder of its concept.</summary>
/// <remarks>The request has passed the model's constraints. An operation without an output shape answers <see cref="NoOutput"/>.</remarks>
public interface IOperation<TRequest, TResponse>
    where TRequest : IRequest<TRequest>
    where TResponse : IResponse
{
    ValueTask<TResponse> Run(TRequest request, Caller caller, CancellationToken stop);
}

/// <summary>A request of the contract: read from the wire, then checked against the model's constraints.</summary>
public interface IRequest<TSelf> where TSelf : IRequest<TSelf>
{
    /// <summary>Reads a JSON 1.1 body; the reader stands before or on its first token.</summary>
    /// <exception cref="SerializationException">A value has another JSON type than the model says.</exception>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    static abstract TSelf Read(ref Utf8JsonReader reader);

    /// <summary>Collects every violation of the model's constraints.</summary>
    void Validate(Violations violations);
}

/// <summary>A request of a service that speaks the Query protocol.</summary>
public interface IQueryRequest<TSelf> : IRequest<TSelf> where TSelf : IQueryRequest<TSelf>
{
    /// <summary>Reads the members from the flattened parameters.</summary>
    /// <exception cref="SerializationException">A value is not of the type that the model says.</exception>
    static abstract TSelf Read(QueryParameters parameters);
}

/// <summary>An answer of the contract.</summary>
public interface IResponse
{
    /// <summary>Writes a JSON object with the members that are set.</summary>
    void Write(Utf8JsonWriter writer);
}

/// <summary>An answer of a service that speaks the Query protocol.</summary>
public interface IQueryResponse : IResponse
{
    /// <summary>Writes the members that are set as XML elements.</summary>
    void Write(XmlWriter writer);
}

/// <summary>The answer of an operation that has no output shape: 200 with an empty body.</summary>
public sealed record NoOutput : IQueryResponse
{
    public static NoOutput Instance { get; } = new();

    public void Write(Utf8JsonWriter writer)
    {
    }

    public void Write(XmlWriter writer)
    {
    }
}
