namespace Postern.Storage;

/// <summary>The columns whose values are sealed under the master key, in the order in which they are gone through: a key moves from the stock to
/// a pool, never back.</summary>
public enum SealedColumn
{
    StockKey,
    SigningKey,
    RingKey,

    /// <summary>The installation's values; only some of them are sealed.</summary>
    InstallationValue,

    ResourceSecret,
    UserVerifier,
    UserPartSecret,
    MessageContent,
}

/// <summary>The row of a sealed value. What its table has no such column for is left at its default.</summary>
/// <param name="Number">A kind of resource or of user part, or a ring key's id.</param>
/// <param name="Name">A kid, or the name of a resource, of a user part or of an installation's value.</param>
/// <param name="Id">A user's sub, or a message's id.</param>
public sealed record SealedPlace(SealedColumn Column, long Pool = 0, int Number = 0, string Name = "", Guid Id = default);

/// <param name="Bytes">As it is stored; empty where the row has none.</param>
public sealed record SealedValue(SealedPlace Place, ReadOnlyMemory<byte> Bytes);

/// <summary>The same content, sealed anew.</summary>
/// <param name="Before">What must still stand there.</param>
public sealed record ResealedValue(SealedPlace Place, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After);

/// <summary>All that is sealed under the master key, for its rotation; what it is sealed for is not known here.</summary>
public interface ISealedValues
{
    /// <summary>About how many rows a column has, to tell progress by.</summary>
    ValueTask<long> Estimate(SealedColumn column, CancellationToken stop);

    /// <summary>Rows in the order of their key, after the place given (exclusive; null: from the first).</summary>
    ValueTask<Page<SealedValue>> List(SealedColumn column, SealedPlace? after, int limit, CancellationToken stop);

    /// <summary>Replaces each value that still has the bytes given, durably; answers how many did. The version of a user, a part or a
    /// resource rises with it, so that a change decided on what was read before is lost, and decided again.</summary>
    /// <param name="values">A few hundred at most: they may share a transaction.</param>
    ValueTask<int> Replace(IReadOnlyList<ResealedValue> values, CancellationToken stop);
}
