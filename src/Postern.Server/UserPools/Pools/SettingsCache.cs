using System.Collections.Concurrent;
using System.Collections.Frozen;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Domains;

namespace Postern.UserPools.Pools;

/// <summary>Pools, clients, domains and scopes that are read at every sign-in, kept until a change touches them. Absence is never kept.</summary>
/// <remarks>A reader that was under way while a change was saved must not bring the old state back: it keeps what it read only if no
/// change came in between.</remarks>
public sealed class SettingsCache(IChanges changes) : IChanges
{
    private const int MostEntries = 20_000;

    private readonly ConcurrentDictionary<string, UserPool> pools = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AppClient> clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServedDomain> domains = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, FrozenSet<string>> scopes = new();
    private long epoch;

    /// <summary>Raised by each change of any pool or of its parts; taken before a read, and given back with what was read.</summary>
    public long Epoch => Volatile.Read(ref epoch);

    public UserPool? Pool(string id) => pools.GetValueOrDefault(id);

    public AppClient? Client(string id) => clients.GetValueOrDefault(id);

    public ServedDomain? Domain(string name) => domains.GetValueOrDefault(name);

    /// <summary>All scopes of a pool's resource servers, as <c>{identifier}/{scope}</c>.</summary>
    public FrozenSet<string>? Scopes(long pool) => scopes.GetValueOrDefault(pool);

    public void Keep(UserPool pool, long readAt)
    {
        if (readAt != Epoch || pools.Count >= MostEntries)
            return;
        pools[pool.Id] = pool;
        if (readAt != Epoch)
            pools.TryRemove(pool.Id, out _);
    }

    public void Keep(AppClient client, long readAt)
    {
        if (readAt != Epoch || clients.Count >= MostEntries)
            return;
        clients[client.Id] = client;
        if (readAt != Epoch)
            clients.TryRemove(client.Id, out _);
    }

    public void Keep(ServedDomain domain, long readAt)
    {
        if (readAt != Epoch || domains.Count >= MostEntries)
            return;
        domains[domain.Name] = domain;
        if (readAt != Epoch)
            domains.TryRemove(domain.Name, out _);
    }

    public void Keep(long pool, FrozenSet<string> known, long readAt)
    {
        if (readAt != Epoch || scopes.Count >= MostEntries)
            return;
        scopes[pool] = known;
        if (readAt != Epoch)
            scopes.TryRemove(pool, out _);
    }

    /// <summary>Drops everything: after a reset, a restore, or what other nodes did.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref epoch);
        pools.Clear();
        clients.Clear();
        domains.Clear();
        scopes.Clear();
    }

    /// <summary>Drops a pool, its clients and domains: another node changed one of them.</summary>
    public void Forget(long pool)
    {
        Interlocked.Increment(ref epoch);
        foreach (var (id, known) in pools)
        {
            if (known.Number == pool)
                pools.TryRemove(id, out _);
        }
        DropParts(pool);
    }

    public async ValueTask<SaveResult> Save(Change change, CancellationToken stop)
    {
        var result = await changes.Save(change, stop);
        foreach (var write in change.Writes)
        {
            switch (write)
            {
                case PutPool { Pool: var pool }:
                    Drop(pool);
                    break;
                case DeletePool { Pool: var pool }:
                    Drop(pool);
                    break;
                case PutResource { Resource: { Kind: ResourceKind.Client, Name: var id } }:
                    Drop(id);
                    break;
                case DeleteResource { Resource: { Kind: ResourceKind.Client, Name: var id } }:
                    Drop(id);
                    break;
                // The pool with it: what was made of both (discovery) is known to be of the pool as it was read.
                case PutResource { Resource: { Kind: ResourceKind.Domain, Pool: var pool } }:
                    Forget(pool);
                    break;
                case DeleteResource { Resource: { Kind: ResourceKind.Domain, Pool: var pool } }:
                    Forget(pool);
                    break;
                case PutResource { Resource: { Kind: ResourceKind.ResourceServer, Pool: var pool } }:
                    DropScopes(pool);
                    break;
                case DeleteResource { Resource: { Kind: ResourceKind.ResourceServer, Pool: var pool } }:
                    DropScopes(pool);
                    break;
            }
        }
        return result;
    }

    private void Drop(string clientId)
    {
        Interlocked.Increment(ref epoch);
        clients.TryRemove(clientId, out _);
    }

    private void DropScopes(long pool)
    {
        Interlocked.Increment(ref epoch);
        scopes.TryRemove(pool, out _);
    }

    private void Drop(StoredPool pool)
    {
        Interlocked.Increment(ref epoch);
        if (pools.TryRemove(pool.Id, out _) || pool.Version != 0)
            DropParts(pool.Number);
    }

    private void DropParts(long pool)
    {
        scopes.TryRemove(pool, out _);
        foreach (var (name, domain) in domains)
        {
            if (domain.Pool.Number == pool)
                domains.TryRemove(name, out _);
        }
        foreach (var (id, client) in clients)
        {
            if (client.Pool.Number == pool)
                clients.TryRemove(id, out _);
        }
    }
}
