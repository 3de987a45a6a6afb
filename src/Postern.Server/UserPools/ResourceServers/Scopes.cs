using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.ResourceServers;

/// <summary>The custom scopes of a pool's resource servers, named <c>{identifier}/{scope}</c>.</summary>
public static class Scopes
{
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
