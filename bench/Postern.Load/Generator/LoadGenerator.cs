using System.Diagnostics;
using System.Net;
using System.Text;

namespace Postern.Load.Generator;

/// <summary>How a run goes: connections, and how long or how many calls.</summary>
/// <param name="Seconds">How long it is measured.</param>
/// <param name="Warmup">How many CPU seconds the server gets before, to compile what is hot; where its CPU is not known, seconds.</param>
public sealed record RunShape(int Connections, double Seconds, double Warmup)
{
    /// <summary>The run ends after so many calls, if not before.</summary>
    public long Calls { get; init; } = long.MaxValue;
}

/// <summary>Keeps every connection busy, from one thread that waits in epoll and allocates nothing for a call: about 10 us of CPU each, so
/// that it is the server that is measured.</summary>
public sealed class LoadGenerator : IDisposable
{
    private static readonly TimeSpan longestWarmUp = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan longestDrain = TimeSpan.FromSeconds(5);

    private readonly Epoll epoll = new();
    private readonly Connection[] connections;
    private readonly Traffic traffic;
    private readonly RunShape shape;
    private readonly ProcessUsage? server;
    private readonly ProcessUsage? database;
    private readonly Histogram durations = new();
    private bool isMeasuring;
    private bool isEnding;
    private int busy;
    private long begun;
    private long succeeded;
    private long failed;
    private string? firstError;

    private LoadGenerator(Traffic traffic, IPEndPoint endpoint, RunShape shape, ProcessUsage? server, ProcessUsage? database)
    {
        this.traffic = traffic;
        this.shape = shape;
        this.server = server;
        this.database = database;
        connections = [.. Enumerable.Range(0, shape.Connections).Select(_ => new Connection(endpoint))];
        for (var id = 0; id < connections.Length; id++)
            epoll.Watch(connections[id].Handle, id);
    }

    /// <summary>Runs traffic against a server; the warm-up is not measured.</summary>
    /// <param name="server">Whose CPU time is read; null where it is not known.</param>
    /// <param name="database">Likewise, where the database has processes of its own.</param>
    /// <exception cref="LoadException">The server can't be understood, or closes connections.</exception>
    public static Measurement Run(Traffic traffic, IPEndPoint endpoint, RunShape shape, ProcessUsage? server, ProcessUsage? database = null)
    {
        using var generator = new LoadGenerator(traffic, endpoint, shape, server, database);
        return generator.Run();
    }

    public void Dispose()
    {
        foreach (var connection in connections)
            connection.Dispose();
        epoll.Dispose();
    }

    private Measurement Run()
    {
        foreach (var connection in connections)
            Begin(connection);
        WarmUp();

        isMeasuring = true;
        var start = Stopwatch.GetTimestamp();
        var serverBefore = server?.CpuSeconds() ?? 0;
        var databaseBefore = database?.CpuSeconds() ?? 0;
        var ownBefore = Environment.CpuUsage.TotalTime;
        Turn(TimeSpan.FromSeconds(shape.Seconds));
        var measured = new Measurement(
            succeeded, failed, Stopwatch.GetElapsedTime(start).TotalSeconds, (server?.CpuSeconds() ?? 0) - serverBefore,
            (database?.CpuSeconds() ?? 0) - databaseBefore, (Environment.CpuUsage.TotalTime - ownBefore).TotalSeconds, durations, firstError);

        // What is still on its way must not be work of the next run.
        isMeasuring = false;
        isEnding = true;
        Turn(longestDrain);
        return measured;
    }

    private void WarmUp()
    {
        if (server is null)
        {
            Turn(TimeSpan.FromSeconds(shape.Warmup));
            return;
        }
        // Not seconds of time: on a busy machine they would pass before the runtime came to compile anything.
        var start = Stopwatch.GetTimestamp();
        var enough = server.CpuSeconds() + shape.Warmup;
        while (server.CpuSeconds() < enough && Stopwatch.GetElapsedTime(start) < longestWarmUp)
            Turn(TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Serves the connections for so long, or until none has a call.</summary>
    private void Turn(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time && busy > 0)
        {
            var ready = epoll.Wait(milliseconds: 20);
            for (var index = 0; index < ready; index++)
                Receive(connections[epoll.Id(index)]);
        }
    }

    private void Begin(Connection connection)
    {
        if (isEnding || begun == shape.Calls)
            return;
        begun++;
        busy++;
        connection.Call.Answers = 0;
        connection.Call.Begun = Stopwatch.GetTimestamp();
        connection.Send(traffic.Begin(connection.Call));
    }

    private void Receive(Connection connection)
    {
        if (!connection.Receive(out var answer))
            return;
        var body = connection.Body(answer);
        connection.Call.Answers++;
        var isGood = answer.Status is >= 200 and < 300;
        var next = isGood ? traffic.Continue(connection.Call, body) : default;
        if (!next.IsEmpty)
        {
            connection.Send(next);
            return;
        }
        busy--;
        if (isMeasuring)
            Count(connection.Call, isGood);
        if (!isGood)
            firstError ??= $"{answer.Status} {Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)])}";
        Begin(connection);
    }

    private void Count(Call call, bool isGood)
    {
        if (isGood)
        {
            succeeded++;
            durations.Add((long)Stopwatch.GetElapsedTime(call.Begun).TotalMicroseconds);
        }
        else
        {
            failed++;
        }
    }
}
