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
    /// <summary>Reads a JSON 1.1 body; the reader stands on its first token.</summary>
    /// <exception cref="SerializationException">A value has another JSON type than the model says.</exception>
    static abstract TSelf Read(ref System.Text.Json.Utf8JsonReader reader);

    /// <summary>Reads the members from the flattened parameters of the Query protocol.</summary>
    static abstract TSelf Read(QueryParameters parameters);

    /// <summary>Collects every violation of the model's constraints.</summary>
    void Validate(Violations violations);
}

/// <summary>An answer of the contract.</summary>
public interface IResponse
{
    void Write(System.Text.Json.Utf8JsonWriter writer);

    /// <summary>Writes the members as XML elements, as the Query protocol answers.</summary>
    void Write(System.Xml.XmlWriter writer);
}

/// <summary>The answer of an operation that has no output shape: 200 with an empty body.</summary>
public sealed record NoOutput : IResponse
{
    public static NoOutput Instance { get; } = new();

    public void Write(System.Text.Json.Utf8JsonWriter writer)
    {
    }

    public void Write(System.Xml.XmlWriter writer)
    {
    }
}
