using System.Security.Cryptography;
using System.Text;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>The key above all others: 32 bytes that seal what is kept at rest. Losing it loses every sealed value of the database.</summary>
/// <remarks>A sealed value is key id (4 bytes) | nonce (24) | ciphertext | tag (16): 44 bytes longer than what it holds.</remarks>
public sealed class MasterKey
{
    public const int Size = 32;

    /// <summary>How much longer a sealed value is than its content.</summary>
    public const int Overhead = IdSize + Aead.NonceSize + Aead.TagSize;

    private const int IdSize = 4;
    /// <summary>The value of the installation that tells which key is its own.</summary>
    internal const string CheckName = "master-key-check";

    private readonly byte[] parent;
    private readonly byte[] id;

    /// <param name="key">32 random bytes.</param>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
            throw new MasterKeyException($"A master key has {Size} bytes, this one has {key.Length}. Make one with `openssl rand -base64 32`.");
        var extracted = new byte[HMACSHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, key, "postern master key"u8, extracted);
        parent = HKDF.Expand(HashAlgorithmName.SHA256, extracted, Aead.KeySize, "at rest"u8.ToArray());
        id = HKDF.Expand(HashAlgorithmName.SHA256, extracted, IdSize, "id"u8.ToArray());
        CryptographicOperations.ZeroMemory(extracted);
    }

    /// <summary>Eight hex digits that tell keys apart and reveal nothing of them.</summary>
    public string Id => Convert.ToHexStringLower(id);

    /// <summary>The id of the key that sealed a value.</summary>
    public static string IdOf(ReadOnlySpan<byte> value) => value.Length >= IdSize ? Convert.ToHexStringLower(value[..IdSize]) : "unknown";

    /// <param name="purpose">What is sealed; it opens for the same purpose alone.</param>
    /// <param name="associated">What the value belongs to: a row that carries another's value does not open.</param>
    public byte[] Seal(AtRestPurpose purpose, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated)
    {
        var result = new byte[plain.Length + Overhead];
        var nonce = result.AsSpan(IdSize, Aead.NonceSize);
        var cipher = result.AsSpan(IdSize + Aead.NonceSize, plain.Length);
        id.CopyTo(result.AsSpan());
        RandomNumberGenerator.Fill(nonce);
        Aead.Encrypt(parent, (int)purpose, nonce, nonce[..Aead.InitializationVectorSize], associated, plain, cipher, result.AsSpan(^Aead.TagSize..));
        return result;
    }

    /// <summary>As the other form, with text (a kid, an id) as associated data.</summary>
    public byte[] Seal(AtRestPurpose purpose, ReadOnlySpan<byte> plain, string associated) => Seal(purpose, plain, Encoding.UTF8.GetBytes(associated));

    /// <exception cref="CryptographicException">The value was sealed under another key, for another purpose or owner, or was changed.</exception>
    public byte[] Open(AtRestPurpose purpose, ReadOnlySpan<byte> value, ReadOnlySpan<byte> associated)
    {
        if (value.Length < Overhead)
            throw new CryptographicException($"A sealed value ({purpose}) is too short: the row is damaged.");
        if (!value[..IdSize].SequenceEqual(id))
        {
            throw new MasterKeyException(
                $"A stored value ({purpose}) is sealed under master key {Convert.ToHexStringLower(value[..IdSize])}, and this server runs with {Id}. "
                + "Start it with the master key that the database was made with (--master-key).");
        }
        var plain = new byte[value.Length - Overhead];
        var nonce = value.Slice(IdSize, Aead.NonceSize);
        var cipher = value.Slice(IdSize + Aead.NonceSize, plain.Length);
        return Aead.TryDecrypt(parent, (int)purpose, nonce, nonce[..Aead.InitializationVectorSize], associated, cipher, value[^Aead.TagSize..], plain)
            ? plain
            : throw new CryptographicException($"A stored value ({purpose}) does not open: it was changed, or stands in another's row.");
    }

    /// <summary>As the other form, with text (a kid, an id) as associated data.</summary>
    public byte[] Open(AtRestPurpose purpose, ReadOnlySpan<byte> value, string associated) => Open(purpose, value, Encoding.UTF8.GetBytes(associated));

    /// <summary>Refuses a key that is not the one of the database. To be called at start, before anything else is written.</summary>
    /// <exception cref="MasterKeyException">The database was made with another master key.</exception>
    public async ValueTask Check(IInstallationStore installation, CancellationToken stop)
    {
        var stored = await installation.Get(CheckName, stop)
            ?? await installation.GetOrSet(CheckName, Seal(AtRestPurpose.Check, "postern"u8, default(ReadOnlySpan<byte>)), stop);
        try
        {
            Open(AtRestPurpose.Check, stored, default(ReadOnlySpan<byte>));
        }
        catch (CryptographicException e)
        {
            throw new MasterKeyException(
                $"This database was made with another master key ({IdOf(stored)}) than the one given ({Id}). Nothing was changed. "
                + "Start with the original key (--master-key file:PATH, command:LINE or VALUE), or choose another database.", e);
        }
    }
}
