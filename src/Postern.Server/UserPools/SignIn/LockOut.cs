using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;

namespace Postern.UserPools.SignIn;

/// <summary>Five wrong passwords lock for a second; each further one doubles it, up to 15 minutes. Counted per user, across flows.</summary>
/// <remarks>User pools sheet, "Lockout and limits". Attempts while locked are refused and not counted; 15 minutes without one, or a
/// success, forget the count.</remarks>
public sealed class LockOut(IAttemptStore attempts, IChanges changes, Codes.Codes codes, AttemptLimits limits, TimeProvider time)
{
    private const int FreeAttempts = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Under which key wrong passwords are counted for a name that nobody has.</summary>
    public AttemptKey KeyOfNobody(UserPool pool, string name) => codes.Key(pool, null, name, LimitedAction.Password);

    /// <param name="failed">The wrong passwords up to now.</param>
    /// <exception cref="NotAuthorizedException">The user is locked out.</exception>
    public void Check(Attempts failed)
    {
        var now = time.GetUtcNow();
        if (!limits.IsOn || failed.Count < FreeAttempts || now >= failed.Last + Longest)
            return;
        var locked = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, failed.Count - FreeAttempts)));
        if (now < failed.Last + locked)
            throw new NotAuthorizedException("Password attempts exceeded");
    }

    /// <summary>Counts a wrong password.</summary>
    public async ValueTask Failed(UserPool pool, User? user, string name, CancellationToken stop)
    {
        if (limits.IsOn)
            await attempts.Add(pool.Number, codes.Key(pool, user, name, LimitedAction.Password), time.GetUtcNow(), Longest, sliding: true, stop);
    }

    /// <summary>Forgets wrong passwords after a right one; writes nothing where there were none.</summary>
    public async ValueTask Succeeded(UserPool pool, User user, Attempts failed, CancellationToken stop)
    {
        if (limits.IsOn && failed.Count > 0)
            await changes.Save(new(new ForgetAttempts(pool.Number, codes.Key(pool, user, user.Username, LimitedAction.Password))), stop);
    }
}
