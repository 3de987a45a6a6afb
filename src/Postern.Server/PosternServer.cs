using System.Net;
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
    private readonly WebApplication web;
    private readonly IStore store;
    private readonly Composition composition;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task background;

    private PosternServer(WebApplication web, IStore store, Composition composition, string url, string dataPath)
    {
        this.web = web;
        this.store = store;
        this.composition = composition;
        Url = url;
        DataPath = dataPath;
        background = composition.RunBackground(stopping.Token);
    }

    /// <summary>The first address that is served, without a slash at the end.</summary>
    public string Url { get; }

    public string DataPath { get; }

    /// <summary>Opens the state, binds the addresses and serves.</summary>
    /// <exception cref="OptionException">A setting is of no use.</exception>
    /// <exception cref="MasterKeyException">The master key is missing, malformed or not the one that sealed the data.</exception>
    public static async Task<PosternServer> Start(ServerOptions options, CancellationToken stop = default)
    {
        var dataPath = options.Data ?? DataFolder.DefaultFile();
        var masterKey = ReadMasterKey(options, dataPath);
        var clock = options.Mode is ServerMode.Development ? new Development.Clock() : null;
        var time = (TimeProvider?)clock ?? TimeProvider.System;
        var store = SqliteStore.Open(dataPath, time);
        try
        {
            var web = BuildWeb(options);
            var composition = new Composition(options, store, masterKey, time, clock, web.Services.GetRequiredService<ILoggerFactory>());
            await composition.Load(stop);
            web.Run(context => composition.Serve(context));
            await web.StartAsync(stop);
            var bound = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
            var url = PublicUrl(bound.First(address => address.StartsWith("http:", StringComparison.Ordinal)));
            composition.Bind(options.PublicUrl ?? url);
            return new(web, store, composition, url, dataPath);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdown() => web.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await web.StopAsync();
        await stopping.CancelAsync();
        await background;
        await web.DisposeAsync();
        composition.Dispose();
        await store.DisposeAsync();
        stopping.Dispose();
    }

    private static WebApplication BuildWeb(ServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 2 * 1024 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
            Listen(kestrel, options);
        });
        builder.Logging.SetMinimumLevel(options.Quiet ? LogLevel.Warning : LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(static console => console.SingleLine = true);
        return builder.Build();
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, ServerOptions options)
    {
        foreach (var text in options.Urls.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var url) || url.Scheme is not "http")
                throw new OptionException($"--urls takes addresses such as http://localhost:9229, not '{text}'.");
            var host = url.Host.Trim('[', ']');
            var isLocal = host is "localhost";
            var address = isLocal ? IPAddress.Loopback : IPAddress.TryParse(host, out var parsed) ? parsed
                : throw new OptionException($"--urls takes localhost or an IP address, not the name '{host}'.");
            if (options.Mode is ServerMode.Development && !options.AllowRemoteDev && !IPAddress.IsLoopback(address))
                throw new OptionException(
                    $"Development mode does not listen on {host}: anyone who reaches it could read every code and move the clock. "
                    + "Use localhost, or say --allow-remote-dev (POSTERN_ALLOW_REMOTE_DEV=on) where the network is yours, as in a container.");
            if (isLocal && url.Port != 0)
                kestrel.ListenLocalhost(url.Port);
            else
                kestrel.Listen(address, url.Port);
        }
    }

    private static string PublicUrl(string bound) =>
        bound.Replace("://127.0.0.1:", "://localhost:", StringComparison.Ordinal).Replace("://[::1]:", "://localhost:", StringComparison.Ordinal)
            .Replace("://0.0.0.0:", "://localhost:", StringComparison.Ordinal).Replace("://[::]:", "://localhost:", StringComparison.Ordinal).TrimEnd('/');

    private static MasterKey ReadMasterKey(ServerOptions options, string dataPath)
    {
        if (options.MasterKey is { } setting)
            return MasterKeySource.Parse(setting);
        if (options.Mode is ServerMode.Production)
            throw new OptionException("Production needs a master key: --master-key file:PATH, command:LINE or the key (32 bytes, base64), or POSTERN_MASTER_KEY. Make one with: openssl rand -base64 32");
        return dataPath is ":memory:"
            ? new MasterKey(System.Security.Cryptography.RandomNumberGenerator.GetBytes(MasterKey.Size))
            : MasterKeySource.OpenOrCreate(dataPath + ".key");
    }
}
