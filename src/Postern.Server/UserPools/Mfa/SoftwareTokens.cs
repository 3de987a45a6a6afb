using System.Security.Cryptography;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;
using Postern.UserPools.SignIn;

namespace Postern.UserPools.Mfa;

/// <summary>Software tokens: secrets that authenticator apps make codes from, each code of use once.</summary>
/// <remarks>A secret is derived from a random seed in the user's row and the installation's secret: the row alone is worth nothing, and a new
/// master key leaves it as it is.</remarks>
public sealed class SoftwareTokens(InstallationSecret secret, LockOut lockOut, TimeProvider time)
{
    private const int SeedSize = 16;

    public static string NewSeed() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(SeedSize));

    /// <summary>The secret as authenticator apps take it: 52 characters of base 32.</summary>
    public string Secret(UserPool pool, User user, string seed) => Totp.ToBase32(Key(pool, user, seed));

    /// <summary>The writes that belong to a right code: they are refused where it was used before, or too many were wrong meanwhile. A wrong one
    /// is counted.</summary>
    /// <param name="failed">The user's wrong codes up to now.</param>
    /// <param name="wrong">The error of a wrong code.</param>
    /// <exception cref="NotAuthorizedException">The user is locked out.</exception>
    public async ValueTask<IReadOnlyList<Write>> Prove(
        UserPool pool, User user, Attempts failed, string seed, string code, Func<Exception> wrong, CancellationToken stop)
    {
        lockOut.Check(failed, LimitedAction.MfaCode);
        if (Totp.Step(Key(pool, user, seed), code.Trim(), time.GetUtcNow()) is not { } step)
        {
            await lockOut.Failed(user, LimitedAction.MfaCode, stop);
            throw wrong();
        }
        var use = secret.PoolHash(pool.Number, "software-token-step"u8, $"{user.Sub:N}{seed}{step}").AsSpan(0, 16);
        return
        [
            new UseSession(pool.Number, new(use, bigEndian: true), DateTimeOffset.FromUnixTimeSeconds((step + 3) * Totp.StepSeconds)),
            .. lockOut.Right(user, failed, LimitedAction.MfaCode),
        ];
    }

    public static ExpiredCodeException Used() => new("Your software token has already been used once.");

    /// <summary>The error where the change of a set-up was refused: the code was used before, or too many were wrong meanwhile.</summary>
    public static Exception Refused(Write write) => write is RequireAttempts guard ? LockOut.Exceeded(guard) : Mismatch();

    public static EnableSoftwareTokenMFAException Mismatch() => new("Code mismatch and fail enable Software Token MFA");

    /// <summary>The text is unverified against the service.</summary>
    public static InvalidParameterException NoneAssociated() => new("No software token is associated: call AssociateSoftwareToken first.");

    /// <exception cref="InvalidParameterException">Neither or both are given (text unverified against the service).</exception>
    public static void RequireOne(string? accessToken, string? session)
    {
        if (accessToken is null == session is null)
            throw new InvalidParameterException("Either an access token or a session must be given, and not both.");
    }

    /// <exception cref="SoftwareTokenMFANotFoundException">The pool does not offer software tokens.</exception>
    public static void RefuseUnlessOffered(UserPool pool)
    {
        if (pool.Mfa.SoftwareTokenMfaConfiguration?.Enabled is not true)
            throw new SoftwareTokenMFANotFoundException("Software Token MFA has not been enabled by the userPool");
    }

    private byte[] Key(UserPool pool, User user, string seed) => secret.PoolHash(pool.Number, "software-token"u8, $"{user.Sub:N}{seed}");
}
