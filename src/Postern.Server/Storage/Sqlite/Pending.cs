namespace Postern.Storage.Sqlite;

/// <summary>What waits for the writer, and whoever waits for it.</summary>
internal abstract class Pending
{
    /// <summary>Whether it runs by itself, outside of a group's transaction.</summary>
    public virtual bool IsAlone => false;

    /// <summary>Writes; false where it is refused and what it wrote must go. May run again, when the group is begun anew.</summary>
    public abstract bool Apply(Connection connection);

    /// <summary>This one failed by itself: <see cref="Complete"/> will tell.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The group is durable.</summary>
    public abstract void Complete();

    /// <summary>The group is lost.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>Work with a result.</summary>
internal abstract class Pending<T> : Pending
{
    // The writer must not run what its callers do next.
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => done.Task;

    protected T Result { get; set; } = default!;

    public override void Complete()
    {
        if (Failure is null)
            done.TrySetResult(Result);
        else
            done.TrySetException(Failure);
    }

    public override void Fail(Exception failure) => done.TrySetException(failure);
}

/// <summary>Work of one method, which nothing can refuse.</summary>
internal sealed class PendingWork<T>(Func<Connection, T> work, bool isAlone = false) : Pending<T>
{
    public override bool IsAlone => isAlone;

    public override bool Apply(Connection connection)
    {
        Result = work(connection);
        return true;
    }
}
