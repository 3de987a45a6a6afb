using System.Text;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Devices;

/// <summary>The confirmed devices of users. What was named at a sign-in and never confirmed is written nowhere.</summary>
/// <remarks>User pools sheet, "Devices".</remarks>
public sealed class Devices(IUserPartStore parts, IChanges changes, MasterKey masterKey, DeviceActivity activity, Paging paging, TimeProvider time)
{
    private const int Tries = 3;
    private const int LongestSalt = 256;

    // Twice that of N's bytes in base64.
    private const int LongestVerifierText = 1024;

    /// <summary>Access tokens live no longer: until then one of before could confirm a forgotten device again.</summary>
    private static readonly TimeSpan longestAccessToken = TimeSpan.FromDays(1);

    public async ValueTask<Device?> Find(long pool, Guid sub, string key, CancellationToken stop) =>
        await parts.Find(pool, sub, UserPartKind.Device, key, stop) is { } part ? activity.Latest(Device.Of(part)) : null;

    /// <exception cref="ResourceNotFoundException">The user has no such device.</exception>
    public async ValueTask<Device> Get(long pool, Guid sub, string key, CancellationToken stop) => await Find(pool, sub, key, stop) ?? throw Missing();

    /// <summary>A page of a user's devices, and the token of the next.</summary>
    /// <param name="list">The operation.</param>
    public async ValueTask<(IReadOnlyList<Device> Devices, string? Next)> List(
        long pool, Guid sub, string list, int? limit, string? token, CancellationToken stop)
    {
        var question = $"{list} {sub:N}";
        var after = await paging.Position(pool, question, token, stop);
        var page = await parts.List(pool, sub, UserPartKind.Device, after, Paging.Limit(limit), stop);
        return ([.. page.Items.Select(part => activity.Latest(Device.Of(part)))], page.HasMore ? paging.Next(pool, question, page.Items[^1].Name) : null);
    }

    /// <summary>Keeps a device with the verifier that its client made.</summary>
    /// <returns>Whether the device is remembered only once the user says so.</returns>
    /// <exception cref="DeviceKeyExistsException">It was confirmed before.</exception>
    /// <exception cref="ResourceNotFoundException">It was forgotten.</exception>
    /// <exception cref="InvalidParameterException">The verifier or its salt is none.</exception>
    public async ValueTask<bool> Confirm(
        UserPool pool, Guid sub, string key, DeviceSecretVerifierConfigType? config, string? name, string? address, CancellationToken stop)
    {
        var (verifier, salt) = Read(config);
        var isAsked = pool.Settings.DeviceConfiguration?.DeviceOnlyRememberedOnUserPrompt is true;
        var now = time.GetUtcNow();
        var part = new UserPart(
            pool.Number, sub, UserPartKind.Device, key, now, now, null, masterKey.Seal(SealedAs.DeviceVerifier(pool.Number, sub, key), verifier), default, 0);
        var facts = new DeviceFacts(name, IsRemembered: !isAsked, Convert.ToHexStringLower(salt), now.ToUnixTimeSeconds(), address);
        var forgotten = Forgotten(pool.Number, sub, key);
        // That it was not forgotten is a name that is free: it is taken, and given back.
        var result = await changes.Save(
            new(new PutUserPart(forgotten), new DropUserPart(pool.Number, sub, forgotten.Kind, key), new PutUserPart(new Device(part, facts).With(facts))), stop);
        if (result.IsSaved)
            return isAsked;
        // The text is unverified against the service.
        throw result.Refused is PutUserPart { Part.Kind: UserPartKind.Device } ? new DeviceKeyExistsException("The device key already exists.") : Missing();
    }

    /// <exception cref="ResourceNotFoundException">The user has no such device.</exception>
    /// <exception cref="TooManyRequestsException">Others changed it each time.</exception>
    public ValueTask SetRemembered(long pool, Guid sub, string key, string? status, CancellationToken stop) => Change(
        pool, sub, key, device => status is null || device.Facts.IsRemembered == (status is DeviceRememberedStatusType.remembered)
            ? null
            : new PutUserPart(device.With(device.Facts with { IsRemembered = !device.Facts.IsRemembered }) with { Modified = time.GetUtcNow() }), stop);

    /// <summary>Forgets a device: its refresh tokens are of no use from then on, and it can't be confirmed again.</summary>
    /// <inheritdoc cref="SetRemembered"/>
    public ValueTask Forget(long pool, Guid sub, string key, CancellationToken stop) => Change(
        pool, sub, key, static device => new DeleteUserPart(device.Part), stop, [new ReplaceUserPart(Forgotten(pool, sub, key))]);

    /// <summary>Notes that a sign-in showed a device.</summary>
    public void Seen(Device device, string? address) => activity.Note(device, time.GetUtcNow(), address);

    /// <summary>Keeps the session of a sign-in that waits for a device, for clients that leave it out; the newest of a client.</summary>
    public async ValueTask Await(Device device, string clientId, string session, TimeSpan lifetime, CancellationToken stop)
    {
        var (part, now) = (device.Part, time.GetUtcNow());
        try
        {
            await changes.Save(new(new ReplaceUserPart(new(
                part.Pool, part.Sub, UserPartKind.DeviceSignIn, Waiting(device.Key, clientId), now, now, now + lifetime, default, Encoding.UTF8.GetBytes(session), 0))), stop);
        }
        catch (StorageException)
        {
            // Most clients send it.
        }
    }

    /// <summary>The session of the sign-in that waits for a device; null where none does.</summary>
    public async ValueTask<string?> Awaited(long pool, Guid sub, string key, string clientId, CancellationToken stop) =>
        await parts.Find(pool, sub, UserPartKind.DeviceSignIn, Waiting(key, clientId), stop) is { } part && part.Expires > time.GetUtcNow()
            ? Encoding.UTF8.GetString(part.Data.Span) : null;

    /// <summary>The SRP verifier that the device confirmed with.</summary>
    public byte[] Verifier(Device device) =>
        masterKey.Open(SealedAs.DeviceVerifier(device.Part.Pool, device.Part.Sub, device.Key), device.Part.Secret.Span);

    /// <summary>Clients match name and text, and begin again without a key.</summary>
    public static ResourceNotFoundException Missing() => new("Device does not exist.");

    private static string Waiting(string key, string clientId) => $"{key} {clientId}";

    private async ValueTask Change(
        long pool, Guid sub, string key, Func<Device, Write?> decide, CancellationToken stop, params IReadOnlyList<Write> more)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            if (decide(await Get(pool, sub, key, stop)) is not { } write || (await changes.Save(new Change(write).Add(more), stop)).IsSaved)
                return;
        }
        throw new TooManyRequestsException("Too many changes of this device at once; try again.");
    }

    private UserPart Forgotten(long pool, Guid sub, string key)
    {
        var now = time.GetUtcNow();
        return new(pool, sub, UserPartKind.ForgottenDevice, key, now, now, now + longestAccessToken, default, default, 0);
    }

    /// <summary>Both are base64 of a number, big-endian, with or without zeros in front.</summary>
    private static (byte[] Verifier, byte[] Salt) Read(DeviceSecretVerifierConfigType? config)
    {
        // The texts are unverified against the service.
        if (config is not { PasswordVerifier: { Length: > 0 and <= LongestVerifierText } verifierText, Salt: { Length: > 0 and <= LongestSalt } saltText })
            throw new InvalidParameterException("DeviceSecretVerifierConfig must have a PasswordVerifier and a Salt.");
        Span<byte> bytes = stackalloc byte[LongestVerifierText];
        if (!Convert.TryFromBase64String(verifierText, bytes, out var length) || !Srp.TryReadVerifier(bytes[..length], out var verifier))
            throw new InvalidParameterException("Invalid PasswordVerifier in DeviceSecretVerifierConfig.");
        if (!Convert.TryFromBase64String(saltText, bytes, out length) || length == 0)
            throw new InvalidParameterException("Invalid Salt in DeviceSecretVerifierConfig.");
        return (verifier, bytes[..length].ToArray());
    }
}
