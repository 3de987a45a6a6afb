using System.Buffers.Text;
using System.Text;

namespace Postern.Load.Generator;

/// <summary>An HTTP/1.1 answer: its status and where its body is.</summary>
internal readonly record struct HttpAnswer(int Status, int BodyAt, int BodyLength)
{
    /// <summary>Reads an answer that has a length; false where more of it is to come.</summary>
    /// <exception cref="LoadException">It is no HTTP/1.1 answer with a Content-Length.</exception>
    public static bool TryRead(ReadOnlySpan<byte> received, out HttpAnswer answer)
    {
        answer = default;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = received[..(end + 2)];
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _) || Length(head) is not { } length)
            throw new LoadException($"The server's answer is not understood: {Encoding.UTF8.GetString(head)}");
        answer = new(status, end + 4, length);
        return received.Length >= end + 4 + length;
    }

    private static int? Length(ReadOnlySpan<byte> head)
    {
        // As Kestrel writes it; anything else is told apart by the error.
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : null;
    }
}
