using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Codes;

namespace Postern.UserPools.SignIn;

/// <summary>Wrong answers count per user, across flows, clients and nodes: passwords, codes of second factors and codes of first factors each by
/// themselves. Five wrong passwords, or codes of second factors, lock for a second; each further one doubles it, up to 15 minutes. Of first
/// factors' codes there may be so many an hour.</summary>
/// <remarks>User pools sheet, "Lockout and limits"; security sheet, "Pool MFA configuration". Attempts while locked are refused and not
/// counted; 15 minutes without one, or a success, forget what locks.</remarks>
public sealed class LockOut(IAttemptStore attempts, IChanges changes, Codes.Codes codes, AttemptLimits limits, TimeProvider time)
{
    private const int FreeAttempts = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private long failures;

    /// <summary>Raised by each wrong answer at this node.</summary>
    public long Failures => Volatile.Read(ref failures);

    /// <param name="failed">The wrong answers up to now.</param>
    /// <exception cref="NotAuthorizedException">The user is locked out.</exception>
    /// <exception cref="LimitExceededException">The user had as many within the hour as are allowed.</exception>
    public void Check(Attempts failed, LimitedAction action)
    {
        if (IsHourly(action))
        {
            codes.CheckCount(failed, action);
            return;
        }
        var now = time.GetUtcNow();
        if (!limits.IsOn || failed.Count < FreeAttempts || now >= failed.Last + Longest)
            return;
        var locked = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, failed.Count - FreeAttempts)));
        if (now < failed.Last + locked)
            throw Locked();
    }

    /// <summary>The error where a right answer came after too many wrong ones.</summary>
    public static Exception Exceeded(RequireAttempts guard) => IsHourly((LimitedAction)guard.Key.Kind) ? Codes.Codes.Exceeded() : Locked();

    /// <summary>Counts a wrong answer.</summary>
    public ValueTask Failed(SignInProgress progress, LimitedAction action, CancellationToken stop) => IsHourly(action)
        ? codes.Count(progress.Pool, progress.Known, progress.Name, action, stop)
        : Failed(progress.Pool.Number, Key(progress, action), stop);

    /// <summary>Counts a wrong answer of a user who is signed in.</summary>
    public ValueTask Failed(User user, LimitedAction action, CancellationToken stop) => Failed(user.Pool, Codes.Codes.Key(user, action), stop);

    /// <summary>The wrong answers of a user up to now.</summary>
    public ValueTask<Attempts> Find(User user, LimitedAction action, CancellationToken stop) => attempts.Find(user.Pool, Codes.Codes.Key(user, action), stop);

    /// <summary>Forgets wrong passwords after a right one; writes nothing where there were none.</summary>
    /// <param name="failuresBefore"><see cref="Failures"/> before the password was checked: of guesses made at once no more may count than of
    /// guesses made one by one.</param>
    /// <exception cref="NotAuthorizedException">The user was locked out meanwhile.</exception>
    public async ValueTask Succeeded(SignInProgress progress, long failuresBefore, CancellationToken stop)
    {
        if (!limits.IsOn)
            return;
        var key = Key(progress, LimitedAction.Password);
        var failed = progress.Failed;
        if (Failures != failuresBefore)
        {
            failed = await attempts.Find(progress.Pool.Number, key, stop);
            Check(failed, LimitedAction.Password);
        }
        if (failed.Count > 0)
            await changes.Save(new(new ForgetAttempts(progress.Pool.Number, key)), stop);
    }

    /// <summary>The writes that belong to a right answer: it counts only while no more wrong ones were counted than may be, and forgets
    /// what locks.</summary>
    public IReadOnlyList<Write> Right(SignInProgress progress, LimitedAction action) => Right(progress.Stored, progress.Failed, action);

    /// <inheritdoc cref="Right(SignInProgress, LimitedAction)"/>
    public IReadOnlyList<Write> Right(User user, Attempts failed, LimitedAction action)
    {
        if (!limits.IsOn)
            return [];
        var most = IsHourly(action) ? AttemptLimits.PerHour(action) : FreeAttempts;
        var guard = new RequireAttempts(user.Pool, Codes.Codes.Key(user, action), Math.Max(most - 1, failed.Count));
        return failed.Count > 0 && !IsHourly(action) ? [guard, new ForgetAttempts(user.Pool, guard.Key)] : [guard];
    }

    private async ValueTask Failed(long pool, AttemptKey key, CancellationToken stop)
    {
        Interlocked.Increment(ref failures);
        if (limits.IsOn)
            await attempts.Add(pool, key, time.GetUtcNow(), Longest, sliding: true, stop);
    }

    private static bool IsHourly(LimitedAction action) => action is LimitedAction.SignInCode;

    private static NotAuthorizedException Locked() => new("Password attempts exceeded");

    private AttemptKey Key(SignInProgress progress, LimitedAction action) => codes.Key(progress.Pool, progress.Known, progress.Name, action);
}
