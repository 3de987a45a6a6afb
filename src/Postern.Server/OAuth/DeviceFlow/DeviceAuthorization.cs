using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Postern.Storage;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.DeviceFlow;

/// <summary>What a user said to a device. Stored as a number: never reorder, only add.</summary>
public enum DeviceDecision
{
    /// <summary>Nothing yet.</summary>
    Pending = 0,
    Allowed = 1,
    Denied = 2,
}

/// <summary>Who allowed a device, and by which sign-in.</summary>
/// <param name="SignOuts">The user's sign-out count then.</param>
/// <param name="Origin">The SSO session that it comes from; null where there is none.</param>
public sealed record DeviceApproval(Guid Sub, DateTimeOffset AuthTime, int Level, int SignOuts, string? Origin);

/// <summary>A device that asked to be let in, as its row says.</summary>
/// <param name="Pool">The pool's number.</param>
/// <param name="Key">A keyed hash of the user code, which is kept nowhere.</param>
/// <param name="Id">Tells this one from others that had the same user code before or after.</param>
/// <param name="Interval">Seconds that the device must wait between two polls.</param>
/// <param name="Polled">When it polled last; null where it did not yet.</param>
/// <param name="Approval">Null unless it was allowed.</param>
/// <param name="Version">Of the row; 0 in one that was never saved.</param>
public sealed record DeviceAuthorization(
    long Pool, Guid Key, Guid Id, string ClientId, Grant Grant, DateTimeOffset Created, DateTimeOffset Expires, int Interval, DateTimeOffset? Polled = null,
    DeviceDecision Decision = DeviceDecision.Pending, DeviceApproval? Approval = null, long Version = 0)
{
    // Nothing but JSON reads it.
    private static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The row: a part of no user, which lies under the code's hash in the place of a sub, and is purged as all parts that expire.</summary>
    public UserPart ToRow()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(Id);
            writer.WriteStringValue(ClientId);
            writer.WriteStringValue(Grant.Scope);
            writer.WriteStringValue(Grant.Resource);
            writer.WriteNumberValue(Interval);
            writer.WriteNumberValue(Polled?.ToUnixTimeMilliseconds() ?? 0);
            writer.WriteNumberValue((int)Decision);
            if (Approval is { } approval)
            {
                writer.WriteStringValue(approval.Sub);
                writer.WriteNumberValue(approval.AuthTime.ToUnixTimeMilliseconds());
                writer.WriteNumberValue(approval.Level);
                writer.WriteNumberValue(approval.SignOuts);
                writer.WriteStringValue(approval.Origin);
            }
            writer.WriteEndArray();
        }
        return new(Pool, Key, UserPartKind.DeviceAuthorization, "", Created, Polled ?? Created, Expires, default, buffer.WrittenSpan.ToArray(), Version);
    }

    public static DeviceAuthorization Of(UserPart row)
    {
        using var document = JsonDocument.Parse(row.Data);
        var root = document.RootElement;
        var approval = root.GetArrayLength() < 12 ? null : new DeviceApproval(
            root[7].GetGuid(), DateTimeOffset.FromUnixTimeMilliseconds(root[8].GetInt64()), root[9].GetInt32(), root[10].GetInt32(), root[11].GetString());
        return new(
            row.Pool, row.Sub, root[0].GetGuid(), root[1].GetString()!, new(root[2].GetString()!, root[3].GetString()), row.Created,
            row.Expires ?? DateTimeOffset.MinValue, root[4].GetInt32(),
            root[5].GetInt64() is > 0 and var polled ? DateTimeOffset.FromUnixTimeMilliseconds(polled) : null, (DeviceDecision)root[6].GetInt32(), approval, row.Version);
    }
}
