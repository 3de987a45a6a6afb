using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.ResourceServers;

/// <summary>The service's own resource server, <c>aws.cognito/dcr</c>, whose one scope lets a token register app clients. Nothing of it is
/// kept: a pool has it while it allows registration.</summary>
/// <remarks>The documentation says that ManagedBy marks servers of the service and that nobody makes one for this scope; that Describe and
/// List show it, its name, and the texts are unverified against the service.</remarks>
internal static class RegistrationServer
{
    public const string Identifier = "aws.cognito/dcr";

    private const string ScopeName = "register";

    /// <summary>As Describe and List show it; null where the pool allows no registration.</summary>
    public static ResourceServerType? Of(UserPool pool) => !RegistrationSettings.IsOn(pool) ? null : new()
    {
        UserPoolId = pool.Id,
        Identifier = Identifier,
        Name = "Dynamic client registration",
        Scopes = [new() { ScopeName = ScopeName, ScopeDescription = "Register app clients" }],
        ManagedBy = ResourceServerManagedByType.COGNITO,
    };

    /// <exception cref="InvalidParameterException">The identifier is this server's, which nobody makes, changes or deletes.</exception>
    public static void Refuse(string identifier)
    {
        if (identifier is Identifier)
            throw new InvalidParameterException($"Resource server {Identifier} is managed by Cognito.");
    }
}
