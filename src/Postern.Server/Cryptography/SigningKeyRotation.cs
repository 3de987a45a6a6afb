using Postern.Storage;

namespace Postern.Cryptography;

public enum RotationOutcome
{
    Rotated,

    /// <summary>The pool has no keys yet: it draws them at its first use.</summary>
    HasNoKeys,

    /// <summary>The keys of the rotation before do not sign yet.</summary>
    TooSoon,

    /// <summary>Another rotation of the pool was first, or the pool is gone.</summary>
    WasOvertaken,
}

/// <param name="IdTokenKid">The new key of ID tokens; empty where there is none.</param>
/// <param name="Signs">From when the newest keys sign.</param>
/// <param name="Ends">Until when the keys before them verify.</param>
public sealed record SigningKeyChange(RotationOutcome Outcome, string IdTokenKid = "", string AccessTokenKid = "", DateTimeOffset Signs = default, DateTimeOffset Ends = default);

/// <summary>Gives a pool new signing keys. Verifiers are shown them at once, they sign after <see cref="SigningKeys.PublicationDelay"/>, and the
/// keys before go on to verify until the last token that they signed has ended; then they are purged.</summary>
public sealed class SigningKeyRotation(IKeyStore store, MasterKey masterKey, TimeProvider time)
{
    public async ValueTask<SigningKeyChange> Rotate(long pool, CancellationToken stop)
    {
        var stored = await store.SigningKeys(pool, stop);
        var current = stored.Where(static key => key.Expires is null).ToList();
        if (current.Count == 0)
            return new(RotationOutcome.HasNoKeys);
        var now = time.GetUtcNow();
        var newest = current.Max(static key => key.Key.Created);
        if (stored.Count > current.Count && newest + SigningKeys.PublicationDelay > now)
            return new(RotationOutcome.TooSoon, Signs: newest + SigningKeys.PublicationDelay);

        var second = Task.Run(() => SigningKey.Generate(masterKey, now), stop);
        var first = SigningKey.Generate(masterKey, now);
        StoredSigningKey[] added = [new(pool, SigningKeyUse.IdToken, first), new(pool, SigningKeyUse.AccessToken, await second)];
        var ends = now + SigningKeys.Verifies;
        return await store.RotateSigningKeys(pool, [.. current.Select(static key => key.Key.Kid)], added, ends, stop)
            ? new(RotationOutcome.Rotated, added[0].Key.Kid, added[1].Key.Kid, now + SigningKeys.PublicationDelay, ends)
            : new(RotationOutcome.WasOvertaken);
    }
}
