namespace Postern.Messages;

/// <summary>A way out for messages. It sends, or throws what became of it.</summary>
public interface ITransport
{
    bool Carries(OutgoingMessage message);

    /// <exception cref="DeliveryException">It was not taken.</exception>
    ValueTask Send(OutgoingMessage message, CancellationToken stop);
}

/// <summary>A message was not taken. The text names neither code nor address.</summary>
/// <param name="isFinal">Whether trying again is of no use.</param>
public sealed class DeliveryException(string message, bool isFinal, Exception? inner = null) : Exception(message, inner)
{
    public bool IsFinal { get; } = isFinal;
}
