using System.Buffers;
using System.Text.Json;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Domains;

/// <summary>The domains of pools: a prefix of ours, a host name of the pool's own, or one of each; unique in the installation.</summary>
public sealed class PoolDomains(Pools.Pools pools, IPoolStore poolStore, IResourceStore resources, SettingsCache cache)
{
    private const int MostDomains = 2;

    /// <summary>The domain, whoever asks; null where there is none.</summary>
    public async ValueTask<(UserPool Pool, DomainDescriptionType Domain)?> Find(string domain, CancellationToken stop) =>
        await FromStore(domain, stop) is { } found ? (found.Pool, found.Settings) : null;

    private async ValueTask<ServedDomain?> FromStore(string domain, CancellationToken stop)
    {
        if (await resources.FindPool(DirectoryKind.Domain, domain.ToLowerInvariant(), stop) is not { } number
            || await poolStore.Find(number, stop) is not { } row
            || await resources.Find(number, ResourceKind.Domain, domain.ToLowerInvariant(), stop) is not { } found)
            return null;
        return new(new UserPool(row), found.Name, Read(found), found.Created);
    }

    /// <summary>The domain that a request is for, from the cache where it is; null where there is none.</summary>
    /// <param name="domain">In lower case.</param>
    public ValueTask<ServedDomain?> Served(string domain, CancellationToken stop) =>
        cache.Domain(domain) is { } known ? new(known) : Read(domain, stop);

    /// <summary>Whether a life of one of a pool's domains is not over (<see cref="ServedDomain.Key"/>).</summary>
    public async ValueTask<bool> Lives(UserPool pool, string key, CancellationToken stop) =>
        await Served(key[..key.IndexOf(' ', StringComparison.Ordinal)], stop) is { } domain && domain.Pool.Number == pool.Number && domain.Key == key;

    /// <summary>The domain by which a pool is known: its custom one, else its prefix; null where it has none.</summary>
    public async ValueTask<string?> First(UserPool pool, CancellationToken stop)
    {
        var names = (await resources.List(pool.Number, ResourceKind.Domain, null, MostDomains, stop)).Items.Select(static row => row.Name).ToList();
        return names.Find(DomainNames.IsCustom) ?? names.FirstOrDefault();
    }

    /// <summary>Asks for a domain of any kind: the classic pages are dressed at one.</summary>
    /// <exception cref="InvalidParameterException">The pool has none.</exception>
    internal async ValueTask Require(UserPool pool, CancellationToken stop)
    {
        if (await First(pool, stop) is null)
            throw new InvalidParameterException("There has to be an existing domain associated with this user pool");
    }

    /// <summary>The pool and the row of a domain that must be its own.</summary>
    /// <exception cref="InvalidParameterException">The pool does not have the domain.</exception>
    internal async ValueTask<(UserPool Pool, StoredResource Row)> Get(string poolId, string domain, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(poolId, caller, stop);
        return await resources.Find(pool.Number, ResourceKind.Domain, domain.ToLowerInvariant(), stop) is { } row
            ? (pool, row)
            : throw new InvalidParameterException("No such domain or user pool exists.");
    }

    private async ValueTask<ServedDomain?> Read(string domain, CancellationToken stop)
    {
        var epoch = cache.Epoch;
        if (await FromStore(domain, stop) is not { } served)
            return null;
        cache.Keep(served, epoch);
        return served;
    }

    internal static DomainDescriptionType Read(StoredResource row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        reader.Read();
        return DomainDescriptionType.Read(ref reader);
    }

    internal static byte[] ToJson(DomainDescriptionType domain)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            domain.Write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>1 is the classic pages, 2 managed login, which LITE lacks.</summary>
    /// <exception cref="InvalidParameterException">Another number (text unverified against the service).</exception>
    /// <exception cref="FeatureUnavailableInTierException">2 in a LITE pool.</exception>
    internal static void CheckVersion(UserPool pool, int? version)
    {
        if (version is not (null or 1 or 2))
            throw new InvalidParameterException("ManagedLoginVersion must be 1 or 2.");
        if (version is 2 && pool.Settings.UserPoolTier is UserPoolTierType.LITE)
            throw new FeatureUnavailableInTierException("The following feature is not available for the LITE pricing tier configured: Managed Login Version 2");
    }
}
