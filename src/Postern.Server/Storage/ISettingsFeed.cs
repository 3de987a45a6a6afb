namespace Postern.Storage;

/// <summary>What other nodes, and this one, have changed of the settings that nodes keep in memory.</summary>
public interface ISettingsFeed
{
    /// <summary>Numbers of pools whose settings, parts or signing keys were saved since the call, each within a second of its change, some more
    /// than once. Null: anything may have changed (a reset, a restore, a time without the database). Ends with <paramref name="stop"/>, never by an
    /// error. A store of one process tells nothing: whoever saves there knows.</summary>
    IAsyncEnumerable<long?> Follow(CancellationToken stop);
}
