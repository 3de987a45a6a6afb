using Postern.Contract;

namespace Postern.Wire;

/// <summary>Scripted failures and delays. Only development has any.</summary>
public interface IFaults
{
    /// <summary>Delays, or throws the error that was scripted for the operation.</summary>
    ValueTask Before(OperationDescription operation, CancellationToken stop);
}
