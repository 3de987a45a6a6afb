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
        (ServerProcess? process, var url) = options.Url is { } given ? (null, given) : await ServerProcess.Start(options.Server, Arguments(options, folder));
        using (process)
        {
            using var api = new Api(url);
            var usage = process?.Usage ?? (options.Pid is { } pid ? new ProcessUsage(pid) : null);
            var database = options.DbPid is { } first ? new ProcessUsage(first, withChildren: true) : null;
            using var meter = await LimitMeter.Start();
            Console.WriteLine($"\n{Limits(meter.Measure())}");

            var pool = await PoolUnderLoad.Make(api);
            var results = new List<OperationResult>();
            foreach (var users in options.Users)
            {
                await pool.Grow(users);
                foreach (var operation in options.Operations)
                {
                    Settle(usage);
                    results.Add(new(operation, users, [.. Rounds(operation.Traffic(pool), operation.Limit)]));
                    Console.Error.WriteLine(Progress(results[^1]));
                }
            }
            Console.WriteLine($"\n{Results(results)}");
            if (options.Users.Count > 1)
                Console.WriteLine($"\n{Comparison(results)}");
            Console.WriteLine($"Resident memory of the server: {Table.Number(usage?.ResidentMegabytes())} MB; load average {LoadAverage()} at the end");
            return options.Check && !results.TrueForAll(static result => result.MeetsGoal) ? 1 : 0;

            // The machine's pace changes by a tenth or more within seconds, so limit and operation take turns.
            IEnumerable<Round> Rounds(Traffic traffic, Func<MachineLimits, double>? limit)
            {
                var warmup = options.Warmup;
                for (var round = 0; round < options.Rounds; round++)
                {
                    var shape = new RunShape(options.Connections, options.Seconds / options.Rounds, warmup);
                    var least = limit is null ? null : (double?)limit(meter.Measure(limit));
                    yield return new(LoadGenerator.Run(traffic, api.Endpoint, shape, usage, database), least);
                    warmup = Math.Min(warmup, 0.2);
                }
            }
        }
    }

    // Few keys in stock: making them costs the server CPU time that is no operation's.
    private static string[] Arguments(Options options, TemporaryFolder folder) =>
    [
        "serve", "--urls", "http://127.0.0.1:0", "--data", folder.File("postern.db"), "--key-stock", "2", "--quiet",
        .. options.Db is { } db ? (string[])["--db", db] : [],
    ];

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
        var table = new Table(
            "operation", "users", "ops/s", "ops/core-s", "CPU us", "of it database", "limit us", "limit/core-s", "share", "from", "to", "goal", "", "p50 ms", "p99 ms", "failed");
        foreach (var result in results)
        {
            var operation = result.Operation;
            table.Add(
                operation.Name, $"{result.Users}", Table.Number(result.PerSecond), Table.Number(result.PerCoreSecond), Table.Number(1e6 / result.PerCoreSecond), Table.Number(result.DatabaseMicroseconds),
                Table.Number(result.LimitMicroseconds), Table.Number(1e6 / result.LimitMicroseconds),
                Table.Percent(result.Share), Table.Percent(result.LeastShare), Table.Percent(result.MostShare),
                operation.LongestP50 is { } longest ? $"p50 < {longest} ms" : Table.Percent(operation.Goal), result.MeetsGoal ? "" : "missed",
                Table.Number(result.P50), Table.Number(result.P99), $"{result.Failed}");
        }
        return table.ToString();
    }

    /// <summary>How the rates of the greatest pool stand to those of the smallest.</summary>
    private static string Comparison(List<OperationResult> results)
    {
        var (least, most) = (results[0].Users, results[^1].Users);
        var table = new Table("operation", $"ops/core-s at {least}", $"at {most}", "ratio", "ratio of shares");
        foreach (var (small, large) in results.Where(result => result.Users == least).Zip(results.Where(result => result.Users == most)))
        {
            table.Add(
                small.Operation.Name, Table.Number(small.PerCoreSecond), Table.Number(large.PerCoreSecond),
                Table.Percent(large.PerCoreSecond / small.PerCoreSecond), Table.Percent(large.Share / small.Share));
        }
        return table.ToString();
    }

    private static string Progress(OperationResult result)
    {
        var rounds = result.Rounds.Select(static round => round.Measurement).ToArray();
        var error = rounds.FirstOrDefault(static round => round.FirstError is not null) is { } failed ? $", {result.Failed} failed: {failed.FirstError}" : "";
        var (seconds, own) = (rounds.Sum(static round => round.Seconds), rounds.Sum(static round => round.GeneratorCpu));
        return $"{result.Operation.Name}: {Table.Number(result.PerSecond)} /s; server {rounds.Sum(static round => round.ServerCpu) / seconds:F2} cores, "
            + $"generator {own / seconds:F2} ({1e6 * own / Math.Max(1, rounds.Sum(static round => round.Succeeded)):F1} us an op){error}";
    }

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
