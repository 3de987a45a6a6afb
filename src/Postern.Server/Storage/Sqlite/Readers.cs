namespace Postern.Storage.Sqlite;

/// <summary>The connections that read. A reader is taken for the length of one method, on one thread: there are no more than threads that
/// read at once, and no more than <see cref="Kept"/> are kept for the next.</summary>
internal sealed class Readers(string path, string settings) : IDisposable
{
    private readonly Connection?[] idle = new Connection?[Kept];
    private volatile bool isClosed;

    private static int Kept => Math.Clamp(Environment.ProcessorCount * 2, 4, 64);

    public Reader Take()
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        for (var slot = 0; slot < idle.Length; slot++)
        {
            if (idle[slot] is not null && Interlocked.Exchange(ref idle[slot], null) is { } connection)
                return new(this, connection);
        }
        return new(this, Connection.Open(path, settings));
    }

    public void Dispose()
    {
        isClosed = true;
        for (var slot = 0; slot < idle.Length; slot++)
            Interlocked.Exchange(ref idle[slot], null)?.Dispose();
    }

    private void GiveBack(Connection connection)
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
    internal readonly ref struct Reader(Readers owner, Connection connection) : IDisposable
    {
        public Statement Use(string sql) => connection.Use(sql);

        public IReadOnlyCollection<string> Prepared => connection.Prepared;

        public void Dispose() => owner.GiveBack(connection);
    }
}
