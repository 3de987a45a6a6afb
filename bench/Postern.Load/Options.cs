using System.Globalization;
using Postern.Load.Operations;

namespace Postern.Load;

/// <summary>What <c>bench/load</c>, <c>bench/startup</c> and <c>bench/hiding</c> are told.</summary>
public sealed record Options
{
    public static string Help { get; } = $"""
        bench/load     measures this machine's limits, then each operation of a server as a share of its limit
        bench/startup  time from exec to the first answered sign-in on an existing data file, and idle memory
        bench/hiding   whether the time of an answer tells a name that somebody has from one that nobody has

          --seconds N       how long each operation is measured (7; the clock of CPU time ticks every 10 ms)
          --rounds N        how many parts that time has, the limit measured before each; medians count (7)
          --warmup N        CPU seconds that the server gets before (6): the runtime compiles what is hot meanwhile
          --conns N         connections, each with one request in flight (16)
          --users N[,N…]    users in the pool (100); of several counts the rates are compared
          --ops A[,B…]      the operations; all: {string.Join(',', LoadOperation.All.Select(static operation => operation.Name))}
          --db CONNECTION   the server keeps its state in this PostgreSQL database, which must be new
          --db-pid PID      its first process, whose CPU time counts with all of its children's; bench/load-postgres gives both
          --url URL         a server that runs already, on a loopback address; what the run makes stays in it
          --pid PID         its process, whose CPU time is read
          --check           fail where an operation misses its goal
          --runs N          bench/startup: how many starts (5)
          --names N         bench/hiding: how many names of each kind (1000)
        """;

    public double Seconds { get; init; } = 7;

    public int Rounds { get; init; } = 7;

    public double Warmup { get; init; } = 6;

    public int Connections { get; init; } = 16;

    /// <summary>Ascending: the pool grows from one to the next.</summary>
    public IReadOnlyList<int> Users { get; init; } = [100];

    public IReadOnlyList<LoadOperation> Operations { get; init; } = LoadOperation.All;

    /// <summary>Null: a server is started, with a temporary data file.</summary>
    public Uri? Url { get; init; }

    public int? Pid { get; init; }

    public string? Db { get; init; }

    public int? DbPid { get; init; }

    /// <summary>The server's executable.</summary>
    public string Server { get; init; } = "";

    public bool Check { get; init; }

    public int Runs { get; init; } = 5;

    public int Names { get; init; } = 1000;

    /// <exception cref="LoadException">An option is unknown or its value is of no use.</exception>
    public static Options Read(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            if (name is "--check")
                options = options with { Check = true };
            else if (i + 1 < arguments.Count)
                options = options.With(name, arguments[++i]);
            else
                throw new LoadException($"{name} is unknown or needs a value. Try --help");
        }
        return options;
    }

    private Options With(string name, string value) => name switch
    {
        "--seconds" => this with { Seconds = Number(name, value, 1, 600) },
        "--rounds" => this with { Rounds = (int)Number(name, value, 1, 100) },
        "--warmup" => this with { Warmup = Number(name, value, 0, 600) },
        "--conns" => this with { Connections = (int)Number(name, value, 1, 1000) },
        "--users" => this with { Users = [.. value.Split(',').Select(count => (int)Number(name, count, 1, 10_000_000)).Order()] },
        "--ops" => this with { Operations = [.. value.Split(',').Select(LoadOperation.Find)] },
        "--url" => this with { Url = Loopback(value) },
        "--pid" => this with { Pid = (int)Number(name, value, 1, int.MaxValue) },
        "--db" => this with { Db = value },
        "--db-pid" => this with { DbPid = (int)Number(name, value, 1, int.MaxValue) },
        "--server" => this with { Server = value },
        "--names" => this with { Names = (int)Number(name, value, 10, 100_000) },
        "--runs" => this with { Runs = (int)Number(name, value, 1, 100) },
        _ => throw new LoadException($"There is no option {name}. Try --help"),
    };

    private static double Number(string name, string value, double min, double max) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new LoadException($"{name} is a number from {min} to {max}, not '{value}'.");

    private static Uri Loopback(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" && url.IsLoopback
            ? url
            : throw new LoadException($"--url is a loopback address such as http://localhost:9229, not '{value}': load goes to no other machine.");
}
