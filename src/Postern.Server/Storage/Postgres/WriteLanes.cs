using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>Connections that write: what waits goes into one batch, with an error barrier after each, so that each is a transaction of its own
/// and a refused one leaves its neighbours alone.</summary>
internal sealed class WriteLanes(Hosts hosts, int count) : IAsyncDisposable
{
    private readonly Lanes<PendingWrite> lanes = new(hosts, writes: true, count, Write);

    /// <summary>Queues a write; whoever made it awaits it.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    /// <exception cref="StorageException">No place was free for too long.</exception>
    public ValueTask Add(PendingWrite pending, CancellationToken stop) => lanes.Add(pending, stop);

    /// <summary>Runs one statement; answers how many rows it changed.</summary>
    public ValueTask<int> Run(Command command, CancellationToken stop) => Run([command.Statement], stop);

    /// <summary>Runs statements in one transaction; answers how many rows they changed.</summary>
    public async ValueTask<int> Run(IReadOnlyList<NpgsqlBatchCommand> statements, CancellationToken stop)
    {
        var pending = new PendingCount(statements);
        await lanes.Add(pending, stop);
        return await pending.Done;
    }

    /// <summary>Runs one statement that answers rows.</summary>
    public async ValueTask<T> Run<T>(Command command, Func<Row, ValueTask<T>> read, CancellationToken stop)
    {
        var pending = new PendingRows<T>(command.Statement, read);
        await lanes.Add(pending, stop);
        return await pending.Done;
    }

    public ValueTask DisposeAsync() => lanes.DisposeAsync();

    private static async ValueTask Write(Session session, List<PendingWrite> group)
    {
        var connection = await session.Take();
        // An error takes the rows of all that follow it: those that want theirs come first.
        if (group.Exists(static pending => pending.HasRows))
            group.Sort(static (one, other) => other.HasRows.CompareTo(one.HasRows));
        try
        {
            await using var batch = connection.CreateBatch();
            foreach (var pending in group)
            {
                foreach (var statement in pending.Statements)
                    batch.BatchCommands.Add(statement);
                pending.Statements[^1].AppendErrorBarrier = true;
            }
            await using var reader = await batch.ExecuteReaderAsync();
            foreach (var pending in group)
            {
                if (!pending.HasRows)
                    break;
                await pending.Read(new(reader));
                await reader.NextResultAsync();
            }
            while (await reader.NextResultAsync())
            {
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            await Settle(session, group, failure);
            return;
        }
        foreach (var pending in group)
            pending.Complete();
    }

    /// <summary>Finds what became of each write of a batch in which one or more failed.</summary>
    private static async ValueTask Settle(Session session, List<PendingWrite> group, Exception failure)
    {
        // Npgsql reads on to the end of the batch and then tells all errors at once, each with its statement.
        var errors = (failure.InnerException is AggregateException several ? several.InnerExceptions : [failure])
            .Where(error => error is PostgresException { BatchCommand: not null }).Cast<PostgresException>().ToArray();
        var isWhole = errors.Length > 0 && errors.Length == ((failure.InnerException as AggregateException)?.InnerExceptions.Count ?? 1)
            && !errors.Any(error => error.Severity is "FATAL" or "PANIC");
        if (!isWhole || errors.Any(PostgresError.IsAway))
            await session.Drop();

        // What lies before a statement that was answered has passed its barrier.
        var known = isWhole ? group.Count : group.FindLastIndex(pending => pending.Statements.Any(IsAnswered));
        for (var i = 0; i < group.Count; i++)
        {
            var error = errors.FirstOrDefault(error => group[i].Statements.Contains(error.BatchCommand));
            if (error is { Severity: not ("FATAL" or "PANIC") })
                group[i].Refuse((NpgsqlBatchCommand)error.BatchCommand!, error);
            else if (i < known)
                group[i].Complete();
            else
                group[i].Fail(new StorageException($"It is not known whether the change was saved. {failure.Message}", failure));
        }
    }

    private static bool IsAnswered(NpgsqlBatchCommand statement) => statement.StatementType is not StatementType.Unknown;
}
