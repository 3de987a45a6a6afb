using Postern.Cryptography;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Devices;

/// <summary>The names of devices: a key of each, and one key of the group that a user's devices are.</summary>
/// <remarks>User pools sheet, "Devices". A group's key follows from the user, so that a sign-in has nothing to write for it.</remarks>
public sealed class DeviceKeys(InstallationSecret secret)
{
    private const int GroupKeyCharacters = 8;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary><c>{region}_{uuid}</c>.</summary>
    public static string Of(UserPool pool, Guid device) => $"{pool.Region}_{device}";

    /// <summary>The device of a key; null where the text is no key of this pool's region in its one spelling.</summary>
    public static Guid? Read(UserPool pool, string key) =>
        key.Length == pool.Region.Length + 37 && Guid.TryParseExact(key.AsSpan(pool.Region.Length + 1), "D", out var device) && key == Of(pool, device)
            ? device : null;

    /// <summary><c>-</c> and eight letters or digits, the same for a user each time: in the place of the pool in a device's SRP.</summary>
    public string GroupOf(long pool, Guid sub)
    {
        var hash = secret.PoolHash(pool, "device-group"u8, sub.ToString("N"));
        Span<char> key = stackalloc char[1 + GroupKeyCharacters];
        key[0] = '-';
        for (var i = 0; i < GroupKeyCharacters; i++)
            key[i + 1] = Alphabet[hash[i] % Alphabet.Length];
        return new(key);
    }
}
