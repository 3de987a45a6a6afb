using System.Globalization;
using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Domains;

/// <summary>A domain with its pool: what pages and OAuth endpoints start from.</summary>
/// <param name="Name">A prefix, or a host name of the pool's own.</param>
/// <param name="Created">When it was made: a domain that was deleted and made again is another one.</param>
public sealed record ServedDomain(UserPool Pool, string Name, DomainDescriptionType Settings, DateTimeOffset Created)
{
    /// <summary>Names this life of the domain: what was given out under it ends with it.</summary>
    public string Key { get; } = string.Create(CultureInfo.InvariantCulture, $"{Name} {Created.ToUnixTimeMilliseconds()}");

    /// <summary>Whether its pages are those of managed login; else the classic ones (ManagedLoginVersion).</summary>
    public bool IsManagedLogin => Settings.ManagedLoginVersion is 2;
}
