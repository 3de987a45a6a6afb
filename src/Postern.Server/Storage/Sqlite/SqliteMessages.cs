namespace Postern.Storage.Sqlite;

internal sealed class SqliteMessages(Readers readers, Writer writer) : IMessageStore
{
    private const string Columns = "id, pool, at, recipient, content, state, attempts, next_attempt, expires";

    public ValueTask<StoredMessage?> Find(Guid id, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use($"SELECT {Columns} FROM messages WHERE id = ?").With(id);
        return new(row.Step() ? Read(row) : null);
    }

    public ValueTask<IReadOnlyList<StoredMessage>> List(string? to, long? pool, int limit, CancellationToken stop)
    {
        // Messages of one moment: the one that came last is the newest.
        const string newest = "(?1 IS NULL OR pool = ?1) ORDER BY at DESC, rowid DESC LIMIT ?2";
        using var reader = readers.Take();
        using var rows = to is null
            ? reader.Use($"SELECT {Columns} FROM messages WHERE {newest}").With(pool).With(limit)
            : reader.Use($"SELECT {Columns} FROM messages WHERE recipient = ?3 AND {newest}").With(pool).With(limit).With(to);
        return new(Pages.ReadAll(rows, Read));
    }

    public ValueTask<IReadOnlyList<StoredMessage>> Due(DateTimeOffset now, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use($"SELECT {Columns} FROM messages WHERE state = 1 AND next_attempt <= ? ORDER BY next_attempt, rowid LIMIT ?")
            .With(now).With(limit);
        return new(Pages.ReadAll(rows, Read));
    }

    public async ValueTask Clear(CancellationToken stop) => await writer.Run(connection => connection.Use("DELETE FROM messages").Run(), stop);

    public static SaveOutcome Queue(Connection connection, StoredMessage message) => connection.Use("""
        INSERT INTO messages (pool, at, recipient, content, state, attempts, next_attempt, expires, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """)
        .With(message.Pool).With(message.At).With(message.To).With(message.Content).With((int)message.State).With(message.Attempts)
        .With(message.NextAttempt).With(message.Expires).With(message.Id).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.NameTaken;

    public static SaveOutcome Put(Connection connection, StoredMessage message)
    {
        connection.Use("UPDATE messages SET state = ?, attempts = ?, next_attempt = ?, expires = ? WHERE id = ?")
            .With((int)message.State).With(message.Attempts).With(message.NextAttempt).With(message.Expires).With(message.Id).Run();
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Drop(Connection connection, Guid id)
    {
        connection.Use("DELETE FROM messages WHERE id = ?").With(id).Run();
        return SaveOutcome.Saved;
    }

    private static StoredMessage Read(Statement row) => new(
        row.Guid(0), row.Long(1), row.Time(2), row.Text(3), row.Blob(4), (MessageState)row.Int(5), row.Int(6), row.Time(7), row.Time(8));
}
