using System.Buffers.Binary;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.DeviceFlow;

/// <summary>Devices that wait for a user (RFC 8628): one row each, for ten minutes. Neither code is kept: the row lies under a keyed hash of the
/// user code, and the device code is sealed and tells which row it is about.</summary>
public sealed class DeviceAuthorizations(Sealer sealer, InstallationSecret secret, IUserPartStore parts, IChanges changes, TimeProvider time)
{
    /// <summary>Seconds between two polls, until a device polls too soon; then this much more each time.</summary>
    public const int Interval = 5;

    private const int CodeLength = 16 + 16 + 8;

    /// <summary>A row is written under another code where its own is taken, or again where somebody wrote it meanwhile; more is no chance.</summary>
    private const int MostTries = 4;

    /// <summary>Networks do not deliver polls as regularly as devices send them.</summary>
    private static readonly TimeSpan tolerance = TimeSpan.FromSeconds(1);

    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether a pool has the grant at all.</summary>
    public static bool AreServed(UserPool pool) => PoolSwitch.DeviceGrant.IsOnForSome(pool);

    /// <summary>Whether a client may use it: it is switched on, and users may sign in there.</summary>
    public static bool AreServed(AppClient client) =>
        PoolSwitch.DeviceGrant.IsOn(client.Pool, client.Id) && client.Settings is { AllowedOAuthFlowsUserPoolClient: true, SupportedIdentityProviders.Count: > 0 };

    /// <summary>Begins to wait.</summary>
    /// <returns>The device's code, and the user's without its hyphen.</returns>
    /// <exception cref="OAuthException">429: no code is free, which cannot happen while they are bounded.</exception>
    public async ValueTask<(string DeviceCode, string UserCode)> Begin(AppClient client, Grant grant, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var code = UserCode.New();
            var waiting = new DeviceAuthorization(client.Pool.Number, Key(client.Pool, code), Guid.NewGuid(), client.Id, grant, now, now + Lifetime, Interval);
            if ((await changes.Save(new(new PutUserPart(waiting.ToRow())), stop)).IsSaved)
                return (Seal(client, waiting), code);
        }
        throw Busy();
    }

    /// <summary>Who waits with a user code; null where nobody does, or not any more.</summary>
    public async ValueTask<DeviceAuthorization?> Find(UserPool pool, string userCode, CancellationToken stop) =>
        await Find(pool.Number, Key(pool, userCode), stop) is { } waiting && waiting.Expires > time.GetUtcNow() ? waiting : null;

    /// <summary>Says what the user said; what stands then, null where nobody waits any more. What was said first counts.</summary>
    /// <param name="approval">Null: the user denied.</param>
    /// <exception cref="OAuthException">429: too much is written at once.</exception>
    public async ValueTask<DeviceAuthorization?> Decide(UserPool pool, string userCode, Guid id, DeviceApproval? approval, CancellationToken stop)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await Find(pool, userCode, stop) is not { } waiting || waiting.Id != id)
                return null;
            if (waiting.Decision is not DeviceDecision.Pending)
                return waiting;
            var decided = waiting with { Decision = approval is null ? DeviceDecision.Denied : DeviceDecision.Allowed, Approval = approval };
            if ((await changes.Save(new(new PutUserPart(decided.ToRow())), stop)).IsSaved)
                return decided;
            // The device polled meanwhile, or the form was sent twice.
        }
        throw Busy();
    }

    /// <summary>A device asks (RFC 8628, §3.5): what was allowed.</summary>
    /// <exception cref="OAuthException"><c>authorization_pending</c>, <c>slow_down</c>, <c>access_denied</c>, <c>expired_token</c>; or
    /// <c>invalid_grant</c>: the code is none of this client, or gave tokens already.</exception>
    public async ValueTask<DeviceAuthorization> Poll(AppClient client, string deviceCode, CancellationToken stop)
    {
        if (await sealer.OpenText(SealPurpose.DeviceCode, Binding(client), deviceCode, stop) is not { Length: CodeLength } code)
            throw new OAuthException("invalid_grant");
        var (key, id) = (new Guid(code.AsSpan(0, 16), bigEndian: true), new Guid(code.AsSpan(16, 16), bigEndian: true));
        for (var tries = 0; tries < MostTries; tries++)
        {
            var now = time.GetUtcNow();
            if (DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(code.AsSpan(32))) <= now)
                throw new OAuthException("expired_token");
            if (await Find(client.Pool.Number, key, stop) is not { } waiting || waiting.Id != id)
                throw new OAuthException("invalid_grant");
            if (waiting.Decision is DeviceDecision.Allowed)
                return waiting;
            if (waiting.Decision is DeviceDecision.Denied)
                throw new OAuthException("access_denied");
            var isEarly = waiting.Polled + TimeSpan.FromSeconds(waiting.Interval) - tolerance > now;
            // Who must wait for longer than the code lives need not be counted any more.
            if (isEarly && waiting.Interval > Lifetime.TotalSeconds)
                throw new OAuthException("slow_down");
            var polled = waiting with { Polled = now, Interval = waiting.Interval + (isEarly ? Interval : 0) };
            if ((await changes.Save(new(new PutUserPart(polled.ToRow())), stop)).IsSaved)
                throw new OAuthException(isEarly ? "slow_down" : "authorization_pending");
            // The user decided meanwhile, or the device polls twice at once.
        }
        throw new OAuthException("slow_down");
    }

    private async ValueTask<DeviceAuthorization?> Find(long pool, Guid key, CancellationToken stop) =>
        await parts.Find(pool, key, UserPartKind.DeviceAuthorization, "", stop) is { } row ? DeviceAuthorization.Of(row) : null;

    // Codes are short: by a plain hash they would be guessed from a copy of the store.
    private Guid Key(UserPool pool, string userCode) => new(secret.PoolHash(pool.Number, "device user code"u8, userCode).AsSpan(0, 16), bigEndian: true);

    private string Seal(AppClient client, DeviceAuthorization waiting)
    {
        var code = new byte[CodeLength];
        waiting.Key.TryWriteBytes(code, bigEndian: true, out _);
        waiting.Id.TryWriteBytes(code.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(code.AsSpan(32), waiting.Expires.ToUnixTimeMilliseconds());
        return sealer.SealText(SealPurpose.DeviceCode, Binding(client), code);
    }

    private static byte[] Binding(AppClient client) => Sealer.Binding(client.Pool.Number, client.Id);

    private static OAuthException Busy() => new("temporarily_unavailable") { Status = StatusCodes.Status429TooManyRequests };
}
