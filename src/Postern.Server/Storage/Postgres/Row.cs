using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>The rows of one statement, one after another.</summary>
internal readonly struct Row(NpgsqlDataReader reader)
{
    /// <summary>Goes to the next row; false where there is none.</summary>
    public Task<bool> Step() => reader.ReadAsync();

    public bool IsNull(int column) => reader.IsDBNull(column);

    public long Long(int column) => reader.GetInt64(column);

    public int Int(int column) => (int)Long(column);

    public int? OptionalInt(int column) => IsNull(column) ? null : Int(column);

    public bool Bool(int column) => reader.GetBoolean(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public ReadOnlyMemory<byte> Blob(int column) => Bytes(column) is { Length: > 0 } bytes ? bytes : default(ReadOnlyMemory<byte>);

    public Guid Guid(int column) => new(Bytes(column), bigEndian: true);

    public string Text(int column) => StoredText.Read(reader.GetString(column));

    public string? OptionalText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>A page was read with one row more than asked for, which tells whether others follow.</summary>
    public async ValueTask<Page<T>> Page<T>(int limit, Func<Row, T> read)
    {
        var items = new List<T>();
        while (await Step())
        {
            if (items.Count == limit)
                return new(items, HasMore: true);
            items.Add(read(this));
        }
        return new(items, HasMore: false);
    }

    public async ValueTask<IReadOnlyList<T>> All<T>(Func<Row, T> read) => (await Page(int.MaxValue, read)).Items;

    /// <summary>Whether there is a row.</summary>
    public static async ValueTask<bool> Exists(Row row) => await row.Step();
}
