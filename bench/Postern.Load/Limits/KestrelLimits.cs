using Postern.Load.Generator;
using Postern.Load.Operations;
using Postern.Load.Target;

namespace Postern.Load.Limits;

/// <summary>What HTTP costs before anything is done: CPU of a bare server for each request.</summary>
internal sealed class KestrelLimits : IDisposable
{
    private static readonly RunShape warm = new(Connections: 16, Seconds: 0.1, Warmup: 2);
    private static readonly RunShape shape = new(Connections: 16, Seconds: 0.5, Warmup: 0);

    private readonly ServerProcess process;
    private readonly Api api;
    private readonly byte[] get;
    private readonly byte[] post;

    private KestrelLimits(ServerProcess process, Uri url)
    {
        this.process = process;
        api = new(url);
        get = WireRequest.Get(url, "/");
        post = WireRequest.Call(url, "InitiateAuth", PoolUnderLoad.SignInRequest("client", "u000000001"));
        _ = Cost(get, warm);
        _ = Cost(post, warm);
    }

    /// <summary>Starts the bare server and lets it compile what is hot.</summary>
    public static async Task<KestrelLimits> Start()
    {
        var (process, url) = await ServerProcess.Start(Environment.ProcessPath!, FixedAnswers.Verb);
        return new(process, url);
    }

    public double Get() => Cost(get, shape);

    public double Post() => Cost(post, shape);

    public void Dispose()
    {
        api.Dispose();
        process.Dispose();
    }

    private double Cost(byte[] request, RunShape shape) =>
        LoadGenerator.Run(new RotatingTraffic([request]), api.Endpoint, shape, process.Usage).Microseconds;
}
