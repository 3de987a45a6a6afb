using System.Buffers.Binary;
using Postern.Cryptography;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Possession;

/// <summary>Nonces of the server for proofs (RFC 9449, §8): the time, sealed for a pool. Nothing is stored of one, and any node takes it.</summary>
/// <remarks>It shows that a proof was not made long before it came. That a proof is used once is known by its own id (docs/decisions/0010).</remarks>
public sealed class ProofNonces(Sealer sealer, TimeProvider time)
{
    private static readonly TimeSpan lifetime = TimeSpan.FromMinutes(5);

    public string New(UserPool pool)
    {
        Span<byte> now = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(now, time.GetUtcNow().ToUnixTimeMilliseconds());
        return sealer.SealText(SealPurpose.ProofNonce, Sealer.Binding(pool.Number), now);
    }

    /// <summary>Until when a nonce is good; null where it is not: none of the pool's, or too old.</summary>
    public async ValueTask<DateTimeOffset?> GoodUntil(UserPool pool, string nonce, CancellationToken stop)
    {
        if (await sealer.OpenText(SealPurpose.ProofNonce, Sealer.Binding(pool.Number), nonce, stop) is not { Length: 8 } made)
            return null;
        var end = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(made)) + lifetime;
        return end > time.GetUtcNow() ? end : null;
    }
}
