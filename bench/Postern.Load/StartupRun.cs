using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Postern.Load.Report;
using Postern.Load.Target;

namespace Postern.Load;

/// <summary>How soon a server that is started on an existing data file answers a sign-in, and what memory it holds when it has nothing to do.</summary>
internal static class StartupRun
{
    private static readonly TimeSpan longestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan idle = TimeSpan.FromSeconds(3);

    public static async Task<int> Run(Options options)
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        string[] arguments = ["serve", "--urls", $"http://127.0.0.1:{port}", "--data", folder.File("postern.db"), "--quiet"];
        var request = await Prepare(options, arguments);

        var times = new List<double>();
        var memory = new List<double>();
        for (var run = 0; run < options.Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            using var server = ServerProcess.Begin(options.Server, arguments);
            while (!Answers(port, request))
            {
                if (Stopwatch.GetElapsedTime(start) > longestStart)
                    throw new LoadException($"The server did not answer a sign-in within {longestStart.TotalSeconds:F0} s.");
                Thread.Sleep(1);
            }
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Thread.Sleep(idle);
            memory.Add(server.Usage.ResidentMegabytes());
        }

        var table = new Table($"{options.Runs} starts", "median", "least", "most");
        Add("exec to the first answered InitiateAuth, ms", times);
        Add($"resident memory {idle.TotalSeconds:F0} s later, MB", memory);
        Console.WriteLine(table);
        return 0;

        void Add(string what, List<double> values)
        {
            values.Sort();
            table.Add(what, Table.Number(values[values.Count / 2]), Table.Number(values[0]), Table.Number(values[^1]));
        }
    }

    /// <summary>Makes the data file, with a pool, a client and a user in it; the request that signs the user in.</summary>
    private static async Task<byte[]> Prepare(Options options, string[] arguments)
    {
        var (server, url) = await ServerProcess.Start(options.Server, arguments);
        using (server)
        {
            using var api = new Api(url);
            var pool = await PoolUnderLoad.Make(api);
            await pool.Grow(users: 1);
            // The stock of keys is filled once for all: later starts find it full, as a server in use does.
            while (Busy(server))
            {
            }
            return WireRequest.Call(url, "InitiateAuth", PoolUnderLoad.SignInRequest(pool.ClientId, PoolUnderLoad.Username("000000000")));
        }
    }

    private static bool Busy(ServerProcess server)
    {
        var before = server.Usage.CpuSeconds();
        Thread.Sleep(500);
        return server.Usage.CpuSeconds() - before > 0.01;
    }

    private static bool Answers(int port, byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
        }
        catch (SocketException)
        {
            return false;   // not there yet
        }
        socket.Send(request);
        Span<byte> start = stackalloc byte[64];
        var length = socket.Receive(start);
        return start[..length].StartsWith("HTTP/1.1 200"u8);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
