using Postern.UserPools.Pools;

namespace Postern.ManagedLogin;

/// <summary>One page: what it shows, and what its form does.</summary>
public interface IPage
{
    /// <summary>In lower case.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>Whether its address must say what kind of answer the callback gets; applications link to some pages without.</summary>
    bool NeedsResponseType => true;

    /// <summary>Whether a pool has it: what must be switched on is not there before.</summary>
    bool IsServed(UserPool pool) => true;

    Task Get(PageRequest page);

    Task Post(PageRequest page);
}
