using Postern.Load.Generator;
using Postern.Load.Limits;
using Postern.Load.Report;
using Postern.Load.Target;

namespace Postern.Load;

/// <summary>Measures the limits, then the operations, and prints both.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan longestSettling = TimeSpan.FromMinutes(2);

    /// <summary>0, or 1 where <c>--check</c> is set and an operation misses its goal.</summary>
    public static async Task<int> Run(Options options)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, load average {LoadAverage()} at the start");
        using var folder = new TemporaryFolder();
        (ServerProcess? process, var url) = options.Url is { } given ? (null, given) : await ServerProcess.Start(options.Server, Arguments(folder));
        using (process)
        {
            using var api = new Api(url);
            var usage = process?.Usage ?? (options.Pid is { } pid ? new ProcessUsage(pid) : null);
            var limits = await MachineLimits.Measure();
            Console.WriteLine($"\n{Limits(limits)}");

            var pool = await PoolUnderLoad.Make(api);
            var results = new List<OperationResult>();
            foreach (var users in options.Users)
            {
                await pool.Grow(users);
                foreach (var operation in options.Operations)
                {
                    Settle(usage);
                    var shape = new RunShape(options.Connections, options.Seconds, options.Warmup);
                    results.Add(new(operation, users, LoadGenerator.Run(operation.Traffic(pool), api.Endpoint, shape, usage), limits));
                    Console.Error.WriteLine(Progress(results[^1]));
                }
            }
            Console.WriteLine($"\n{Results(results)}");
            if (options.Users.Count > 1)
                Console.WriteLine($"\n{Comparison(results)}");
            Console.WriteLine($"Resident memory of the server: {Table.Number(usage?.ResidentMegabytes())} MB; load average {LoadAverage()} at the end");
            return options.Check && !results.TrueForAll(static result => result.MeetsGoal) ? 1 : 0;
        }
    }

    // Few keys in stock: making them costs the server CPU time that is no operation's.
    private static string[] Arguments(TemporaryFolder folder) =>
        ["serve", "--urls", "http://127.0.0.1:0", "--data", folder.File("postern.db"), "--key-stock", "2", "--quiet"];

    /// <summary>Waits until the server does nothing by itself: keys for the stock, what an earlier run left.</summary>
    private static void Settle(ProcessUsage? server)
    {
        var end = DateTime.UtcNow + longestSettling;
        while (server is not null && DateTime.UtcNow < end)
        {
            var before = server.CpuSeconds();
            Thread.Sleep(300);
            if (server.CpuSeconds() - before <= 0.01)
                return;
        }
    }

    private static string Limits(MachineLimits limits)
    {
        var table = new Table("part", "CPU us");
        table.Add("RSA-2048 signature", Table.Number(limits.Sign));
        table.Add("RSA-2048 check", Table.Number(limits.Verify));
        table.Add("SRP: g^x by a table", Table.Number(limits.PowerOfGenerator));
        table.Add("SRP: B", Table.Number(limits.PublicValue));
        table.Add("SRP: S", Table.Number(limits.SharedSecret));
        table.Add("HTTP: GET", Table.Number(limits.Get));
        table.Add("HTTP: POST, JSON, 3.3 KB back", Table.Number(limits.Post));
        table.Add("SQLite: user by name", Table.Number(limits.Read));
        table.Add("SQLite: page of 60", Table.Number(limits.Page));
        table.Add("SQLite: user written, groups of 64", Table.Number(limits.Insert));
        return table.ToString();
    }

    private static string Results(IEnumerable<OperationResult> results)
    {
        var table = new Table("operation", "users", "ops/s", "ops/core-s", "CPU us", "limit us", "limit/core-s", "share", "goal", "", "p50 ms", "p99 ms", "failed");
        foreach (var result in results)
        {
            var (operation, measured) = (result.Operation, result.Measurement);
            table.Add(
                operation.Name, $"{result.Users}", Table.Number(measured.PerSecond), Table.Number(Known(measured.PerCoreSecond)), Table.Number(Known(measured.Microseconds)),
                Table.Number(operation.Limit?.Invoke(result.Limits)), Table.Number(result.LimitPerCoreSecond), Table.Percent(result.Share),
                operation.LongestP50 is { } longest ? $"p50 < {longest} ms" : Table.Percent(operation.Goal), result.MeetsGoal ? "" : "missed",
                Table.Number(measured.P50), Table.Number(measured.P99), $"{measured.Failed}");
        }
        return table.ToString();
    }

    /// <summary>How the rates of the greatest pool stand to those of the smallest.</summary>
    private static string Comparison(List<OperationResult> results)
    {
        var (least, most) = (results[0].Users, results[^1].Users);
        var table = new Table("operation", $"ops/core-s at {least}", $"at {most}", "ratio");
        foreach (var (small, large) in results.Where(result => result.Users == least).Zip(results.Where(result => result.Users == most)))
        {
            var (before, after) = (small.Measurement.PerCoreSecond, large.Measurement.PerCoreSecond);
            table.Add(small.Operation.Name, Table.Number(Known(before)), Table.Number(Known(after)), before > 0 ? Table.Percent(after / before) : "–");
        }
        return table.ToString();
    }

    private static string Progress(OperationResult result)
    {
        var measured = result.Measurement;
        var error = measured.FirstError is { } first ? $", {measured.Failed} failed: {first}" : "";
        return $"{result.Operation.Name}: {Table.Number(measured.PerSecond)} /s; server {measured.ServerCpu / measured.Seconds:F2} cores, "
            + $"generator {measured.GeneratorCpu / measured.Seconds:F2} ({1e6 * measured.GeneratorCpu / Math.Max(1, measured.Succeeded):F1} us an op){error}";
    }

    private static double? Known(double value) => value > 0 ? value : null;

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
