namespace Postern.Storage.Sqlite;

/// <summary>The connections that read. A reader is taken for the length of one method, on one thread: there are no more than threads that
/// read at once, and of each kind no more than <see cref="Kept"/> are kept for the next.</summary>
/// <remarks>One kind maps the file: with 100,000 users that saves a tenth to a fifth of an AdminGetUser, the copies of pages beyond SQLite's
/// own cache. But SQLite lets go of the whole mapping at the first read after a commit, and looks up every page anew: beside many commits that costs
/// ten times what it saves. So then the other kind reads.</remarks>
/// <param name="path">The file's.</param>
/// <param name="settings">A script that each connection begins with.</param>
/// <param name="areCommitsOften">Whether many commits are made at the moment.</param>
internal sealed class Readers(string path, string settings, Func<bool> areCommitsOften) : IDisposable
{
    private readonly Connection?[] mapping = new Connection?[Kept];
    private readonly Connection?[] copying = new Connection?[Kept];
    private volatile bool isClosed;

    private static int Kept => Math.Clamp(Environment.ProcessorCount * 2, 4, 64);

    public Reader Take()
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        var idle = areCommitsOften() ? copying : mapping;
        for (var slot = 0; slot < idle.Length; slot++)
        {
            if (idle[slot] is not null && Interlocked.Exchange(ref idle[slot], null) is { } connection)
                return new(this, idle, connection);
        }
        return new(this, idle, Connection.Open(path, idle == copying ? settings : $"{settings} PRAGMA mmap_size = 4294967296;"));
    }

    public void Dispose()
    {
        isClosed = true;
        foreach (var idle in new[] { mapping, copying })
        {
            for (var slot = 0; slot < idle.Length; slot++)
                Interlocked.Exchange(ref idle[slot], null)?.Dispose();
        }
    }

    private void GiveBack(Connection?[] idle, Connection connection)
    {
        for (var slot = 0; slot < idle.Length && !isClosed; slot++)
        {
            if (idle[slot] is null && Interlocked.CompareExchange(ref idle[slot], connection, null) is null)
            {
                if (isClosed)
                    Dispose();
                return;
            }
        }
        connection.Dispose();
    }

    /// <summary>A connection until it is disposed of.</summary>
    internal readonly ref struct Reader(Readers owner, Connection?[] idle, Connection connection) : IDisposable
    {
        public Statement Use(string sql) => connection.Use(sql);

        public IReadOnlyCollection<string> Prepared => connection.Prepared;

        public void Dispose() => owner.GiveBack(idle, connection);
    }
}
