using System.Collections.Frozen;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.ResourceServers;

/// <summary>Which scopes count now: Cognito's own, and those that a resource server of the pool has.</summary>
/// <remarks>A scope that was removed from its server stays with the clients, inactive: asking for it is no fault, it is left out of the token;
/// added again, it counts again (OAuth sheet, "Scopes, resource servers, binding").</remarks>
public sealed class ActiveScopes(IResourceStore resources, SettingsCache cache)
{
    /// <summary>The scopes that count, in their order.</summary>
    /// <param name="scopes">Separated by spaces.</param>
    public async ValueTask<string> Of(UserPool pool, string scopes, CancellationToken stop)
    {
        if (!scopes.Contains('/', StringComparison.Ordinal))
            return scopes;
        var known = cache.Scopes(pool.Number) ?? await Read(pool, stop);
        var all = scopes.Split(' ');
        return Array.TrueForAll(all, IsActive) ? scopes : string.Join(' ', all.Where(IsActive));

        // Cognito's own have no slash, but for the one of registration, which a pool has while it allows that.
        bool IsActive(string scope) =>
            !scope.Contains('/', StringComparison.Ordinal) || known.Contains(scope) || (scope is RegistrationSettings.Scope && RegistrationSettings.IsOn(pool));
    }

    private async ValueTask<FrozenSet<string>> Read(UserPool pool, CancellationToken stop)
    {
        var epoch = cache.Epoch;
        var servers = await resources.List(pool.Number, ResourceKind.ResourceServer, null, ResourceServerSettings.Most, stop);
        var known = servers.Items.Select(ResourceServerSettings.Read)
            .SelectMany(static server => server.Scopes ?? [], static (server, scope) => $"{server.Identifier}/{scope.ScopeName}")
            .ToFrozenSet(StringComparer.Ordinal);
        cache.Keep(pool.Number, known, epoch);
        return known;
    }
}
