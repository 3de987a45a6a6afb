using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.UserPools.Passwords;

/// <summary>Passwords at rest are SRP verifiers, sealed under the master key with the user as associated data. Setting or checking one
/// costs a modular exponentiation, within the gate.</summary>
/// <remarks>Earlier passwords, where the pool's policy remembers them, are keyed hashes of their verifiers in the user's state: of use for
/// nothing but to know the same password again.</remarks>
public sealed class Passwords(Srp srp, MasterKey masterKey, SignInGate gate, InstallationSecret secret, TimeProvider time)
{
    private static readonly SealedAs nobodys = SealedAs.Verifier(0, Guid.Empty);

    // Opened where there is no verifier to be opened: that takes its time, too.
    private readonly byte[] nobodysVerifier = masterKey.Seal(nobodys, new byte[Srp.VerifierSize]);

    /// <summary>The user with a new password. The policy was checked before, but for the history.</summary>
    /// <exception cref="PasswordHistoryPolicyViolationException">It is one of the last ones that the policy remembers, the present one
    /// among them.</exception>
    public async ValueTask<User> Set(UserPool pool, User user, string password, CancellationToken stop)
    {
        using var turn = await gate.Turn(stop);
        var remembered = pool.PasswordPolicy.PasswordHistorySize ?? 0;
        if (remembered > 0 && !user.Verifier.IsEmpty)
            user = Remember(pool, user, password, remembered);
        var salt = Srp.NewSalt();
        var verifier = srp.Verifier(pool.NameForSrp, user.Username, password, salt);
        return user with
        {
            Salt = salt,
            Verifier = masterKey.Seal(SealedAs.Verifier(user.Pool, user.Sub), verifier),
            PasswordSet = After(user.PasswordSet),
        };
    }

    /// <summary>Whether it is the user's password; false for a user without one, at the same cost.</summary>
    public async ValueTask<bool> Check(UserPool pool, User? user, string password, CancellationToken stop)
    {
        using var turn = await gate.Turn(stop);
        if (user is null || user.Verifier.IsEmpty)
        {
            masterKey.Open(nobodys, nobodysVerifier);
            srp.Verifier(pool.NameForSrp, user?.Username ?? "", password, Nobody);
            return false;
        }
        return srp.Check(Open(user), pool.NameForSrp, user.Username, password, user.Salt.Span);
    }

    /// <summary>The user's SRP verifier.</summary>
    public byte[] Open(User user) => masterKey.Open(SealedAs.Verifier(user.Pool, user.Sub), user.Verifier.Span);

    /// <summary>Now, and later than the password before, in the milliseconds that are stored: sessions and SRP blocks of before are known by it.</summary>
    private DateTimeOffset After(DateTimeOffset before)
    {
        var now = time.GetUtcNow();
        return now > before.AddMilliseconds(1) ? now : before.AddMilliseconds(1);
    }

    /// <summary>The user with the present password among the earlier ones, if the new one is none of them.</summary>
    private User Remember(UserPool pool, User user, string password, int size)
    {
        var state = user.Factors();
        var present = new PastPassword(Convert.ToBase64String(user.Salt.Span), Hash(user, Open(user)));
        var past = (IReadOnlyList<PastPassword>)[present, .. state.PastPasswords ?? []];
        past = [.. past.Take(size)];
        var isKnown = false;
        foreach (var known in past)
        {
            var again = srp.Verifier(pool.NameForSrp, user.Username, password, Convert.FromBase64String(known.Salt));
            isKnown |= Hash(user, again) == known.Hash;
        }
        // The text is unverified against the service.
        return isKnown
            ? throw new PasswordHistoryPolicyViolationException("Password has been used before: choose one that is none of the last ones.")
            : user.With(state with { PastPasswords = past });
    }

    private string Hash(User user, byte[] verifier) =>
        Convert.ToBase64String(secret.PoolHash(user.Pool, "past-password"u8, user.Sub.ToString("N") + Convert.ToBase64String(verifier)));

    private static ReadOnlySpan<byte> Nobody => "posternpostern.."u8;
}
