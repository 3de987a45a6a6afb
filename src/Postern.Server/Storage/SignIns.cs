using System.Security.Cryptography;
using System.Text;

namespace Postern.Storage;

/// <summary>The rotating refresh tokens of one sign-in.</summary>
/// <param name="Generation">The generation that is current; the first token is generation 0.</param>
/// <param name="Rotated">When the current generation was first issued: the grace period of the one before runs from it.</param>
public sealed record Rotation(long Pool, Guid OriginJti, int Generation, DateTimeOffset Rotated, DateTimeOffset Expires);

/// <summary>What is written of sign-ins: revocations, used sessions, rotations. All expire.</summary>
public interface ISignInStore
{
    ValueTask<bool> IsRevoked(long pool, Guid originJti, CancellationToken stop);

    ValueTask<bool> IsUsed(long pool, Guid signIn, CancellationToken stop);

    ValueTask<Rotation?> FindRotation(long pool, Guid originJti, CancellationToken stop);
}

/// <summary>Idempotent. Kept until no token of the sign-in can be valid.</summary>
public sealed record Revoke(long Pool, Guid OriginJti, DateTimeOffset Expires) : Write;

/// <summary>Uses all sessions of a sign-in up: AlreadyUsed where they were.</summary>
public sealed record UseSession(long Pool, Guid SignIn, DateTimeOffset Expires) : Write
{
    /// <summary>Stands in the place of a sign-in for what others made and may be used once.</summary>
    /// <param name="what">Its kind, whose it is and its id, a line each.</param>
    public static Guid PlaceOf(string what)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(what), hash);
        return new(hash[..16]);
    }
}

/// <summary>VersionLost unless the stored generation is one less (or there is none and the generation is 1).</summary>
public sealed record PutRotation(Rotation Rotation) : Write;
