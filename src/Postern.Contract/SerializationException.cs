namespace Postern.Contract;

/// <summary>The body is not JSON, or a value has another type than the model says. Raised before any operation.</summary>
public sealed class SerializationException(string message) : Exception(message);
