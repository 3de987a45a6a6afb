using System.Buffers;
using System.Text.Json;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.Development;

/// <summary>Every message that was sent, for tests to read: the outbox itself, which development keeps.</summary>
public sealed class Inbox(IMessageStore messages, Outbox outbox, Pools pools)
{
    private const int MostShown = 1000;

    /// <summary>Newest first, as the design's contract says.</summary>
    public async ValueTask<byte[]> Read(string? to, string? poolId, CancellationToken stop)
    {
        long? pool = poolId is null ? null : (await pools.Find(poolId, stop))?.Number ?? -1;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (var stored in await messages.List(to, pool, MostShown, stop))
            {
                if (stored.State is not MessageState.Decoy)
                    Write(writer, outbox.Open(stored));
            }
            writer.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public ValueTask Clear(CancellationToken stop) => messages.Clear(stop);

    private static void Write(Utf8JsonWriter writer, OutgoingMessage message)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, message.Id);
        writer.WriteString("at"u8, message.At);
        writer.WriteString("medium"u8, message.Medium);
        writer.WriteString("to"u8, message.To);
        if (message.Subject is not null)
            writer.WriteString("subject"u8, message.Subject);
        writer.WriteString("body"u8, message.Body);
        if (message.Code is not null)
            writer.WriteString("code"u8, message.Code);
        if (message.Link is not null)
            writer.WriteString("link"u8, message.Link);
        writer.WriteString("userPoolId"u8, message.UserPoolId);
        writer.WriteString("username"u8, message.Username);
        writer.WriteString("trigger"u8, "CustomMessage_" + message.Kind);
        writer.WriteEndObject();
    }
}
