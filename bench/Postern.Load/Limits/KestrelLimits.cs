using Postern.Load.Generator;
using Postern.Load.Operations;
using Postern.Load.Target;

namespace Postern.Load.Limits;

/// <summary>What HTTP costs before anything is done: CPU of a bare server for each request.</summary>
internal static class KestrelLimits
{
    private static readonly RunShape shape = new(Connections: 16, Seconds: 2, Warmup: 2);

    public static async Task<(double Get, double Post)> Measure()
    {
        var (process, url) = await ServerProcess.Start(Environment.ProcessPath!, FixedAnswers.Verb);
        using (process)
        {
            using var api = new Api(url);
            return (Cost(WireRequest.Get(url, "/")), Cost(WireRequest.Call(url, "InitiateAuth", PoolUnderLoad.SignInRequest("client", "u000000001"))));

            double Cost(byte[] request) => LoadGenerator.Run(new RotatingTraffic([request]), api.Endpoint, shape, process.Usage).Microseconds;
        }
    }
}
