namespace Postern.Contract;

/// <summary>An operation whose requests may be longer than the others': it takes images.</summary>
public interface ILargeRequests
{
    /// <summary>The longest body, in bytes; less than the server's own limit of three mebibytes, which ends the connection.</summary>
    long LongestRequest { get; }
}
