using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>What a database says of its master key: a value sealed under it, and while it is being changed one sealed under the next. They are
/// written by <see cref="MasterKeyRotation"/> alone, but for the first.</summary>
/// <param name="Current">Null in a new database.</param>
/// <param name="Next">Null where no change is under way: what an earlier change left names the current key, and is none.</param>
internal readonly record struct MasterKeyRecord(byte[]? Current, byte[]? Next)
{
    public string CurrentId => MasterKey.IdOf(Current);

    public string NextId => MasterKey.IdOf(Next);

    /// <summary>The key that nodes seal with.</summary>
    public string SealingId => Next is null ? CurrentId : NextId;

    public static async ValueTask<MasterKeyRecord> Read(IInstallationStore installation, CancellationToken stop)
    {
        var current = await installation.Get(MasterKey.CheckName, stop);
        var next = await installation.Get(MasterKey.NextName, stop);
        return new(current, MasterKey.IdOf(next) == MasterKey.IdOf(current) ? null : next);
    }
}
