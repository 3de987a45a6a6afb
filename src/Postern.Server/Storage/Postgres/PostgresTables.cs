using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Postern.Storage.Postgres;

/// <summary>All rows of a database, in the one transaction of a connection of its own. Rows come as the client takes them: the server waits.</summary>
internal class PostgresTables(string place, NpgsqlConnection connection, int version) : ITableSnapshot
{
    private const int Counted = 10_000;

    public int Version => version;

    protected NpgsqlConnection Connection => connection;

    protected string Place => place;

    public async IAsyncEnumerable<RowBatch> Rows(Table table, [EnumeratorCancellation] CancellationToken stop)
    {
        var writer = new RowWriter();
        await using var rows = await Read(table, stop);
        while (await Next(rows, stop))
        {
            for (var i = 0; i < table.Columns.Count; i++)
            {
                var column = table.Columns[i];
                var isNull = rows.IsDBNull(i);
                if (column.Kind is ColumnKind.Long)
                    writer.Write(column, isNull ? null : rows.GetInt64(i));
                else if (column.Kind is ColumnKind.Text)
                    writer.Write(column, isNull ? null : StoredText.Read(rows.GetString(i)));
                else
                    writer.Write(column, isNull ? default : rows.GetFieldValue<byte[]>(i), isNull);
            }
            writer.EndRow();
            if (!writer.IsFull)
                continue;
            yield return writer.Batch;
            writer.Clear();
        }
        if (writer.Count > 0)
            yield return writer.Batch;
    }

    public async ValueTask<RowEstimate> Estimate(Table table, bool isThorough, CancellationToken stop)
    {
        var some = await Number($"SELECT count(*) FROM (SELECT 1 FROM {table.Name} LIMIT {Counted + 1}) few", stop);
        if (some <= Counted)
            return new(some, IsExact: true);
        var known = await Number($"SELECT coalesce(max(reltuples), 0)::bigint FROM pg_class WHERE oid = to_regclass('{table.Name}')", stop);
        return known > Counted ? new(known, IsExact: false) : new(Counted, IsExact: false, IsAtLeast: true);
    }

    public virtual ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>What went wrong, for people.</summary>
    internal static Exception Told(string place, Exception failure) => failure switch
    {
        PostgresException refused => new StorageException($"{place}: {refused.MessageText} ({refused.SqlState}).", refused),
        NpgsqlException or IOException => new StorageUnavailableException($"{place} was lost: {failure.Message}", failure),
        _ => failure,
    };

    private async ValueTask<NpgsqlDataReader> Read(Table table, CancellationToken stop)
    {
        var key = string.Join(", ", table.Columns.Take(table.Key).Select(static column => column.Name));
        await using var command = new NpgsqlCommand(
            $"SELECT {string.Join(", ", table.Columns.Select(static column => column.Name))} FROM {table.Name} ORDER BY {key}", connection) { CommandTimeout = 0 };
        try
        {
            return await command.ExecuteReaderAsync(stop);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(place, failure);
        }
    }

    private async ValueTask<bool> Next(NpgsqlDataReader rows, CancellationToken stop)
    {
        try
        {
            return await rows.ReadAsync(stop);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(place, failure);
        }
    }

    private async ValueTask<long> Number(string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        try
        {
            return (long)(await command.ExecuteScalarAsync(stop))!;
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(place, failure);
        }
    }
}

/// <summary>Fills a database by COPY, in one transaction.</summary>
internal sealed class PostgresLoad(string place, NpgsqlConnection connection, NpgsqlTransaction transaction, int version)
    : PostgresTables(place, connection, version), ITableLoad
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public async ValueTask Insert(Table table, RowBatch rows, CancellationToken stop)
    {
        try
        {
            await using var copy = await Connection.BeginBinaryImportAsync(
                $"COPY {table.Name} ({string.Join(", ", table.Columns.Select(static column => column.Name))}) FROM STDIN (FORMAT BINARY)", stop);
            copy.Timeout = Patience;
            var read = 0;
            for (var row = 0; row < rows.Count; row++)
            {
                await copy.StartRowAsync(stop);
                foreach (var column in table.Columns)
                {
                    switch (Value(rows, ref read, column))
                    {
                        case null: await copy.WriteNullAsync(stop); break;
                        case long number: await copy.WriteAsync(number, NpgsqlDbType.Bigint, stop); break;
                        case string text: await copy.WriteAsync(text, NpgsqlDbType.Text, stop); break;
                        case byte[] bytes: await copy.WriteAsync(bytes, NpgsqlDbType.Bytea, stop); break;
                    }
                }
            }
            await copy.CompleteAsync(stop);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(Place, failure);
        }
    }

    public async ValueTask Commit(CancellationToken stop)
    {
        try
        {
            await transaction.CommitAsync(stop);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(Place, failure);
        }
        try
        {
            // Else the planner takes every table for empty until it is told, some minutes later.
            await using var command = new NpgsqlCommand($"ANALYZE {string.Join(", ", Tables.All.Select(static table => table.Name))}", Connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(stop);
        }
        catch (PostgresException)
        {
            // An engine that does it by itself, or a table of a later version: the rows are there either way.
        }
    }

    /// <summary>The next value; a row's values come one by one, since what reads them can't be kept while the client writes.</summary>
    private static object? Value(RowBatch rows, ref int at, Column column)
    {
        var reader = new RowReader(rows.Rows.Span[at..]);
        object? value = reader.IsNull(column) ? null : column.Kind switch
        {
            ColumnKind.Long => reader.Long(),
            ColumnKind.Text => StoredText.Of(Encoding.UTF8.GetString(reader.Bytes())),
            _ => reader.Bytes().ToArray(),
        };
        at = rows.Rows.Length - reader.Left;
        return value;
    }
}
