using System.Buffers;
using System.Text.Json;

namespace Postern.Messages;

/// <summary>What a message is about: the suffix of the CustomMessage trigger's source, one vocabulary for logs, inbox and triggers.</summary>
public enum MessageKind
{
    SignUp = 1,
    ResendCode = 2,
    ForgotPassword = 3,
    VerifyUserAttribute = 4,
    UpdateUserAttribute = 5,
    AdminCreateUser = 6,
    Authentication = 7,
}

/// <summary>A message on its way to a person. It holds a secret: it is sealed wherever it rests, and never logged.</summary>
/// <param name="Medium"><c>EMAIL</c> or <c>SMS</c>.</param>
/// <param name="Body">HTML for e-mail, plain text for SMS.</param>
/// <param name="Code">The code or temporary password in it; null where there is none.</param>
/// <param name="From">The pool's sender; null for the server's own.</param>
public sealed record OutgoingMessage(
    Guid Id, DateTimeOffset At, MessageKind Kind, string Medium, string To, string? Subject, string Body, string? Code, string? Link,
    string UserPoolId, string Username, string? From, string? ReplyTo)
{
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("kind"u8, (int)Kind);
            writer.WriteString("medium"u8, Medium);
            writer.WriteString("to"u8, To);
            Optional("subject", Subject);
            writer.WriteString("body"u8, Body);
            Optional("code", Code);
            Optional("link", Link);
            writer.WriteString("pool"u8, UserPoolId);
            writer.WriteString("username"u8, Username);
            Optional("from", From);
            Optional("replyTo", ReplyTo);
            writer.WriteEndObject();

            void Optional(string name, string? value)
            {
                if (value is not null)
                    writer.WriteString(name, value);
            }
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static OutgoingMessage Read(Guid id, DateTimeOffset at, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new(id, at, (MessageKind)root.GetProperty("kind"u8).GetInt32(), Text("medium")!, Text("to")!, Text("subject"), Text("body")!, Text("code"), Text("link"),
            Text("pool")!, Text("username")!, Text("from"), Text("replyTo"));

        string? Text(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
