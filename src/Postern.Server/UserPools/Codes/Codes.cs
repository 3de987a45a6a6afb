using System.Security.Cryptography;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Codes;

/// <summary>Codes that prove an e-mail address or phone number: issued, kept as keyed hashes, checked in constant time, tries counted.</summary>
public sealed class Codes(ICodeStore store, IAttemptStore attempts, InstallationSecret secret, AttemptLimits limits, TimeProvider time)
{
    /// <summary>One hour for a forgotten password, else a day (messages sheet, "Every message").</summary>
    public static TimeSpan Lifetime(CodePurpose purpose) => purpose is CodePurpose.ForgotPassword ? TimeSpan.FromHours(1) : TimeSpan.FromHours(24);

    /// <summary>A new code of six digits, and the write that keeps it in place of the one before.</summary>
    /// <param name="attribute">The attribute that the code goes to.</param>
    /// <param name="value">The attribute's value that the code proves.</param>
    public (string Digits, PutCode Write) Issue(UserPool pool, User user, CodePurpose purpose, string attribute, string value)
    {
        var digits = RandomText.Code();
        var now = time.GetUtcNow();
        return (digits, new PutCode(new(pool.Number, user.Sub, purpose, Hash(pool, user.Sub, purpose, digits), attribute, value, now, now + Lifetime(purpose))));
    }

    /// <summary>The write that keeps a code which no digits are right for: what a hidden user's request for a code leaves behind, so that
    /// it costs, and is answered, as anyone's.</summary>
    public PutCode Simulate(UserPool pool, Guid sub, CodePurpose purpose, string attribute, string value)
    {
        var now = time.GetUtcNow();
        return new(new(pool.Number, sub, purpose, RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes), attribute, value, now, now + Lifetime(purpose)));
    }

    /// <summary>The code that stands; null where none does, or its time is over.</summary>
    public async ValueTask<StoredCode?> Find(UserPool pool, User user, CodePurpose purpose, CancellationToken stop) =>
        await store.Find(pool.Number, user.Sub, purpose, stop) is { } code && code.Expires > time.GetUtcNow() ? code : null;

    /// <summary>The code that stands, if the digits given are right.</summary>
    /// <remarks>The attempt is not counted here: <see cref="Count"/> comes first, also for names that do not exist.</remarks>
    /// <exception cref="ExpiredCodeException">No code stands, or its time is over.</exception>
    /// <exception cref="CodeMismatchException">The digits are wrong.</exception>
    public async ValueTask<StoredCode> Check(UserPool pool, User user, CodePurpose purpose, string given, CancellationToken stop)
    {
        var code = await Find(pool, user, purpose, stop) ?? throw Expired();
        return CryptographicOperations.FixedTimeEquals(code.Hash.Span, Hash(pool, user.Sub, purpose, given.Trim())) ? code : throw Mismatch();
    }

    public static ExpiredCodeException Expired() => new("Invalid code provided, please request a code again.");

    public static CodeMismatchException Mismatch() => new("Invalid verification code provided, please try again.");

    /// <summary>Counts an attempt, durably and before anything is compared.</summary>
    /// <param name="user">The user it is about; null for a name that nobody has, which counts, and costs, the same.</param>
    /// <exception cref="LimitExceededException">The user had as many within the hour as are allowed.</exception>
    public async ValueTask Count(UserPool pool, User? user, string name, LimitedAction action, CancellationToken stop)
    {
        if (!limits.IsOn)
            return;
        var counted = await attempts.Add(pool.Number, Key(pool, user, name, action), time.GetUtcNow(), AttemptLimits.Window, sliding: false, stop);
        if (counted.Count > AttemptLimits.PerHour(action))
            throw Exceeded();
    }

    /// <summary>For actions of which only wrong ones count: refuses where there were too many.</summary>
    /// <exception cref="LimitExceededException">The user had as many within the hour as are allowed.</exception>
    public void CheckCount(Attempts failed, LimitedAction action)
    {
        if (limits.IsOn && failed.Count >= AttemptLimits.PerHour(action) && time.GetUtcNow() - failed.First < AttemptLimits.Window)
            throw Exceeded();
    }

    public static LimitExceededException Exceeded() => new("Attempt limit exceeded, please try after some time.");

    /// <summary>Under which key attempts of a user, or of a name that nobody has, are counted.</summary>
    public AttemptKey Key(UserPool pool, User? user, string name, LimitedAction action) => user is not null
        ? Key(user, action)
        : new((byte)action, new(secret.PoolHash(pool.Number, "attempts"u8, pool.Fold(name)).AsSpan(0, 16), bigEndian: true));

    /// <summary>Under which key attempts of a user are counted.</summary>
    public static AttemptKey Key(User user, LimitedAction action) => new((byte)action, user.Sub);

    private byte[] Hash(UserPool pool, Guid sub, CodePurpose purpose, string digits) =>
        secret.PoolHash(pool.Number, "code"u8, $"{sub:N}{(int)purpose}:{digits}");
}
