using Postern.Contract;

namespace Postern.Wire;

/// <summary>An error that the front door itself gives, before any operation: it stands in no service model.</summary>
/// <remarks>Types and texts: errors sheet, "Front-door errors".</remarks>
public sealed class WireException(string errorType, int status, string? message) : ServiceException(errorType, status, message)
{
    public static WireException UnknownOperation() => new("UnknownOperationException", 400, null);

    public static WireException MissingAuthenticationToken() => new("MissingAuthenticationTokenException", 400, "Missing Authentication Token");

    public static WireException Serialization(string message) => new("SerializationException", 400, message);

    public static WireException Internal() => new("InternalErrorException", 500, "Internal Server Error");

    public static WireException TooLarge(long longest) => new("RequestEntityTooLargeException", 413, $"Request size exceeded {longest} bytes");
}
