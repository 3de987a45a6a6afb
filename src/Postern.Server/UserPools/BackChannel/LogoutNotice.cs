using System.Buffers;
using System.Text.Json;
using Postern.Storage;

namespace Postern.UserPools.BackChannel;

/// <summary>A logout token that a client must still get. The token itself is made at each attempt: it is good for two minutes.</summary>
/// <param name="Name">Its row's: the client's id, then a time and a random number. So the rows of a client stand together, oldest first.</param>
/// <param name="Sid">The session that ended; null: all of the user.</param>
/// <param name="Queued">By the machine's clock, as all that is about attempts: a clock that tests move has no part in it.</param>
/// <param name="Next">When it may be tried by whoever comes first; until then it is the node's that wrote this.</param>
/// <param name="Version">Of its row.</param>
public sealed record LogoutNotice(string Name, Guid Sub, string? Sid, DateTimeOffset Queued, int Attempts, DateTimeOffset Next, long Version)
{
    /// <summary>Rows of no pool.</summary>
    public const long Pool = 0;

    public string ClientId => Name[..Name.IndexOf('/', StringComparison.Ordinal)];

    public static LogoutNotice New(string clientId, Guid sub, string? sid, DateTimeOffset now, DateTimeOffset next) =>
        new($"{PrefixOf(clientId)}{now.ToUnixTimeMilliseconds():x12}-{Guid.NewGuid():n}", sub, sid, now, 0, next, 0);

    /// <summary>What the names of a client's rows begin with.</summary>
    public static string PrefixOf(string clientId) => clientId + "/";

    public static LogoutNotice Of(UserPart row)
    {
        using var document = JsonDocument.Parse(row.Data);
        var root = document.RootElement;
        return new(
            row.Name, root.GetProperty("sub"u8).GetGuid(), root.TryGetProperty("sid"u8, out var sid) ? sid.GetString() : null, row.Created,
            root.GetProperty("attempts"u8).GetInt32(), row.Modified, row.Version);
    }

    /// <summary>Its row, which is purged in the end whatever happens.</summary>
    /// <param name="expires">By the server's clock.</param>
    public UserPart ToRow(DateTimeOffset expires)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("sub"u8, Sub);
            if (Sid is not null)
                writer.WriteString("sid"u8, Sid);
            writer.WriteNumber("attempts"u8, Attempts);
            writer.WriteEndObject();
        }
        return new(Pool, Guid.Empty, UserPartKind.LogoutNotice, Name, Queued, Next, expires, default, buffer.WrittenSpan.ToArray(), Version);
    }

    public DropUserPart Drop() => new(Pool, Guid.Empty, UserPartKind.LogoutNotice, Name);
}
