using Microsoft.Data.Sqlite;
using Postern.Load.Target;

namespace Postern.Load.Limits;

/// <summary>One table of users of about 1 KB with two more indexes, read on a connection for each core and written on one, with prepared
/// statements: what a server's storage can reach at best.</summary>
internal sealed class SqliteLimits : IDisposable
{
    private const int Rows = 50_000;
    private const int Group = 64;

    private readonly TemporaryFolder folder = new();
    private readonly SqliteConnection writer;
    private readonly SqliteConnection[] readers;
    private readonly SqliteCommand insert;
    private int count;

    private SqliteLimits()
    {
        writer = Open();
        Execute("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE users (pool TEXT, name TEXT, sub BLOB, document BLOB, salt BLOB, verifier BLOB, email TEXT, PRIMARY KEY (pool, name)) WITHOUT ROWID;
            CREATE INDEX by_email ON users (pool, email);
            CREATE UNIQUE INDEX by_sub ON users (pool, sub);
            """);
        insert = Prepare(writer, "INSERT INTO users VALUES ('us-east-1_AbCdEf123', $name, $sub, $document, $salt, $verifier, $email)");
        readers = [.. PerCore.Make(Open)];
    }

    /// <summary>A table with its rows.</summary>
    public static SqliteLimits Make()
    {
        var limits = new SqliteLimits();
        while (limits.count < Rows)
            limits.Insert(5000);
        return limits;
    }

    public double Insert() => CpuClock.Microseconds([() => Insert(Group)], Group);

    public double Read() => Cost("SELECT document, salt, verifier FROM users WHERE pool = 'us-east-1_AbCdEf123' AND name = $name", static row =>
    {
        for (var column = 0; column < 3; column++)
            _ = row.GetFieldValue<byte[]>(column);
    });

    public double Page() => Cost("SELECT name, document FROM users WHERE pool = 'us-east-1_AbCdEf123' AND name > $name ORDER BY name LIMIT 60", static row =>
    {
        _ = row.GetString(0);
        _ = row.GetFieldValue<byte[]>(1);
    });

    public void Dispose()
    {
        insert.Dispose();
        foreach (var reader in readers)
            reader.Dispose();
        writer.Dispose();
        folder.Dispose();
    }

    /// <summary>What a statement costs whose parameter is a name, with its rows read.</summary>
    private double Cost(string sql, Action<SqliteDataReader> read)
    {
        var commands = readers.Select(reader => Prepare(reader, sql)).ToArray();
        var cost = CpuClock.Microseconds([.. commands.Select<SqliteCommand, Action>(command => () =>
        {
            Set(command, "$name", Name(Random.Shared.Next(Rows - 60)));
            using var row = command.ExecuteReader();
            while (row.Read())
                read(row);
        })]);
        foreach (var command in commands)
            command.Dispose();
        return cost;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={folder.File("limits.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Insert(int group)
    {
        using var transaction = writer.BeginTransaction();
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

    private static string Name(int number) => $"user{number:D9}";

    private static void Set(SqliteCommand command, string parameter, object value)
    {
        if (!command.Parameters.Contains(parameter))
            command.Parameters.AddWithValue(parameter, value);
        else
            command.Parameters[parameter].Value = value;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private void Execute(string script)
    {
        using var command = writer.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }
}
