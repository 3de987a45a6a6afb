using BenchmarkDotNet.Attributes;
using Postern.Storage;

namespace Postern.Benchmarks;

/// <summary>The store under a pool of 10,000 users.</summary>
public class SqliteBenchmarks
{
    private const int Users = 10_000;
    private const int Group = 64;

    private readonly Random random = new(1);
    private Installation installation = null!;
    private int count;

    [GlobalSetup]
    public async Task Make()
    {
        installation = await Installation.Make();
        while (count < Users)
            await Insert();
    }

    [GlobalCleanup]
    public async Task End() => await installation.DisposeAsync();

    [Benchmark(Description = "find a user for sign-in")]
    public ValueTask<SignInView> Find() =>
        installation.Store.Users.FindForSignIn(installation.Client.Pool.Number, Name(random.Next(Users)), null, default, CancellationToken.None);

    [Benchmark(Description = "a page of 60 users")]
    public ValueTask<Page<User>> List() => installation.Store.Users.List(installation.Client.Pool.Number, Guid.NewGuid(), 60, CancellationToken.None);

    [Benchmark(Description = "write a user, 64 at once", OperationsPerInvoke = Group)]
    public Task Insert() => Task.WhenAll(Enumerable.Range(0, Group).Select(_ =>
        installation.Store.Changes.Save(new(installation.NewUser(Name(count++))), CancellationToken.None).AsTask()));

    private static string Name(int number) => $"user{number:D9}";
}
