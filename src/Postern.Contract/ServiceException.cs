using System.Text.Json;

namespace Postern.Contract;

/// <summary>An error of the contract: what a client sees as <c>__type</c> and <c>message</c>.</summary>
/// <remarks>Each error shape of a service model is generated as one sealed descendant. Rules throw it where they stand,
/// with the exact text; <c>Wire</c> alone turns it into an answer.</remarks>
public abstract class ServiceException(string errorType, int status, string? message) : Exception(message)
{
    /// <summary>The error's name on the wire.</summary>
    public string ErrorType { get; } = errorType;

    /// <summary>The HTTP status that the answer carries.</summary>
    public int Status { get; } = status;

    /// <summary>The text for the client; null where the service sends none.</summary>
    public string? Text { get; } = message;

    /// <summary>Writes the modelled members other than the message, where they are set.</summary>
    public virtual void WriteMembers(Utf8JsonWriter writer)
    {
    }
}
