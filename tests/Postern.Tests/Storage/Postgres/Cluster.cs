using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Postern.Storage;
using Postern.Storage.Postgres;

[assembly: AssemblyFixture(typeof(Postern.Tests.Storage.Postgres.Cluster))]

namespace Postern.Tests.Storage.Postgres;

/// <summary>A PostgreSQL server of the tests' own: made when the first test asks for it, gone with the last. It has a database that is migrated, and
/// copies it for each test.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private const string Template = "postern_template";

    private readonly Lazy<Task<PostgresServer>> server = new(Start);
    private int databases;

    public static async Task<Cluster> Current() =>
        await TestContext.Current.GetFixture<Cluster>() ?? throw new InvalidOperationException("There is no cluster outside of a test.");

    /// <summary>A store over a database that no other test uses; the database goes with it.</summary>
    public static async ValueTask<IStore> Store()
    {
        var cluster = await Current();
        var connection = await cluster.NewDatabase();
        var store = await PostgresStore.Open(connection, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        return new OwnStore(store, () => cluster.Drop(connection));
    }

    /// <summary>A connection string to a new database.</summary>
    /// <param name="isMigrated">Whether it has the tables.</param>
    public async Task<string> NewDatabase(bool isMigrated = true)
    {
        var running = await server.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref databases)}");
        await running.Execute($"CREATE DATABASE {name}{(isMigrated ? $" TEMPLATE {Template}" : "")}");
        return running.ConnectionString(name);
    }

    public async ValueTask Drop(string connectionString) =>
        await (await server.Value).Execute($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
            await (await server.Value).DisposeAsync();
    }

    private static async Task<PostgresServer> Start()
    {
        var running = await PostgresServer.Start();
        await running.Execute($"CREATE DATABASE {Template}");
        await (await PostgresStore.Open(running.ConnectionString(Template), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None)).DisposeAsync();
        return running;
    }
}

/// <summary>One server process with a folder of its own.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string folder;
    private readonly int port;
    private Process? process;

    private PostgresServer(string folder, int port)
    {
        this.folder = folder;
        this.port = port;
    }

    private string Data => Path.Combine(folder, "data");

    public static async Task<PostgresServer> Start()
    {
        var server = new PostgresServer(Directory.CreateTempSubdirectory("postern-postgres-").FullName, FreePort());
        if (Environment.IsPrivilegedProcess)
            await Run("chown", "postgres", server.folder);
        await Run([.. AsUser, Program("initdb"), "-D", server.Data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
        await server.Begin();
        return server;
    }

    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=postgres;Database={database}");

    /// <summary>Starts the process, and waits until it answers.</summary>
    public async Task Begin()
    {
        // Its shell ends it when this program is gone, however that went.
        string[] settings =
        [
            "-c", string.Create(CultureInfo.InvariantCulture, $"port={port}"), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "autovacuum=off", "-c", "log_min_messages=fatal",
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

/// <summary>A store whose database is dropped when it is closed.</summary>
internal sealed class OwnStore(IStore store, Func<ValueTask> drop) : IStore
{
    public IChanges Changes => store.Changes;

    public IPoolStore Pools => store.Pools;

    public IResourceStore Resources => store.Resources;

    public IUserStore Users => store.Users;

    public IGroupStore Groups => store.Groups;

    public ICodeStore Codes => store.Codes;

    public IAttemptStore Attempts => store.Attempts;

    public ISignInStore SignIns => store.SignIns;

    public IKeyStore Keys => store.Keys;

    public IMessageStore Messages => store.Messages;

    public IInstallationStore Installation => store.Installation;

    public ISettingsFeed Feed => store.Feed;

    public ISealedValues Sealed => store.Sealed;

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await drop();
    }
}
