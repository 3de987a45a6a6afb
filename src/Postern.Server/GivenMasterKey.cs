using System.Security.Cryptography;
using Postern.CommandLine;
using Postern.Cryptography;
using Postern.Operations;

namespace Postern;

/// <summary>The master key that options give, with the one before where it is being changed.</summary>
internal static class GivenMasterKey
{
    /// <param name="dataFile">The SQLite file; development keeps a key of its own beside it.</param>
    /// <exception cref="OptionException">No key is given where one must be.</exception>
    /// <exception cref="MasterKeyException">What is given is no key.</exception>
    public static MasterKey Read(ServerOptions options, string dataFile)
    {
        if (options.PreviousMasterKey is not null && options.MasterKey is null)
            throw new OptionException("--previous-master-key stands beside --master-key, which takes over from it (docs/keys.md).");
        var key = options.MasterKey is { } setting ? MasterKeySource.Parse(setting) : Development(options, dataFile);
        return options.PreviousMasterKey is { } previous ? key.WithPrevious(MasterKeySource.Parse(previous, "The previous master key")) : key;
    }

    /// <summary>Refuses a key that is not the database's before the schema of an older program is brought forward. A database of this
    /// program's schema, or none, is left for <see cref="MasterKey.Check"/>.</summary>
    /// <exception cref="MasterKeyException">The key is not the database's. Nothing was written.</exception>
    public static async Task Require(MasterKey key, ServerOptions options, CancellationToken stop)
    {
        if (options.Db is null && options.Data is ":memory:")
            return;
        await using var database = Databases.Of(options);
        var version = await database.ReadVersion(stop);
        if (version == 0 || version >= database.Steps.Count)
            return;
        await using var snapshot = await database.OpenSnapshot(stop);
        if (await Backup.MasterKeyIds(snapshot, stop) is ({ } current, var next))
            key.Require(current, next);
    }

    private static MasterKey Development(ServerOptions options, string dataFile)
    {
        if (options.Mode is ServerMode.Production)
            throw new OptionException("Production needs a master key: --master-key file:PATH, command:LINE or the key (32 bytes, base64), or POSTERN_MASTER_KEY. Make one with: openssl rand -base64 32");
        if (dataFile is ":memory:" && options.Db is null)
            return new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Size));
        var keyFile = dataFile + ".key";
        // A new key would be of no use to what the lost one sealed, and would stand in the way of a copy that is put back.
        if (options.Db is null && !File.Exists(keyFile) && File.Exists(dataFile) && new FileInfo(dataFile).Length > 0)
        {
            throw new OptionException(
                $"{dataFile} is there, but not its master key, {keyFile}. Nothing was changed. Put the key back, give it with --master-key, or choose another file with --data.");
        }
        return MasterKeySource.OpenOrCreate(keyFile);
    }
}
