namespace Postern.Triggers;

/// <summary>A way to run functions.</summary>
public interface IFunctionTransport
{
    /// <summary>Runs a function once.</summary>
    /// <param name="arn">As LambdaConfig has it.</param>
    /// <param name="stop">Ends the wait; how long a call may take is the caller's business.</param>
    /// <exception cref="InvocationException">The function was not run, or what became of it is unknown.</exception>
    ValueTask<FunctionAnswer> Invoke(string arn, ReadOnlyMemory<byte> payload, CancellationToken stop);
}

/// <summary>What a function came to.</summary>
/// <param name="IsError">Whether it threw, or died: the payload then holds <c>errorMessage</c>.</param>
public readonly record struct FunctionAnswer(bool IsError, ReadOnlyMemory<byte> Payload);

/// <summary>A function was not run.</summary>
/// <param name="error">The error's name or a text, as clients see it.</param>
/// <param name="mayRetry">Whether the same call may succeed a moment later.</param>
public sealed class InvocationException(string error, bool mayRetry, Exception? inner = null) : Exception(error, inner)
{
    public bool MayRetry { get; } = mayRetry;
}

/// <summary>What stands in where nobody said where functions live: there are none.</summary>
public sealed class NoFunctions : IFunctionTransport
{
    public ValueTask<FunctionAnswer> Invoke(string arn, ReadOnlyMemory<byte> payload, CancellationToken stop) =>
        throw new InvocationException("ResourceNotFoundException", mayRetry: false);
}
