using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Passwords;

/// <summary>Passwords at rest are SRP verifiers, sealed under the master key with the user as associated data. Setting or checking one
/// costs a modular exponentiation, within the gate.</summary>
public sealed class Passwords(Srp srp, MasterKey masterKey, SignInGate gate, TimeProvider time)
{
    /// <summary>The user with a new password. The policy was checked before.</summary>
    public async ValueTask<User> Set(UserPool pool, User user, string password, CancellationToken stop)
    {
        using var turn = await gate.Turn(stop);
        var salt = Srp.NewSalt();
        var verifier = srp.Verifier(pool.NameForSrp, user.Username, password, salt);
        return user with
        {
            Salt = salt,
            Verifier = masterKey.Seal(SealedAs.Verifier(user.Pool, user.Sub), verifier),
            PasswordSet = time.GetUtcNow(),
        };
    }

    /// <summary>Whether it is the user's password; false for a user without one, at the same cost.</summary>
    public async ValueTask<bool> Check(UserPool pool, User? user, string password, CancellationToken stop)
    {
        using var turn = await gate.Turn(stop);
        if (user is null || user.Verifier.IsEmpty)
        {
            srp.Verifier(pool.NameForSrp, user?.Username ?? "", password, Nobody);
            return false;
        }
        return srp.Check(Open(user), pool.NameForSrp, user.Username, password, user.Salt.Span);
    }

    /// <summary>The user's SRP verifier.</summary>
    public byte[] Open(User user) => masterKey.Open(SealedAs.Verifier(user.Pool, user.Sub), user.Verifier.Span);

    private static ReadOnlySpan<byte> Nobody => "posternpostern.."u8;
}
