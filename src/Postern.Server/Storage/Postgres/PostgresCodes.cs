namespace Postern.Storage.Postgres;

internal sealed class PostgresCodes(ReadLanes readers) : ICodeStore
{
    public ValueTask<StoredCode?> Find(long pool, Guid sub, CodePurpose purpose, CancellationToken stop) => readers.Run(
        Command.Of("SELECT hash, attribute, value, issued, expires FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3")
            .With(pool).With(sub).With((int)purpose),
        async row => await row.Step()
            ? new StoredCode(pool, sub, purpose, row.Blob(0), row.Text(1), row.Text(2), row.Time(3), row.Time(4)) : null,
        stop);

    public static void Put(Steps steps, PutCode put)
    {
        var code = put.Code;
        steps.Add(put, """
            INSERT INTO codes (pool, sub, purpose, hash, attribute, value, issued, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (pool, sub, purpose) DO UPDATE SET
                hash = excluded.hash, attribute = excluded.attribute, value = excluded.value, issued = excluded.issued, expires = excluded.expires
            """)
            .With(code.Pool).With(code.Sub).With((int)code.Purpose).With(code.Hash).With(code.AttributeName).With(code.Value)
            .With(code.Issued).With(code.Expires);
    }

    public static void Use(Steps steps, UseCode use)
    {
        var code = use.Code;
        steps.Add(
            use,
            $"{Steps.GuardBefore}DELETE FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3 AND hash = $4 AND issued = $5{Steps.GuardAfter}",
            SaveOutcome.AlreadyUsed)
            .With(code.Pool).With(code.Sub).With((int)code.Purpose).With(code.Hash).With(code.Issued);
    }

    public static void Drop(Steps steps, DropCode drop) =>
        steps.Add(drop, "DELETE FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3").With(drop.Pool).With(drop.Sub).With((int)drop.Purpose);
}
