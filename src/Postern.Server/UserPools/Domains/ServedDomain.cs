using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Domains;

/// <summary>A domain with its pool: what pages and OAuth endpoints start from.</summary>
/// <param name="Name">A prefix, or a host name of the pool's own.</param>
public sealed record ServedDomain(UserPool Pool, string Name, DomainDescriptionType Settings)
{
    /// <summary>Whether its pages are those of managed login; else the classic ones (ManagedLoginVersion).</summary>
    public bool IsManagedLogin => Settings.ManagedLoginVersion is 2;
}
