using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.SignIn;

/// <summary>What a name that nobody has looks like: the same for a name each time, from a secret that never rotates (RFC 5054 §2.5.1.3).</summary>
public sealed class UnknownUsers(InstallationSecret secret)
{
    /// <exception cref="UserNotFoundException">The client does not hide who exists.</exception>
    public static void RefuseUnlessHidden(AppClient client)
    {
        if (!client.HidesUsers)
            throw new UserNotFoundException("User does not exist.");
    }

    /// <summary>The stored name that such a user would have: a UUID where the pool makes them.</summary>
    public string Username(UserPool pool, string name)
    {
        if (pool.UsernameAttributes.Count == 0)
            return name;
        var bytes = secret.PoolHash(pool.Number, "unknown-sub"u8, pool.Fold(name)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    public byte[] Salt(UserPool pool, string name) => Srp.Salt(secret.PoolHash(pool.Number, "unknown-salt"u8, pool.Fold(name)));

    /// <summary>A verifier that no password has.</summary>
    public byte[] Verifier(UserPool pool, string name) => Srp.FakeVerifier(secret.PoolHash(pool.Number, "unknown-verifier"u8, pool.Fold(name)));
}
