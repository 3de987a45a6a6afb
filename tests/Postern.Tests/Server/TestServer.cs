using System.Text.Json.Nodes;
using Postern.CommandLine;

[assembly: AssemblyFixture(typeof(Postern.Tests.Server.TestServer))]

namespace Postern.Tests.Server;

/// <summary>One server in this process for all tests, on a free port and in memory. Each test makes its own pool.</summary>
public sealed class TestServer : IAsyncLifetime
{
    private readonly ServerOptions options;
    private readonly FunctionServer functions = new();
    private PosternServer? server;

    public TestServer() : this(new ServerOptions { Urls = "http://127.0.0.1:0", Data = ":memory:", Quiet = true, KeyStock = 4, NewSigningPair = SharedPairs.Next })
    {
    }

    private TestServer(ServerOptions options) => this.options = options;

    public Api Api { get; private set; } = null!;

    public string Url => server!.Url.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);

    /// <summary>Where the functions of pools live.</summary>
    public FunctionServer Functions => functions;

    /// <summary>The base of issuers, as tokens name it.</summary>
    public string PublicUrl => server!.Url;

    /// <summary>A server of the test's own: for those that move the clock, reset, restore or inject faults.</summary>
    public static async Task<TestServer> Own(Func<ServerOptions, ServerOptions>? change = null)
    {
        var options = new ServerOptions { Urls = "http://127.0.0.1:0", Data = ":memory:", Quiet = true, KeyStock = 0, NewSigningPair = SharedPairs.Next };
        var own = new TestServer(change is null ? options : change(options));
        await own.InitializeAsync();
        return own;
    }

    public async ValueTask InitializeAsync()
    {
        await functions.Start();
        server = await PosternServer.Start(options with { LambdaEndpoint = options.LambdaEndpoint ?? functions.Url });
        Api = new Api(Url);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await server!.DisposeAsync();
        await functions.DisposeAsync();
    }

    /// <summary>Moves this server's clock; only on a server of the test's own.</summary>
    public Task Advance(string duration) => Api.Post("/_postern/dev/clock", new JsonObject { ["advance"] = duration });
}
