using System.Buffers;
using Npgsql;
using NpgsqlTypes;

namespace Postern.Storage.Postgres;

/// <summary>One statement of a batch: parameters in order. Ids are 16 bytes in the order that they are read in, times are milliseconds since
/// 1970 UTC.</summary>
internal readonly struct Command
{
    private Command(NpgsqlBatchCommand statement) => Statement = statement;

    public NpgsqlBatchCommand Statement { get; }

    /// <param name="sql">A constant, or one of few: each connection keeps it prepared.</param>
    public static Command Of(string sql) => new(new NpgsqlBatchCommand(sql));

    public Command With(long value) => With(NpgsqlDbType.Bigint, value);

    public Command With(long? value) => value is { } some ? With(some) : WithNull(NpgsqlDbType.Bigint);

    public Command With(DateTimeOffset value) => With(value.ToUnixTimeMilliseconds());

    public Command With(Guid value) => With(NpgsqlDbType.Bytea, value.ToByteArray(bigEndian: true));

    public Command With(Guid? value) => value is { } some ? With(some) : WithNull(NpgsqlDbType.Bytea);

    public Command With(AttemptKey value)
    {
        var bytes = new byte[AttemptKey.Size];
        value.Write(bytes);
        return With(NpgsqlDbType.Bytea, bytes);
    }

    public Command With(byte[] value) => With(NpgsqlDbType.Bytea, value);

    public Command With(ReadOnlyMemory<byte> value) => With(NpgsqlDbType.Bytea, value);

    public Command With(string? value) => value is null ? WithNull(NpgsqlDbType.Text) : WithStored(StoredText.Of(value));

    /// <summary>Text in the form that it is kept in.</summary>
    public Command WithStored(string value) => With(NpgsqlDbType.Text, value);

    public Command With(IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PackedAttributes.GreatestLength(attributes));
        var packed = buffer.AsSpan(0, PackedAttributes.Write(attributes, buffer)).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return With(packed);
    }

    private Command With<T>(NpgsqlDbType type, T value)
    {
        Statement.Parameters.Add(new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value });
        return this;
    }

    private Command WithNull(NpgsqlDbType type)
    {
        Statement.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value });
        return this;
    }
}
