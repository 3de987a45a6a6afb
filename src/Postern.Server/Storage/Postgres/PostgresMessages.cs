namespace Postern.Storage.Postgres;

internal sealed class PostgresMessages(ReadLanes readers, WriteLanes writers) : IMessageStore
{
    private const string Columns = "id, pool, at, recipient, content, state, attempts, next_attempt, expires";

    // Messages of one moment have some order, the same for all.
    private const string ListSql = $"SELECT {Columns} FROM messages WHERE pool = coalesce($1, pool) ORDER BY at DESC, id DESC LIMIT $2";

    private const string ListToSql =
        $"SELECT {Columns} FROM messages WHERE recipient = $3 AND pool = coalesce($1, pool) ORDER BY at DESC, id DESC LIMIT $2";

    public ValueTask<StoredMessage?> Find(Guid id, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM messages WHERE id = $1").With(id), static async row => await row.Step() ? Read(row) : null, stop);

    public ValueTask<IReadOnlyList<StoredMessage>> List(string? to, long? pool, int limit, CancellationToken stop) => readers.Run(
        to is null ? Command.Of(ListSql).With(pool).With(limit) : Command.Of(ListToSql).With(pool).With(limit).With(to),
        static rows => rows.All(Read), stop);

    public ValueTask<IReadOnlyList<StoredMessage>> Due(DateTimeOffset now, int limit, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM messages WHERE state = 1 AND next_attempt <= $1 ORDER BY next_attempt, id LIMIT $2").With(now).With(limit),
        static rows => rows.All(Read), stop);

    public async ValueTask Clear(CancellationToken stop) => await writers.Run(Command.Of("DELETE FROM messages"), stop);

    public static void Queue(Steps steps, QueueMessage queue)
    {
        var message = queue.Message;
        steps.Add(
            queue,
            "INSERT INTO messages (pool, id, at, recipient, content, state, attempts, next_attempt, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            SaveOutcome.NameTaken)
            .With(message.Pool).With(message.Id).With(message.At).With(message.To).With(message.Content).With((int)message.State)
            .With(message.Attempts).With(message.NextAttempt).With(message.Expires);
    }

    public static void Put(Steps steps, PutMessage put)
    {
        var message = put.Message;
        steps.Add(put, "UPDATE messages SET state = $1, attempts = $2, next_attempt = $3, expires = $4 WHERE pool = $5 AND id = $6")
            .With((int)message.State).With(message.Attempts).With(message.NextAttempt).With(message.Expires).With(message.Pool).With(message.Id);
    }

    public static void Drop(Steps steps, DropMessage drop) => steps.Add(drop, "DELETE FROM messages WHERE id = $1").With(drop.Id);

    private static StoredMessage Read(Row row) => new(
        row.Guid(0), row.Long(1), row.Time(2), row.Text(3), row.Blob(4), (MessageState)row.Int(5), row.Int(6), row.Time(7), row.Time(8));
}
