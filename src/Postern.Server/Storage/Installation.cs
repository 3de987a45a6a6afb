namespace Postern.Storage;

/// <summary>The installation as a whole: small values by name, and in development its resets and snapshots.</summary>
public interface IInstallationStore
{
    /// <summary>A small value of the installation (the sealed installation secret, the clock's offset); null where never set.</summary>
    ValueTask<byte[]?> Get(string name, CancellationToken stop);

    ValueTask Set(string name, ReadOnlyMemory<byte> value, CancellationToken stop);

    /// <summary>Sets a value only where there is none yet; answers the value that stands.</summary>
    ValueTask<byte[]> GetOrSet(string name, ReadOnlyMemory<byte> value, CancellationToken stop);

    /// <summary>Everything goes but the schema, the stock of keys, the ring and the installation's secret.</summary>
    ValueTask Reset(CancellationToken stop);

    /// <summary>Saves the whole state under a name, replacing what was there.</summary>
    ValueTask SaveSnapshot(string name, CancellationToken stop);

    /// <summary>Brings the whole state back; false where there is no such snapshot. The stock of keys and the ring stay.</summary>
    ValueTask<bool> RestoreSnapshot(string name, CancellationToken stop);

    /// <summary>Deletes at most so many dead rows (expired codes, revocations, sessions, rotations, messages; rows of deleted pools); answers how many went.</summary>
    ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken stop);

    /// <summary>Takes or renews a lease, by which one node alone does what need not be done by all; true where the holder has it until
    /// <paramref name="now"/> + <paramref name="length"/>. A store of one process always gives it. It keeps work from being done twice, no more:
    /// a node that was stopped for a while may believe that it still holds it.</summary>
    ValueTask<bool> TryLease(string name, Guid holder, DateTimeOffset now, TimeSpan length, CancellationToken stop);
}
