using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;

namespace Postern.UserPools.Pools;

/// <summary>Finds pools and app clients, for callers who may see them.</summary>
public sealed class Pools(IPoolStore pools, IResourceStore resources, SettingsCache cache, ClientSecrets secrets)
{
    /// <summary>The pool of a signed call, from the cache where it is.</summary>
    /// <exception cref="ResourceNotFoundException">No such pool in the caller's account and region.</exception>
    public ValueTask<UserPool> Get(string poolId, Caller caller, CancellationToken stop)
    {
        if (cache.Pool(poolId) is { } pool)
            return new(Visible(pool, poolId, caller));
        return Read(poolId, caller, stop);
    }

    /// <summary>As <see cref="Get"/>, always from the store: Describe and Update see what stands now.</summary>
    /// <exception cref="ResourceNotFoundException">No such pool in the caller's account and region.</exception>
    public async ValueTask<UserPool> Read(string poolId, Caller caller, CancellationToken stop) =>
        Visible(await Find(poolId, stop), poolId, caller);

    /// <summary>The pool of an id, whoever asks; null where there is none.</summary>
    public async ValueTask<UserPool?> Find(string poolId, CancellationToken stop)
    {
        var epoch = cache.Epoch;
        if (await pools.Find(PoolKind.UserPool, poolId, stop) is not { } row)
            return null;
        var pool = new UserPool(row);
        cache.Keep(pool, epoch);
        return pool;
    }

    /// <summary>The pool of an id from the cache, else from the store; null where there is none.</summary>
    public ValueTask<UserPool?> FindCached(string poolId, CancellationToken stop) =>
        cache.Pool(poolId) is { } pool ? new(pool) : Find(poolId, stop);

    /// <summary>The app client of an unsigned call.</summary>
    /// <exception cref="ResourceNotFoundException">No such client.</exception>
    public async ValueTask<AppClient> Client(string clientId, CancellationToken stop) =>
        await FindClient(clientId, stop) ?? throw NoClient(clientId);

    /// <summary>The app client of an id, from the cache where it is; null where there is none.</summary>
    public ValueTask<AppClient?> FindClient(string clientId, CancellationToken stop) =>
        cache.Client(clientId) is { } client ? new(client) : ReadClient(clientId, stop);

    /// <summary>The app client, which must belong to the pool given.</summary>
    /// <exception cref="ResourceNotFoundException">No such client in this pool.</exception>
    public async ValueTask<AppClient> Client(UserPool pool, string clientId, CancellationToken stop)
    {
        var client = await Client(clientId, stop);
        return client.Pool.Number == pool.Number ? client : throw NoClient(clientId);
    }

    /// <summary>As <see cref="Client(UserPool, string, CancellationToken)"/>, always from the store.</summary>
    /// <exception cref="ResourceNotFoundException">No such client in this pool.</exception>
    public async ValueTask<AppClient> ReadClient(UserPool pool, string clientId, CancellationToken stop) =>
        await resources.Find(pool.Number, ResourceKind.Client, clientId, stop) is { } row ? Open(pool, row) : throw NoClient(clientId);

    public AppClient Open(UserPool pool, StoredResource row) =>
        new(pool, row, ClientSettings.Read(row.Settings.Span), secrets.Open(row)) { SsoMinutes = ClientSettings.ReadSsoMinutes(row.Settings.Span), RegisteredKeys = ClientSettings.ReadKeys(row.Settings.Span) };

    private async ValueTask<AppClient?> ReadClient(string clientId, CancellationToken stop)
    {
        var epoch = cache.Epoch;
        if (await resources.FindPool(DirectoryKind.Client, clientId, stop) is not { } number
            || await pools.Find(number, stop) is not { } poolRow
            || await resources.Find(number, ResourceKind.Client, clientId, stop) is not { } row)
            return null;
        var pool = cache.Pool(poolRow.Id) is { } cached && cached.Row.Version == poolRow.Version ? cached : new UserPool(poolRow);
        var client = Open(pool, row);
        cache.Keep(pool, epoch);
        cache.Keep(client, epoch);
        return client;
    }

    private static UserPool Visible(UserPool? pool, string poolId, Caller caller) =>
        pool is not null && pool.Row.Account == caller.Account && pool.Row.Region == caller.Region
            ? pool
            : throw new ResourceNotFoundException($"User pool {poolId} does not exist.");

    private static ResourceNotFoundException NoClient(string clientId) => new($"User pool client {clientId} does not exist.");
}
