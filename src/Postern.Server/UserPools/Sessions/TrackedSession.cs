using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Sessions;

/// <summary>What is kept of a sign-in where a pool tracks them.</summary>
/// <param name="SignOuts">The user's sign-out count at the sign-in: a higher one ended it.</param>
/// <param name="Round">In which round of tracking it began.</param>
/// <param name="Origin">The SSO session that it came from; null where it did not come from managed login.</param>
/// <param name="Active">When its refresh token was used last.</param>
/// <param name="Address">Where from, then.</param>
/// <param name="Expires">With its refresh token.</param>
public sealed record TrackedSession(
    string Id, string ClientId, int SignOuts, int Round, string? Origin, DateTimeOffset Created, DateTimeOffset Active, string? Device, string? Address,
    DateTimeOffset Expires)
{
    public bool IsSso => Id.StartsWith(SessionId.SsoPrefix, StringComparison.Ordinal);

    public static TrackedSession Of(UserPart row)
    {
        string client = "", device = DeviceType.Unknown;
        string? origin = null, address = null;
        int signOuts = 0, round = 0;
        var reader = new Utf8JsonReader(row.Data.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("client"u8) && reader.Read())
                client = reader.GetString()!;
            else if (reader.ValueTextEquals("outs"u8) && reader.Read())
                signOuts = reader.GetInt32();
            else if (reader.ValueTextEquals("round"u8) && reader.Read())
                round = reader.GetInt32();
            else if (reader.ValueTextEquals("origin"u8) && reader.Read())
                origin = reader.GetString();
            else if (reader.ValueTextEquals("device"u8) && reader.Read())
                device = reader.GetString()!;
            else if (reader.ValueTextEquals("address"u8) && reader.Read())
                address = reader.GetString();
            else
                reader.Skip();
        }
        return new(row.Name, client, signOuts, round, origin, row.Created, row.Modified, device, address, row.Expires ?? DateTimeOffset.MaxValue);
    }

    /// <summary>Whether any token of it can still be of use, or a sign-in through it.</summary>
    public bool IsLive(UserPool pool, User user, DateTimeOffset now) =>
        Expires > now && SignOuts == user.SignOuts && Round == pool.Sessions.Round;

    /// <summary>As a row; with the version of the row that it takes the place of, or 0.</summary>
    public UserPart ToRow(long pool, Guid sub, long version = 0)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("client"u8, ClientId);
            writer.WriteNumber("outs"u8, SignOuts);
            writer.WriteNumber("round"u8, Round);
            if (Origin is not null)
                writer.WriteString("origin"u8, Origin);
            if (Device is not null)
                writer.WriteString("device"u8, Device);
            if (Address is not null)
                writer.WriteString("address"u8, Address);
            writer.WriteEndObject();
        }
        return new(pool, sub, UserPartKind.Session, Id, Created, Active, Expires, default, buffer.WrittenSpan.ToArray(), version);
    }

    public SessionDescriptionType ToWire(bool isCurrent) => new()
    {
        SessionId = Id,
        SessionType = IsSso ? SessionTypeType.SSO : SessionTypeType.TOKEN,
        ClientId = ClientId,
        CreateDate = Created,
        LastActiveDate = Active,
        DeviceType = Device ?? DeviceType.Unknown,
        LastIPAddress = Address,
        OriginSessionId = Origin,
        IsCurrentSession = isCurrent,
    };
}
