namespace Postern.Storage.Sqlite;

/// <summary>The one thread that writes. What waits goes into one transaction, and so into one flush of the disk; whoever waits hears of it
/// after the commit.</summary>
internal sealed class Writer : IDisposable
{
    private const int GreatestGroup = 256;

    // A flush costs the CPU of several changes, besides wake-ups and pages that readers must look up anew. So where changes come together, a
    // group waits for company: so many milliseconds, unless so many changes are there. Who writes alone does not wait.
    private const int LongestGathering = 4;
    private const int EnoughGathered = 8;
    private const long OftenWithin = 50;

    private readonly Connection connection;
    private readonly Thread thread;

    /// <summary>What waits, and the lock over it, <see cref="isGathering"/> and <see cref="isClosed"/>.</summary>
    private readonly Queue<Pending> waiting = new();

    // Whoever finds no place waits for one: the disk sets the pace.
    private readonly SemaphoreSlim places = new(4096);
    private bool isGathering;
    private long lastCompany = -OftenWithin;   // when a group last had more than one member: Environment.TickCount64
    private bool isClosed;

    public Writer(Connection connection)
    {
        this.connection = connection;
        thread = new(Work) { IsBackground = true, Name = "SQLite writer" };
        thread.Start();
    }

    /// <summary>Whether changes came together within the last <see cref="OftenWithin"/> milliseconds.</summary>
    public bool CommitsOften => Environment.TickCount64 - Volatile.Read(ref lastCompany) < OftenWithin;

    /// <summary>Runs work in the next group. The caller may give up while it waits for a place, not afterwards: from then on it is applied
    /// whole.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    /// <exception cref="StorageException">The group could not be made durable; nothing of it was kept.</exception>
    public async ValueTask<T> Run<T>(Pending<T> pending, CancellationToken stop)
    {
        await places.WaitAsync(stop);
        lock (waiting)
        {
            if (isClosed)
            {
                places.Release();   // to the next one who waits, for the same answer
                throw new ObjectDisposedException(nameof(SqliteStore));
            }
            waiting.Enqueue(pending);
            if (!isGathering || waiting.Count >= EnoughGathered)
                Monitor.Pulse(waiting);
        }
        return await pending.Done;
    }

    public ValueTask<T> Run<T>(Func<Connection, T> work, CancellationToken stop) => Run(new PendingWork<T>(work), stop);

    /// <summary>Finishes what waits, then ends.</summary>
    public void Dispose()
    {
        lock (waiting)
        {
            isClosed = true;
            Monitor.Pulse(waiting);
        }
        thread.Join();
        connection.Dispose();
        places.Dispose();
    }

    private void Work()
    {
        var group = new List<Pending>(GreatestGroup);
        while (Gather(group))
        {
            if (group.Count > 1)
                Volatile.Write(ref lastCompany, Environment.TickCount64);
            try
            {
                if (group[0].IsAlone)
                    group[0].Apply(connection);
                else
                    Write(group);
                foreach (var pending in group)
                    pending.Complete();
            }
            catch (Exception failure)
            {
                Abandon(group, failure);
            }
            group.Clear();
        }
    }

    /// <summary>Waits for work and takes all there is; false at the end.</summary>
    private bool Gather(List<Pending> group)
    {
        lock (waiting)
        {
            while (waiting.Count == 0)
            {
                if (isClosed)
                    return false;
                Monitor.Wait(waiting);
            }
            if (CommitsOften && waiting.Count < EnoughGathered && !isClosed)
            {
                isGathering = true;
                Monitor.Wait(waiting, LongestGathering);
                isGathering = false;
            }
            while (group.Count < GreatestGroup && waiting.TryPeek(out var next) && (group.Count == 0 || !(next.IsAlone || group[0].IsAlone)))
                group.Add(waiting.Dequeue());
        }
        places.Release(group.Count);
        return true;
    }

    private void Write(List<Pending> group)
    {
        if (TryWrite(group, isGuarded: false))
            return;
        connection.Execute("ROLLBACK");
        TryWrite(group, isGuarded: true);
    }

    /// <summary>Applies a group in one transaction. Savepoints make SQLite copy each page that it changes, and are needed only where a
    /// change is refused after its first write: so the group is tried without, and begun anew with them (false) where that happens.</summary>
    private bool TryWrite(List<Pending> group, bool isGuarded)
    {
        connection.Use("BEGIN IMMEDIATE").Run();
        foreach (var pending in group)
        {
            if (isGuarded)
                connection.Use("SAVEPOINT change").Run();
            var before = connection.TotalChanges;
            if (!Apply(pending) && connection.TotalChanges != before)
            {
                if (!isGuarded)
                    return false;
                connection.Use("ROLLBACK TO change").Run();
            }
            if (isGuarded)
                connection.Use("RELEASE change").Run();
        }
        connection.Use("COMMIT").Run();
        return true;
    }

    private bool Apply(Pending pending)
    {
        pending.Failure = null;
        try
        {
            return pending.Apply(connection);
        }
        catch (Exception failure) when (failure is not SqliteError { IsOfTheTransaction: true } && connection.IsInTransaction)
        {
            pending.Failure = failure;
            return false;
        }
    }

    private void Abandon(List<Pending> group, Exception failure)
    {
        try
        {
            if (connection.IsInTransaction)
                connection.Execute("ROLLBACK");
        }
        catch (StorageException)
        {
            // The transaction is gone either way; the next one tells whether the disk is back.
        }
        var told = new StorageException($"The change was not saved. {failure.Message}", failure);
        foreach (var pending in group)
            pending.Fail(told);
    }
}
