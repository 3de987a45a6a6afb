using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Postern.Tests.Storage.Postgres;

/// <summary>One server process with a folder of its own.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern-postgres-").FullName;
    private Process? process;

    private PostgresServer()
    {
    }

    public int Port { get; } = FreePort();

    private string Data => Path.Combine(folder, "data");

    public static async Task<PostgresServer> Start()
    {
        var server = await Make();
        await Run([.. AsUser, Program("initdb"), "-D", server.Data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
        await server.Begin();
        return server;
    }

    /// <summary>A hot standby of this server, which follows it.</summary>
    public async Task<PostgresServer> Replica()
    {
        var replica = await Make();
        await Run([.. AsUser, Program("pg_basebackup"), "-D", replica.Data, "-d", string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={Port} user=postgres"), "-R", "-c", "fast", "--no-sync"]);
        await replica.Begin();
        return replica;
    }

    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database}");

    /// <summary>What it wrote to its log.</summary>
    public async Task<string> Log()
    {
        await using var log = new FileStream(Path.Combine(folder, "log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Starts the process, and waits until it answers.</summary>
    public async Task Begin()
    {
        // Its shell ends it when this program is gone, however that went.
        string[] settings =
        [
            "-c", string.Create(CultureInfo.InvariantCulture, $"port={Port}"), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "autovacuum=off", "-c", "log_min_messages=fatal", "-c", "log_line_prefix=%d|", "-c", "deadlock_timeout=20",
        ];
        process = Process.Start(new ProcessStartInfo("sh",
            ["-c", "\"$@\" </dev/null >/dev/null 2>\"$LOG\" & read -r end; kill -INT $!; wait $!", "sh", .. AsUser, Program("postgres"), "-D", Data, .. settings])
        {
            RedirectStandardInput = true,
            Environment = { ["LOG"] = Path.Combine(folder, "log") },
        })!;
        for (var since = Stopwatch.StartNew(); ;)
        {
            try
            {
                await Execute("SELECT 1");
                return;
            }
            catch (NpgsqlException) when (since.Elapsed < TimeSpan.FromSeconds(30) && !process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Ends the process: at once, so that connections are lost.</summary>
    public async Task End()
    {
        if (process is null)
            return;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async Task Execute(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<PostgresServer> Make()
    {
        var server = new PostgresServer();
        if (Environment.IsPrivilegedProcess)
            await Run("chown", "postgres", server.folder);
        return server;
    }

    // The server refuses to run as root.
    private static string[] AsUser =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    /// <summary>Debian keeps the server's programs apart, by version.</summary>
    private static string Program(string name) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(static version => version, StringComparer.Ordinal)
                .Select(version => Path.Combine(version, "bin", name)).FirstOrDefault(File.Exists) ?? name
            : name;

    private static async Task Run(params string[] command)
    {
        using var program = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var told = await Task.WhenAll(program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync();
        if (program.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {told[1]}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
