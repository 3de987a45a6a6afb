using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>The statements of a change, and what each one means where the database refuses it: a guard that counts no row divides by zero, a taken
/// key is a unique violation.</summary>
internal sealed class Steps
{
    private readonly List<NpgsqlBatchCommand> statements = [];
    private readonly List<(Write Write, SaveOutcome Refusal)> meanings = [];

    public IReadOnlyList<NpgsqlBatchCommand> Statements => statements;

    /// <param name="refusal">What it means where its guard fails; Saved where it has none.</param>
    public Command Add(Write write, string sql, SaveOutcome refusal = SaveOutcome.Saved)
    {
        var command = Command.Of(sql);
        statements.Add(command.Statement);
        meanings.Add((write, refusal));
        return command;
    }

    /// <summary>What the refusal of a statement means; null where it means that something is wrong.</summary>
    public SaveResult? Meaning(NpgsqlBatchCommand statement, PostgresException error)
    {
        var (write, refusal) = meanings[statements.IndexOf(statement)];
        return refusal is not SaveOutcome.Saved && (error.SqlState is PostgresError.DivisionByZero or PostgresError.UniqueViolation)
            ? new(refusal, write) : null;
    }

    /// <summary>A statement that must change a row, with a guard around it.</summary>
    public const string GuardBefore = "WITH written AS (";
    public const string GuardAfter = " RETURNING 1) SELECT 1 / count(*) FROM written";
}
