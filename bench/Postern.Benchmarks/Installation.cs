using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.Benchmarks;

/// <summary>What the parts under measurement work with: a store in a temporary file, durable as in production, with a pool and its keys.</summary>
internal sealed class Installation : IAsyncDisposable
{
    public const string Password = "Bench-Passw0rd!";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("postern-bench-");
    private readonly KeyStock stock;

    private Installation()
    {
        Store = SqliteStore.Open(Path.Combine(folder.FullName, "postern.db"), TimeProvider.System);
        MasterKey = new(RandomNumberGenerator.GetBytes(MasterKey.Size));
        Ring = new(Store.Keys, MasterKey, TimeProvider.System);
        stock = new(Store.Keys, MasterKey, TimeProvider.System, NullLogger<KeyStock>.Instance, target: 0);
        SigningKeys = new(Store.Keys, MasterKey, stock, TimeProvider.System);
        var row = new StoredPool(
            PoolKind.UserPool, Number: 1, "us-east-1_AbCdEf123", "123456789012", "us-east-1", "bench", default, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Version: 0);
        var pool = new UserPool(row, new PoolSettings(new UserPoolType { Name = "bench" }, new()));
        Client = new(
            pool, new(pool.Number, ResourceKind.Client, "1example23456789abcdefghij", default, default, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Version: 1),
            new UserPoolClientType(), []);
    }

    public SqliteStore Store { get; }

    public MasterKey MasterKey { get; }

    public KeyRing Ring { get; }

    public SigningKeys SigningKeys { get; }

    public AppClient Client { get; }

    public static async Task<Installation> Make()
    {
        var made = new Installation();
        await made.Ring.Load(CancellationToken.None);
        await made.Store.Changes.Save(new(new PutPool(made.Client.Pool.With(new(made.Client.Pool.Settings, new()), DateTimeOffset.UtcNow).Row)), CancellationToken.None);
        return made;
    }

    /// <summary>A confirmed user as sign-up leaves one: about 1 KB, with the names and terms it is found by.</summary>
    public PutUser NewUser(string name)
    {
        var email = name + "@example.com";
        var now = DateTimeOffset.UtcNow;
        var user = new User(
            Client.Pool.Number, Guid.NewGuid(), name, UserStatus.CONFIRMED, Enabled: true,
            [new("email", email), new("email_verified", "true"), new("name", "Jane Doe"), new("phone_number", "+12065550100")],
            Srp.NewSalt(), RandomNumberGenerator.GetBytes(Srp.VerifierSize + 44), now, SignOuts: 0, default, now, now, Version: 0);
        return new(user, [name], [], [new("email", email), new("username", name), new("status", "Enabled")], []);
    }

    public async ValueTask DisposeAsync()
    {
        Ring.Dispose();
        stock.Dispose();
        await Store.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
