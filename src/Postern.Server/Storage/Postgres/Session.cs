using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>A lane's connection: opened when it is needed, kept while it is of use.</summary>
internal sealed class Session(Hosts hosts, bool writes) : IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? connection;
    private long used;
    private long returns;
    private long losses;

    /// <exception cref="StorageUnavailableException">There is none to be had.</exception>
    public async ValueTask<NpgsqlConnection> Take()
    {
        if (connection is not null && await IsOver(connection))
            await Drop();
        if (connection is null)
        {
            returns = hosts.Returns;
            losses = hosts.Losses;
            connection = await hosts.Open(writes);
        }
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

    private async ValueTask<bool> IsOver(NpgsqlConnection held)
    {
        // A replica is read only while there is no primary.
        if (!writes)
            return returns != hosts.Returns && Hosts.IsReplica(held);
        // The outcome of what is lost with a dead connection would not be known; so one that lay idle, or is older than another's end, is asked
        // whether it lives.
        var before = losses;
        losses = hosts.Losses;
        return (before != losses || TimeProvider.System.GetElapsedTime(used) > Fresh) && !await Lives(held);
    }

    private static async ValueTask<bool> Lives(NpgsqlConnection held)
    {
        try
        {
            await using var question = new NpgsqlCommand("SELECT 1", held) { CommandTimeout = 2 };
            await question.ExecuteScalarAsync();
            return !Hosts.IsReplica(held);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
