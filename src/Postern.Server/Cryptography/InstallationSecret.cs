using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>A secret of the installation that is made once and never rotates: what must be stable for a name but unguessable
/// (salts and ids of unknown users, attempt keys, hashes of short codes) is hashed with it.</summary>
public sealed class InstallationSecret(MasterKey masterKey, IInstallationStore installation)
{
    internal const string StoredName = "installation-secret";

    private byte[]? secret;

    /// <summary>Reads the secret, or makes it. To be called once at start; more calls do nothing.</summary>
    public async ValueTask Load(CancellationToken stop)
    {
        if (secret is not null)
            return;
        var stored = await installation.Get(StoredName, stop)
            ?? await installation.GetOrSet(StoredName, masterKey.Seal(SealedAs.InstallationSecret, RandomNumberGenerator.GetBytes(32)), stop);
        secret = masterKey.Open(SealedAs.InstallationSecret, stored);
    }

    /// <summary>32 bytes by HMAC-SHA256 that are the same for the same pool, purpose and text, and unrelated for any others.</summary>
    /// <param name="purpose">What the hash is for, a constant such as <c>"attempt:password"u8</c>.</param>
    public byte[] PoolHash(long pool, ReadOnlySpan<byte> purpose, string text)
    {
        var key = secret ?? throw new InvalidOperationException("The installation's secret is not loaded: call Load at start.");
        var length = 8 + 4 + purpose.Length + Encoding.UTF8.GetMaxByteCount(text.Length);
        var input = length <= 512 ? stackalloc byte[512] : new byte[length];
        BinaryPrimitives.WriteInt64BigEndian(input, pool);
        BinaryPrimitives.WriteInt32BigEndian(input[8..], purpose.Length);
        purpose.CopyTo(input[12..]);
        var end = 12 + purpose.Length + Encoding.UTF8.GetBytes(text, input[(12 + purpose.Length)..]);
        return HMACSHA256.HashData(key, input[..end]);
    }
}
