using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Postern.CommandLine;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern;

/// <summary>A running server. Several may run in one process, each with its own state.</summary>
public sealed class PosternServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly WebApplication web;
    private readonly Https? https;
    private readonly ServerOptions options;
    private readonly MasterKey masterKey;
    private readonly Development.Clock? clock;
    private readonly ILoggerFactory loggers;
    private readonly CancellationTokenSource stopping = new();
    private IStore? store;
    private volatile Composition? composition;
    private Task background = Task.CompletedTask;

    private PosternServer(WebApplication web, Https? https, ServerOptions options, MasterKey masterKey, string place)
    {
        this.web = web;
        this.https = https;
        this.options = options;
        this.masterKey = masterKey;
        Place = place;
        clock = options.Mode is ServerMode.Development ? new() : null;
        loggers = web.Services.GetRequiredService<ILoggerFactory>();
    }

    /// <summary>The first address that is served, by http where there is one, without a slash at the end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The first address that is served with TLS; null where there is none.</summary>
    public string? HttpsUrl { get; private set; }

    /// <summary>The certificate authority that clients of <see cref="HttpsUrl"/> trust, a PEM file; null where development makes none.</summary>
    public string? HttpsAuthority => https?.AuthorityFile;

    /// <summary>Where the state is kept, for people to read.</summary>
    public string Place { get; }

    /// <summary>Completes once requests are served; fails where the state can't be used.</summary>
    public Task Ready { get; private set; } = Task.CompletedTask;

    private TimeProvider Time => clock ?? TimeProvider.System;

    /// <summary>As <see cref="Begin"/>, and waits until requests are served.</summary>
    /// <exception cref="OptionException">A setting is of no use.</exception>
    /// <exception cref="MasterKeyException">The master key is missing, malformed or not the one that sealed the data.</exception>
    /// <exception cref="StorageException">The state can't be used: it is damaged, or of a newer program.</exception>
    public static async Task<PosternServer> Start(ServerOptions options, CancellationToken stop = default)
    {
        var server = await Begin(options, stop);
        try
        {
            await server.Ready.WaitAsync(stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Binds the addresses and opens the state. A file is open when this returns; a database that can't be reached is waited for, and
    /// <see cref="Ready"/> tells when it came.</summary>
    /// <exception cref="OptionException">A setting is of no use.</exception>
    /// <exception cref="MasterKeyException">The master key is missing, malformed or not the one that sealed the data.</exception>
    /// <exception cref="StorageException">The file can't be used.</exception>
    public static async Task<PosternServer> Begin(ServerOptions options, CancellationToken stop = default)
    {
        var file = options.Data ?? DataFolder.DefaultFile();
        var masterKey = GivenMasterKey.Read(options, file);
        var https = options.HttpsUrls is null ? null : await Https.Open(options, stop);
        var server = new PosternServer(BuildWeb(options, https), https, options, masterKey, options.Db is { } db ? Databases.Describe(db) : file);
        try
        {
            await server.Listen(file, stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdown() => web.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await web.StopAsync();
        await stopping.CancelAsync();
        await Task.WhenAll(Ready, background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await web.DisposeAsync();
        https?.Dispose();
        composition?.Dispose();
        if (store is not null)
            await store.DisposeAsync();
        stopping.Dispose();
    }

    private async Task Listen(string file, CancellationToken stop)
    {
        Composition? loaded = null;
        if (options.Db is null)
        {
            // Before the port is taken: what is wrong with a file is told at once.
            await GivenMasterKey.Require(masterKey, options, stop);
            store = SqliteStore.Open(file, Time, options.SqliteSettings);
            loaded = await Load(stop);
        }
        web.Run(context => composition is { } known ? known.Serve(context) : Unready.Serve(context));
        await web.StartAsync(stop);
        var bound = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        HttpsUrl = ListenAddresses.First(bound, "https");
        Url = ListenAddresses.First(bound, "http") ?? HttpsUrl ?? "";
        if (loaded is not null)
            Serve(loaded);
        else
            Ready = OpenDatabase(stopping.Token);
    }

    private async Task OpenDatabase(CancellationToken stop)
    {
        var logger = loggers.CreateLogger("Postern");
        for (var tries = 0; ; tries++)
        {
            try
            {
                if (store is null)
                    await GivenMasterKey.Require(masterKey, options, stop);
                store ??= await Databases.Open(options.Db!, Time, loggers, stop);
                Serve(await Load(stop));
                return;
            }
            catch (StorageUnavailableException away)
            {
                if (tries % 30 == 0)
                    logger.DatabaseAway(away.Message);
                await Task.Delay(Patience, stop);
            }
        }
    }

    private async Task<Composition> Load(CancellationToken stop)
    {
        var made = new Composition(options, store!, masterKey, Time, clock, loggers);
        try
        {
            await made.Load(stop);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private void Serve(Composition loaded)
    {
        loaded.Bind(options.PublicUrl ?? Url);
        composition = loaded;
        background = loaded.RunBackground(stopping.Token);
    }

    private static WebApplication BuildWeb(ServerOptions options, Https? https)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // More than the JSON front door takes, which refuses what is too long in its own form.
            kestrel.Limits.MaxRequestBodySize = 3 * 1024 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
            ListenAddresses.Listen(kestrel, options, https);
        });
        builder.Logging.SetMinimumLevel(options.Quiet ? LogLevel.Warning : LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(static console => console.SingleLine = true);
        return builder.Build();
    }
}
