namespace Postern.Storage.Sqlite;

internal sealed class SqliteCodes(Readers readers) : ICodeStore
{
    public ValueTask<StoredCode?> Find(long pool, Guid sub, CodePurpose purpose, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT hash, attribute, value, issued, expires FROM codes WHERE pool = ? AND sub = ? AND purpose = ?")
            .With(pool).With(sub).With((int)purpose);
        return new(row.Step() ? new StoredCode(pool, sub, purpose, row.Blob(0), row.Text(1), row.Text(2), row.Time(3), row.Time(4)) : null);
    }

    public static SaveOutcome Put(Connection connection, StoredCode code)
    {
        connection.Use("INSERT OR REPLACE INTO codes (pool, sub, purpose, hash, attribute, value, issued, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .With(code.Pool).With(code.Sub).With((int)code.Purpose).With(code.Hash).With(code.AttributeName).With(code.Value)
            .With(code.Issued).With(code.Expires).Run();
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Use(Connection connection, StoredCode code) =>
        connection.Use("DELETE FROM codes WHERE pool = ? AND sub = ? AND purpose = ? AND hash = ? AND issued = ?")
            .With(code.Pool).With(code.Sub).With((int)code.Purpose).With(code.Hash).With(code.Issued).Run() == 1
            ? SaveOutcome.Saved : SaveOutcome.AlreadyUsed;

    public static SaveOutcome Drop(Connection connection, DropCode drop)
    {
        connection.Use("DELETE FROM codes WHERE pool = ? AND sub = ? AND purpose = ?").With(drop.Pool).With(drop.Sub).With((int)drop.Purpose).Run();
        return SaveOutcome.Saved;
    }
}
