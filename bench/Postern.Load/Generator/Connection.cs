using System.Net;
using System.Net.Sockets;

namespace Postern.Load.Generator;

/// <summary>A connection that is kept open, with one call at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket socket;
    private byte[] received = new byte[32 * 1024];
    private int length;

    public Connection(IPEndPoint server)
    {
        socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        socket.Blocking = false;
    }

    public Call Call { get; } = new();

    public int Handle => (int)socket.Handle;

    public void Send(ReadOnlySpan<byte> request)
    {
        length = 0;
        // One request at a time, shorter than any socket's buffer.
        if (socket.Send(request) != request.Length)
            throw new LoadException("A request did not fit the socket's buffer.");
    }

    /// <summary>Reads what has come; true where the answer is whole.</summary>
    /// <exception cref="LoadException">The server closed the connection.</exception>
    public bool Receive(out HttpAnswer answer)
    {
        if (length == received.Length)
            Array.Resize(ref received, received.Length * 2);
        var count = socket.Receive(received.AsSpan(length), SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock)
        {
            answer = default;
            return false;
        }
        if (count == 0)
            throw new LoadException($"The server closed a connection ({error}).");
        length += count;
        return HttpAnswer.TryRead(received.AsSpan(0, length), out answer);
    }

    /// <summary>The body of the answer just received.</summary>
    public ReadOnlySpan<byte> Body(HttpAnswer answer) => received.AsSpan(answer.BodyAt, answer.BodyLength);

    public void Dispose() => socket.Dispose();
}
