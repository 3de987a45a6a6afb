namespace Postern.ManagedLogin;

/// <summary>One page: what it shows, and what its form does.</summary>
public interface IPage
{
    /// <summary>In lower case.</summary>
    IReadOnlyList<string> Paths { get; }

    Task Get(PageRequest page);

    Task Post(PageRequest page);
}
