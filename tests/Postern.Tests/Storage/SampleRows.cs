using System.Text;
using Postern.Storage;

namespace Postern.Tests.Storage;

/// <summary>Rows of any table, with what is at the edges of each kind, in the order of the key.</summary>
internal static class SampleRows
{
    private static readonly string[] Texts = ["", "a", "A", "é", "zebra", "日本", "\u007f", "😀", "a b", "nul\0", "\u0001", "\ufffd\uffff", new('x', 300)];

    public static IReadOnlyList<object?[]> Of(Table table, int count, int seed)
    {
        var random = new Random(seed);
        var rows = new Dictionary<string, object?[]>();
        var number = 0;
        while (rows.Count < count && number < count * 20)
        {
            number++;
            // No two alike in any text: some are unique in the installation.
            var row = table.Columns.Select((column, i) => Value(column, random, i < table.Key ? "-" + random.Next(100_000) : $"-{seed}-{number}")).ToArray();
            rows.TryAdd(string.Join('|', row.Take(table.Key).Select(static value => value is byte[] bytes ? Convert.ToHexString(bytes) : value)), row);
        }
        return [.. rows.Values.Order(Comparer<object?[]>.Create((one, other) => Compare(one, other, table.Key)))];
    }

    public static RowBatch Encode(Table table, IEnumerable<object?[]> rows)
    {
        var writer = new RowWriter();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                var column = table.Columns[i];
                if (column.Kind is ColumnKind.Long)
                    writer.Write(column, (long?)row[i]);
                else if (column.Kind is ColumnKind.Text)
                    writer.Write(column, (string?)row[i]);
                else
                    writer.Write(column, (byte[]?)row[i], row[i] is null);
            }
            writer.EndRow();
        }
        return writer.Batch;
    }

    public static async Task<(int Count, byte[] Rows)> All(ITableSnapshot snapshot, Table table)
    {
        var all = new MemoryStream();
        var count = 0;
        await foreach (var batch in snapshot.Rows(table, TestContext.Current.CancellationToken))
        {
            all.Write(batch.Rows.Span);
            count += batch.Count;
        }
        return (count, all.ToArray());
    }

    private static object? Value(Column column, Random random, string end)
    {
        if (column.IsNullable && random.Next(3) == 0)
            return null;
        return column.Kind switch
        {
            ColumnKind.Long => random.Next(6) switch { 0 => 0L, 1 => -1L, 2 => 1L, _ => random.NextInt64(1L << 48) },
            ColumnKind.Text => Texts[random.Next(Texts.Length)] + end,
            _ => Bytes(random, random.Next(5) == 0 ? 0 : random.Next(600)),
        };
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static int Compare(object?[] one, object?[] other, int key)
    {
        for (var i = 0; i < key; i++)
        {
            var order = one[i] is long number ? number.CompareTo((long)other[i]!) : AsBytes(one[i]).SequenceCompareTo(AsBytes(other[i]));
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static ReadOnlySpan<byte> AsBytes(object? value) => value is string text ? Encoding.UTF8.GetBytes(text) : (byte[])value!;
}
