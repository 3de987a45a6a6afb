using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>What is rare and needs several round trips: a connection and a transaction for each.</summary>
internal sealed class Transactions(Hosts hosts, Replays replays) : IDisposable
{
    /// <summary>They must not take all of the server's connections.</summary>
    private readonly SemaphoreSlim places = new(4);

    /// <summary>Runs work in a transaction, and again where it loses against another one.</summary>
    /// <exception cref="StorageException">It was not done, or where the message says so it is not known whether it was.</exception>
    public async ValueTask<T> Run<T>(Func<Transaction, ValueTask<T>> work, CancellationToken stop)
    {
        await places.WaitAsync(stop);
        try
        {
            return await replays.Run(static (state, _) => Once(state.hosts, state.work), (hosts, work), stop);
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose() => places.Dispose();

    private static async ValueTask<T> Once<T>(Hosts hosts, Func<Transaction, ValueTask<T>> work)
    {
        var connection = await hosts.Open(writes: true);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var result = await work(new(connection, hosts.Notifies));
            await transaction.CommitAsync();
            await connection.DisposeAsync();
            return result;
        }
        catch (PostgresException error) when (!PostgresError.IsAway(error))
        {
            await connection.DisposeAsync();
            throw PostgresError.Of(error);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            await hosts.Drop(connection);
            throw failure is PostgresException error
                ? PostgresError.Of(error)
                : new StorageException($"It is not known whether this was done. {failure.Message}", failure);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A transaction that is open.</summary>
internal readonly struct Transaction(NpgsqlConnection connection, bool notifies)
{
    /// <summary>Whether the engine has pg_notify.</summary>
    public bool Notifies => notifies;

    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    public async ValueTask<int> Run(Command command)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(command.Statement);
        return await batch.ExecuteNonQueryAsync();
    }

    public async ValueTask<T> Read<T>(Command command, Func<Row, ValueTask<T>> read)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(command.Statement);
        await using var reader = await batch.ExecuteReaderAsync();
        return await read(new(reader));
    }

    /// <summary>Runs statements that are not to be kept prepared: of tables' making and moving.</summary>
    public async ValueTask Execute(string sql, int seconds)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = seconds };
        await command.ExecuteNonQueryAsync();
    }
}
