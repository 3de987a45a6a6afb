namespace Postern.Storage;

/// <summary>What one operation decided: writes with their preconditions, applied whole or not at all, durable before the answer.</summary>
public sealed class Change
{
    private readonly List<Write> writes = [];

    public Change(params ReadOnlySpan<Write> writes) => this.writes.AddRange(writes);

    public IReadOnlyList<Write> Writes => writes;

    public Change Add(Write write)
    {
        writes.Add(write);
        return this;
    }

    public Change Add(IEnumerable<Write> more)
    {
        writes.AddRange(more);
        return this;
    }
}

/// <summary>One write and what must hold for it. The descendants stand beside the interface of their concept.</summary>
public abstract record Write;

/// <summary>What became of a change.</summary>
public enum SaveOutcome
{
    /// <summary>Every write is durable.</summary>
    Saved,

    /// <summary>A name, id or alias belongs to someone else: the operation's own error.</summary>
    NameTaken,

    /// <summary>A row was changed, or deleted, since it was read: read and decide again.</summary>
    VersionLost,

    /// <summary>What may be used once was used: a code, a session.</summary>
    AlreadyUsed,
}

/// <summary>The outcome of a change, and the write that was refused.</summary>
public readonly record struct SaveResult(SaveOutcome Outcome, Write? Refused = null)
{
    public bool IsSaved => Outcome is SaveOutcome.Saved;
}

/// <summary>Applies changes. Concurrent ones share a commit; a refused one leaves its neighbours alone.</summary>
public interface IChanges
{
    ValueTask<SaveResult> Save(Change change, CancellationToken stop);
}

/// <summary>A page of rows and whether more follow.</summary>
public readonly record struct Page<T>(IReadOnlyList<T> Items, bool HasMore);
