using System.Globalization;
using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>The rows by which nodes hear of changed settings, written with the change.</summary>
internal static class SettingsChanges
{
    public const string Channel = "postern";

    /// <summary>The pool's number that stands for all of them: a reset, a restore.</summary>
    public const long Everything = 0;

    /// <summary>How long a row is kept: any node has seen it long before.</summary>
    public static readonly TimeSpan Live = TimeSpan.FromMinutes(5);

    private const string InsertSql = "INSERT INTO settings_changes (pool, id, at) VALUES ($1, $2, $3)";
    private const string NotifySql = $"SELECT pg_notify('{Channel}', $1)";

    /// <summary>Adds what tells of a change, where it changes settings.</summary>
    /// <param name="notifies">Whether the engine has pg_notify; where it has not, nodes find the row when they look.</param>
    public static void Tell(Steps steps, Change change, bool notifies)
    {
        var last = -1L;
        foreach (var write in change.Writes)
        {
            long? pool = write switch
            {
                PutPool put => put.Pool.Number,
                DeletePool delete => delete.Pool.Number,
                PutResource put => put.Resource.Pool,
                DeleteResource delete => delete.Resource.Pool,
                _ => null,
            };
            if (pool is not { } number || number == last)
                continue;
            last = number;
            var id = Guid.NewGuid();
            steps.Add(write, InsertSql).With(number).With(id).With(Now);
            if (notifies)
                steps.Add(write, NotifySql).With(Notice(number, id));
        }
    }

    /// <summary>Tells of one pool, or of <see cref="Everything"/>, with a transaction.</summary>
    public static async ValueTask Tell(Transaction transaction, long pool)
    {
        var id = Guid.NewGuid();
        await transaction.Run(Command.Of(InsertSql).With(pool).With(id).With(Now));
        if (transaction.Notifies)
            await transaction.Run(Command.Of(NotifySql).With(Notice(pool, id)));
    }

    /// <summary>Whether the engine has pg_notify: CockroachDB, for one, has not.</summary>
    public static async ValueTask<bool> CanNotify(Hosts hosts)
    {
        await using var connection = await hosts.Open(writes: false);
        try
        {
            await using var question = new NpgsqlCommand("SELECT 'pg_notify(text, text)'::regprocedure::oid", connection);
            return await question.ExecuteScalarAsync() is not null;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    /// <summary>Mechanics: the clock that development moves has no part in it.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static string Notice(long pool, Guid id) => string.Create(CultureInfo.InvariantCulture, $"{pool} {id:n}");
}
