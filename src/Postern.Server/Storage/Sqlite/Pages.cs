namespace Postern.Storage.Sqlite;

/// <summary>Pages are read with one row more than asked for, which tells whether others follow.</summary>
internal static class Pages
{
    public static Page<T> Read<T>(Statement rows, int limit, Func<Statement, T> read)
    {
        var items = new List<T>();
        while (rows.Step())
        {
            if (items.Count == limit)
                return new(items, HasMore: true);
            items.Add(read(rows));
        }
        return new(items, HasMore: false);
    }

    public static IReadOnlyList<T> ReadAll<T>(Statement rows, Func<Statement, T> read) => Read(rows, int.MaxValue, read).Items;
}
