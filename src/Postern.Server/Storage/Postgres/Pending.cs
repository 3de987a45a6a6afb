using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>What waits for a lane, and whoever waits for it.</summary>
internal abstract class Pending
{
    public long Since { get; } = TimeProvider.System.GetTimestamp();

    public abstract void Fail(Exception failure);
}

/// <summary>One statement that reads.</summary>
internal abstract class PendingRead(NpgsqlBatchCommand statement) : Pending
{
    public NpgsqlBatchCommand Statement => statement;

    /// <summary>Whether it was lost with a connection once: it is asked again once.</summary>
    public bool WasLost { get; set; }

    /// <summary>Reads its rows and answers whoever waits.</summary>
    public abstract ValueTask Read(Row row);
}

internal sealed class PendingRead<T>(NpgsqlBatchCommand statement, Func<Row, ValueTask<T>> read) : PendingRead(statement)
{
    // A lane must not run what its callers do next.
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => done.Task;

    public override async ValueTask Read(Row row)
    {
        try
        {
            done.TrySetResult(await read(row));
        }
        catch (Exception failure) when (failure is not (NpgsqlException or IOException or OperationCanceledException))
        {
            // Its neighbours have rows of their own to be read.
            done.TrySetException(failure);
        }
    }

    public override void Fail(Exception failure) => done.TrySetException(failure);
}

/// <summary>Statements that write, applied whole or not at all.</summary>
internal abstract class PendingWrite : Pending
{
    public abstract IReadOnlyList<NpgsqlBatchCommand> Statements { get; }

    /// <summary>Whether it is one statement that answers rows; all others' rows are of no interest.</summary>
    public virtual bool HasRows => false;

    public virtual ValueTask Read(Row row) => ValueTask.CompletedTask;

    /// <summary>It is durable.</summary>
    public abstract void Complete();

    /// <summary>One of its statements was refused, so that nothing of it was kept.</summary>
    public virtual void Refuse(NpgsqlBatchCommand statement, PostgresException error) => Fail(PostgresError.Of(error));
}

/// <summary>Statements that write, and answer how many rows they changed.</summary>
internal sealed class PendingCount(params IReadOnlyList<NpgsqlBatchCommand> statements) : PendingWrite
{
    private readonly TaskCompletionSource<int> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<int> Done => done.Task;

    public override IReadOnlyList<NpgsqlBatchCommand> Statements => statements;

    public override void Complete() => done.TrySetResult(statements.Sum(static statement => statement.RecordsAffected));

    public override void Fail(Exception failure) => done.TrySetException(failure);
}

/// <summary>One statement that writes and answers rows.</summary>
internal sealed class PendingRows<T>(NpgsqlBatchCommand statement, Func<Row, ValueTask<T>> read) : PendingWrite
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isRead;
    private T result = default!;

    public Task<T> Done => done.Task;

    public override IReadOnlyList<NpgsqlBatchCommand> Statements { get; } = [statement];

    public override bool HasRows => true;

    public override async ValueTask Read(Row row)
    {
        result = await read(row);
        isRead = true;
    }

    public override void Complete()
    {
        if (isRead)
            done.TrySetResult(result);
        else
            done.TrySetException(new RowsLostException());
    }

    public override void Fail(Exception failure) => done.TrySetException(failure);
}
