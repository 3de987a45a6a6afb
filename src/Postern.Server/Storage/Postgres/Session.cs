using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>A lane's connection: opened when it is needed, kept while it is of use.</summary>
internal sealed class Session(Hosts hosts, bool writes) : IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? connection;
    private long used;

    /// <exception cref="StorageUnavailableException">There is none to be had.</exception>
    public async ValueTask<NpgsqlConnection> Take()
    {
        // The outcome of what is lost with a dead connection would not be known; so one that lay idle is asked whether it lives.
        if (connection is not null && writes && TimeProvider.System.GetElapsedTime(used) > Fresh && !await Lives(connection))
            await Drop();
        connection ??= await hosts.Open(writes);
        used = TimeProvider.System.GetTimestamp();
        return connection;
    }

    public async ValueTask Drop()
    {
        if (connection is null)
            return;
        var lost = connection;
        connection = null;
        await hosts.Drop(lost);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private static async ValueTask<bool> Lives(NpgsqlConnection connection)
    {
        try
        {
            await using var question = new NpgsqlCommand("SELECT 1", connection);
            await question.ExecuteScalarAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
