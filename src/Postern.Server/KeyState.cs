using Microsoft.Extensions.Logging.Abstractions;
using Postern.CommandLine;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern;

/// <summary>The database that options name with its master key, opened beside running servers for a verb that works on keys.</summary>
internal sealed class KeyState : IAsyncDisposable
{
    private KeyState(IStore store, MasterKey masterKey, TimeProvider time)
    {
        Store = store;
        MasterKey = masterKey;
        Time = time;
    }

    public IStore Store { get; }

    /// <summary>Checked: it is the database's.</summary>
    public MasterKey MasterKey { get; }

    /// <summary>The servers' time: in development tests may have moved it.</summary>
    public TimeProvider Time { get; }

    /// <exception cref="OptionException">There is no such database.</exception>
    /// <exception cref="MasterKeyException">The key is not the database's.</exception>
    public static async Task<KeyState> Open(ServerOptions options, CancellationToken stop)
    {
        var file = options.Data ?? DataFolder.DefaultFile();
        if (options.Db is null && !File.Exists(file))
            throw new OptionException(file is ":memory:" ? "What is in memory ends with its server: name a file by --data." : $"There is no database {file}: name it by --data FILE, or by --db.");
        var masterKey = GivenMasterKey.Read(options, file);
        await GivenMasterKey.Require(masterKey, options, stop);
        var clock = new Development.Clock();
        var store = options.Db is { } db ? await Databases.Open(db, clock, NullLoggerFactory.Instance, stop) : SqliteStore.Open(file, clock);
        try
        {
            if (await store.Installation.Get(MasterKey.CheckName, stop) is null)
                throw new OptionException("No server was ever started on this database: it has no keys yet.");
            await masterKey.Check(store.Installation, stop);
            await clock.Load(store.Installation, stop);
            return new(store, masterKey, clock);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
