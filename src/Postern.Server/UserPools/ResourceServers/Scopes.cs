using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.ResourceServers;

/// <summary>The custom scopes of a pool's resource servers, named <c>{identifier}/{scope}</c>.</summary>
public static class Scopes
{
    /// <summary>Those of an app client's scopes that mean something now, in their order: a custom one may have gone from its server, and comes back
    /// with it. What has no slash is the service's own.</summary>
    public static async ValueTask<IReadOnlyList<string>> Active(IResourceStore resources, UserPool pool, IReadOnlyList<string> scopes, CancellationToken stop)
    {
        if (!scopes.Any(static scope => scope.Contains('/', StringComparison.Ordinal)))
            return scopes;
        var active = new List<string>(scopes.Count);
        foreach (var scope in scopes)
        {
            if (!scope.Contains('/', StringComparison.Ordinal) || await Exists(resources, pool, scope, stop))
                active.Add(scope);
        }
        return active;
    }

    /// <summary>Whether one of the pool's resource servers has the scope, or it is the service's own for registration, which a pool has while it
    /// allows that. A scope's own name has no slash, an identifier may.</summary>
    public static async ValueTask<bool> Exists(IResourceStore resources, UserPool pool, string scope, CancellationToken stop)
    {
        if (scope is RegistrationSettings.Scope)
            return RegistrationSettings.IsOn(pool);
        var slash = scope.LastIndexOf('/');
        if (slash <= 0 || slash == scope.Length - 1)
            return false;
        var name = scope[(slash + 1)..];
        return await resources.Find(pool.Number, ResourceKind.ResourceServer, scope[..slash], stop) is { } row
            && ResourceServerSettings.Read(row).Scopes is { } scopes && scopes.Any(known => known.ScopeName == name);
    }
}
