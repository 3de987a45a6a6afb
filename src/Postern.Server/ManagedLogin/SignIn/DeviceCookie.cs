using System.Security.Cryptography;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Devices;
using Postern.UserPools.SignIn;

namespace Postern.ManagedLogin.SignIn;

/// <summary>A browser that its user asked to remember: a device of his like any other, but a sealed cookie stands for the password that an API's
/// client would keep of it. Where the pool lets remembered devices stand for the second factor, the cookie does after the password.</summary>
/// <remarks>The service's pages and devices: hosted pages sheet, "Pages and their way"; how they hold one is not known. Pools that always remember
/// devices remember no browser by the pages, as users of the service's classic pages reported (2018, 2020): nobody there said that it may be trusted.
/// The cookie is of one pool and user, no script reads it, and it is of no use once the user or an administrator forgets the device.</remarks>
public sealed class DeviceCookie(Sealer sealer, Devices devices)
{
    public const string CookieName = "remembered-device";

    /// <summary>The box that asks for it.</summary>
    public const string FieldName = "remember_device";

    private const string DeviceName = "Browser";
    private const int VerifierBytes = 256;
    private const int SaltBytes = 16;

    // Browsers keep none longer.
    private static readonly TimeSpan lifetime = TimeSpan.FromDays(400);

    /// <summary>Whether users of the pool are asked.</summary>
    public static bool IsOffered(PageRequest page) =>
        page.Client.Pool.Settings.DeviceConfiguration is { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };

    public static bool IsAsked(PageRequest page) => page.Field(FieldName) is "true";

    /// <summary>The device that the browser's cookie stands for; null where there is none.</summary>
    public async ValueTask<RememberedDevice?> Find(PageRequest page) =>
        page.Client.Pool.TracksDevices && page.Request.Context.Request.Cookies[CookieName] is { Length: > 0 and <= 256 } text
        && await sealer.OpenText(SealPurpose.Cookie, Binding(page), text, page.Stop) is { Length: 32 } bytes
            ? new(new(bytes.AsSpan(0, 16), bigEndian: true), DeviceKeys.Of(page.Client.Pool, new(bytes.AsSpan(16), bigEndian: true)))
            : null;

    /// <summary>Makes the browser a remembered device of who just signed in.</summary>
    public async ValueTask Remember(PageRequest page, User user)
    {
        var (pool, id) = (page.Client.Pool, Guid.NewGuid());
        var key = DeviceKeys.Of(pool, id);
        // Nobody knows the password of this verifier.
        var verifier = new DeviceSecretVerifierConfigType
        {
            PasswordVerifier = Convert.ToBase64String(RandomNumberGenerator.GetBytes(VerifierBytes)),
            Salt = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SaltBytes)),
        };
        await devices.Confirm(pool, user.Sub, key, verifier, DeviceName, page.Caller.Address, page.Stop);
        await devices.SetRemembered(pool.Number, user.Sub, key, DeviceRememberedStatusType.remembered, page.Stop);
        byte[] content = [.. user.Sub.ToByteArray(bigEndian: true), .. id.ToByteArray(bigEndian: true)];
        page.Request.Context.Response.Cookies.Append(CookieName, sealer.SealText(SealPurpose.Cookie, Binding(page), content), new()
        {
            Path = page.Request.CookiePath,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = page.Request.IsSecure,
            MaxAge = lifetime,
        });
    }

    private static byte[] Binding(PageRequest page) => Sealer.Binding(page.Client.Pool.Number, CookieName);
}
