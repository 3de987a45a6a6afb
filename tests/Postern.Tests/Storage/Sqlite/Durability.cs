using System.Diagnostics;
using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

public sealed class Durability : Files
{
    internal const string WriteTo = "POSTERN_TEST_WRITE_USERS_TO";
    internal const string Told = "saved ";

    [Fact]
    public async Task A_killed_program_has_lost_nothing_that_it_acknowledged()
    {
        string[] child = ["exec", typeof(Durability).Assembly.Location, "-explicit", "only", "-method", $"*.{nameof(DurabilityVictim.Writes_users_until_it_is_killed)}"];
        using var program = Process.Start(new ProcessStartInfo("dotnet", child) { RedirectStandardOutput = true, Environment = { [WriteTo] = DataFile } })!;
        var acknowledged = new List<string>();
        try
        {
            while (await program.StandardOutput.ReadLineAsync(Stop) is { } line)
            {
                // The runner's own output, and its colours, come between.
                if (line.IndexOf(Told, StringComparison.Ordinal) is var at && at < 0)
                    continue;
                acknowledged.Add(line[(at + Told.Length)..]);
                if (acknowledged.Count == 400)
                    program.Kill();
            }
        }
        finally
        {
            program.Kill();
        }
        await program.WaitForExitAsync(Stop);
        Assert.InRange(acknowledged.Count, 400, int.MaxValue);

        await using var store = Open();
        foreach (var name in acknowledged)
            Assert.Equal(name, (await store.Users.Find(1, name, null, Stop))?.Username);
        // What was under way is there whole or not at all.
        var count = await store.Pools.EstimatedNumberOfUsers(1, Stop);
        Assert.InRange(count, acknowledged.Count, acknowledged.Count + 8);
        Assert.Equal(count, (await store.Users.Search(1, "name", "", isPrefix: true, null, 100_000, Stop)).Items.Count);
    }
}

/// <summary>The program that is killed: this assembly, asked to run this one test.</summary>
public sealed class DurabilityVictim
{
    [Fact(Explicit = true)]
    public async Task Writes_users_until_it_is_killed()
    {
        var file = Environment.GetEnvironmentVariable(Durability.WriteTo);
        Assert.SkipWhen(string.IsNullOrEmpty(file), "Another test starts this one.");
        await using var store = SqliteStore.Open(file!, TimeProvider.System);
        await store.Changes.Save(new(new PutPool(Sample.Pool(1))), TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                var name = $"user{writer}-{i}";
                await store.Changes.Save(new(new PutUser(Sample.User(1, name), [name], [], [new("name", name)], [])), TestContext.Current.CancellationToken);
                Console.WriteLine(Durability.Told + name);
            }
        })));
    }
}
