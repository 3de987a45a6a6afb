namespace Postern.Storage.Postgres;

/// <summary>How many users a pool has, written behind: a counter's row in each sign-up would make them wait for each other. A node that is killed
/// loses what it counted in the last second.</summary>
internal sealed class UserCounts : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly WriteLanes lanes;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly Task work;

    /// <summary>What is not written yet, and the lock over it.</summary>
    private readonly Dictionary<long, long> more = [];

    /// <summary>Raised when the rows change by what was here.</summary>
    private long written;

    public UserCounts(WriteLanes lanes)
    {
        this.lanes = lanes;
        work = Task.Run(Work);
    }

    /// <summary>Counts the users that a saved change has added and removed.</summary>
    public void Add(Change change)
    {
        foreach (var write in change.Writes)
        {
            switch (write)
            {
                case PutUser { User: { Version: 0, Pool: var pool } }: Add(pool, 1); break;
                case DeleteUser { User.Pool: var pool }: Add(pool, -1); break;
                case DeletePool { Pool.Number: var pool }: Forget(pool); break;
            }
        }
    }

    /// <summary>The stored count with what is not written yet.</summary>
    public async ValueTask<long> Find(long pool, Func<ValueTask<long>> readStored, CancellationToken stop)
    {
        while (true)
        {
            var before = Interlocked.Read(ref written);
            var stored = await readStored();
            long unwritten;
            lock (more)
                unwritten = more.GetValueOrDefault(pool);
            if (Interlocked.Read(ref written) == before && before % 2 == 0)
                return stored + unwritten;
            await writing.WaitAsync(stop);
            writing.Release();
        }
    }

    /// <summary>Writes what is counted.</summary>
    public async ValueTask Write(CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            await WriteAlone();
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Runs what changes the rows as a whole, after what was counted is written; what is counted meanwhile is forgotten.</summary>
    public async ValueTask<T> Around<T>(Func<ValueTask<T>> replace, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            await WriteAlone();
            Interlocked.Increment(ref written);
            var result = await replace();
            lock (more)
                more.Clear();
            return result;
        }
        finally
        {
            if (Interlocked.Read(ref written) % 2 == 1)
                Interlocked.Increment(ref written);
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await work;
        try
        {
            await Write(CancellationToken.None);
        }
        catch (StorageException)
        {
            // An estimate: the database is away, and the store must close.
        }
        stopping.Dispose();
        writing.Dispose();
    }

    private async Task Work()
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await Write(stopping.Token);
            }
            catch (Exception failure) when (failure is StorageException or OperationCanceledException)
            {
                // It is kept, and written when the database is back.
            }
        }
    }

    private async ValueTask WriteAlone()
    {
        KeyValuePair<long, long>[] taken;
        lock (more)
            taken = [.. more];
        if (taken.Length == 0)
            return;
        Interlocked.Increment(ref written);
        try
        {
            // Each is a transaction of its own, and those that wait together go in one batch.
            await Task.WhenAll(taken.Select(async count =>
            {
                var (pool, users) = count;
                await lanes.Run(Command.Of("UPDATE user_counts SET users = users + $1 WHERE pool = $2").With(users).With(pool), CancellationToken.None);
                Add(pool, -users);
            }));
        }
        finally
        {
            Interlocked.Increment(ref written);
        }
    }

    private void Add(long pool, long users)
    {
        lock (more)
        {
            var sum = more.GetValueOrDefault(pool) + users;
            if (sum == 0)
                more.Remove(pool);
            else
                more[pool] = sum;
        }
    }

    private void Forget(long pool)
    {
        lock (more)
            more.Remove(pool);
    }
}
