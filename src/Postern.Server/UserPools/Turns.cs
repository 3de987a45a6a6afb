using Postern.Contract.UserPools;
using Postern.Cryptography;

namespace Postern.UserPools;

/// <summary>A turn in the gate; disposing of it ends the turn.</summary>
public readonly record struct Turn(SignInGate Gate) : IDisposable
{
    public void Dispose() => Gate.Exit();
}

public static class Turns
{
    /// <summary>Waits for a turn to calculate.</summary>
    /// <exception cref="TooManyRequestsException">Too many wait already.</exception>
    public static async ValueTask<Turn> Turn(this SignInGate gate, CancellationToken stop) =>
        await gate.TryEnter(stop) ? new(gate) : throw new TooManyRequestsException("Too many requests");
}
