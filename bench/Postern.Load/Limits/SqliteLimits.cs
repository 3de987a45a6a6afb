using Microsoft.Data.Sqlite;
using Postern.Load.Target;

namespace Postern.Load.Limits;

/// <summary>One table of users of about 1 KB with two more indexes, on one connection with prepared statements: what a server's storage can
/// reach at best.</summary>
internal sealed class SqliteLimits : IDisposable
{
    private const int Rows = 50_000;
    private const int Group = 64;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly Random random = new(1);
    private int count;

    private SqliteLimits(string file)
    {
        connection = new($"Data Source={file};Pooling=False");
        connection.Open();
        Execute("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE users (pool TEXT, name TEXT, sub BLOB, document BLOB, salt BLOB, verifier BLOB, email TEXT, PRIMARY KEY (pool, name)) WITHOUT ROWID;
            CREATE INDEX by_email ON users (pool, email);
            CREATE UNIQUE INDEX by_sub ON users (pool, sub);
            """);
        insert = Prepare("INSERT INTO users VALUES ('us-east-1_AbCdEf123', $name, $sub, $document, $salt, $verifier, $email)");
    }

    public static (double Read, double Page, double Insert) Measure()
    {
        using var folder = new TemporaryFolder();
        using var limits = new SqliteLimits(folder.File("limits.db"));
        var insert = CpuClock.Microseconds(() => limits.Insert(Group), Group);
        while (limits.count < Rows)
            limits.Insert(5000);
        return (limits.Read(), limits.Page(), insert);
    }

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }

    private void Insert(int group)
    {
        using var transaction = connection.BeginTransaction();
        insert.Transaction = transaction;
        for (var row = 0; row < group; row++)
        {
            var name = Name(count++);
            Set(insert, "$name", name);
            Set(insert, "$sub", Guid.NewGuid().ToByteArray());
            Set(insert, "$document", new byte[300]);
            Set(insert, "$salt", new byte[16]);
            Set(insert, "$verifier", new byte[412]);
            Set(insert, "$email", name + "@example.com");
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    private double Read()
    {
        using var find = Prepare("SELECT document, salt, verifier FROM users WHERE pool = 'us-east-1_AbCdEf123' AND name = $name");
        return CpuClock.Microseconds(() =>
        {
            Set(find, "$name", Name(random.Next(count)));
            using var row = find.ExecuteReader();
            row.Read();
            for (var column = 0; column < 3; column++)
                _ = row.GetFieldValue<byte[]>(column);
        });
    }

    private double Page()
    {
        using var list = Prepare("SELECT name, document FROM users WHERE pool = 'us-east-1_AbCdEf123' AND name > $name ORDER BY name LIMIT 60");
        return CpuClock.Microseconds(() =>
        {
            Set(list, "$name", Name(random.Next(count - 60)));
            using var row = list.ExecuteReader();
            while (row.Read())
            {
                _ = row.GetString(0);
                _ = row.GetFieldValue<byte[]>(1);
            }
        });
    }

    private static string Name(int number) => $"user{number:D9}";

    private static void Set(SqliteCommand command, string parameter, object value)
    {
        if (!command.Parameters.Contains(parameter))
            command.Parameters.AddWithValue(parameter, value);
        else
            command.Parameters[parameter].Value = value;
    }

    private SqliteCommand Prepare(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private void Execute(string script)
    {
        using var command = connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }
}
