namespace Postern.Storage.Postgres;

/// <summary>A user's columns, in one order for every statement that reads them.</summary>
internal static class UserRow
{
    public const int Count = 13;

    public const string Columns =
        "u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state";

    public static User Read(Row row, long pool) => new(
        pool, row.Guid(0), row.Text(1), (UserStatus)row.Int(2), row.Int(3) != 0, PackedAttributes.Read(row.Bytes(11)), row.Blob(9), row.Blob(10),
        row.Time(8), row.Int(4), row.Blob(12), row.Time(6), row.Time(7), row.Long(5));
}
