using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Cryptography;

/// <summary>Seals state into blobs that clients carry: encrypted, authenticated, readable by any node of the installation.
/// It knows no time: what expires says so in its content.</summary>
/// <remarks>A blob is ring key id (4 bytes) | nonce (24) | ciphertext | tag (16): 44 bytes longer than its content.</remarks>
public sealed class Sealer(KeyRing ring)
{
    /// <summary>How much longer a blob is than its content.</summary>
    public const int Overhead = KeyPartSize + Aead.TagSize;

    internal const int KeyPartSize = 4 + Aead.NonceSize;

    // Each blob has a key of its own, so its initialization vector need not differ.
    private static ReadOnlySpan<byte> FixedVector => "postern-blob"u8;

    /// <summary>The usual binding: a pool and, where there are, more names (the client, the user). Names can't run into each other.</summary>
    public static byte[] Binding(long pool, params ReadOnlySpan<string> names)
    {
        var length = 8;
        foreach (var name in names)
            length += 4 + Encoding.UTF8.GetByteCount(name);
        var binding = new byte[length];
        BinaryPrimitives.WriteInt64BigEndian(binding, pool);
        var at = 8;
        foreach (var name in names)
        {
            var size = Encoding.UTF8.GetBytes(name, binding.AsSpan(at + 4));
            BinaryPrimitives.WriteInt32BigEndian(binding.AsSpan(at), size);
            at += 4 + size;
        }
        return binding;
    }

    /// <param name="binding">What the blob belongs to (see <see cref="Binding"/>): it opens with the same binding alone.</param>
    public byte[] Seal(SealPurpose purpose, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> plain)
    {
        var blob = new byte[plain.Length + Overhead];
        var key = StartKeyPart(blob);
        Aead.Encrypt(
            key, (int)purpose, blob.AsSpan(4, Aead.NonceSize), FixedVector, binding, plain,
            blob.AsSpan(KeyPartSize, plain.Length), blob.AsSpan(^Aead.TagSize..));
        return blob;
    }

    /// <summary>The content; null where the blob is of another purpose, binding or installation, or was changed. Completes at once unless
    /// another node made the key meanwhile.</summary>
    public ValueTask<byte[]?> Open(SealPurpose purpose, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> blob, CancellationToken stop)
    {
        if (blob.Length < Overhead)
            return new((byte[]?)null);
        var id = BinaryPrimitives.ReadInt32BigEndian(blob);
        return ring.Find(id) is { } key
            ? new(Open(key, purpose, binding, blob))
            : OpenLater(id, purpose, binding.ToArray(), blob.ToArray(), stop);
    }

    /// <summary>As <see cref="Seal"/>, in base64url.</summary>
    public string SealText(SealPurpose purpose, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> plain) =>
        Base64Url.EncodeToString(Seal(purpose, binding, plain));

    /// <summary>As <see cref="Open(SealPurpose, ReadOnlySpan{byte}, ReadOnlySpan{byte}, CancellationToken)"/>, of base64url.</summary>
    public ValueTask<byte[]?> OpenText(SealPurpose purpose, ReadOnlySpan<byte> binding, ReadOnlySpan<char> text, CancellationToken stop)
    {
        if (text.Length > CompactText.LongestText)
            return new((byte[]?)null);
        var buffer = ArrayPool<byte>.Shared.Rent(Base64Url.GetMaxDecodedLength(text.Length));
        try
        {
            return CompactText.TryDecode(text, buffer, out var length)
                ? Open(purpose, binding, buffer.AsSpan(0, length), stop)
                : new((byte[]?)null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes the id of the current ring key and a new nonce; answers the key.</summary>
    internal byte[] StartKeyPart(Span<byte> target)
    {
        var (id, key) = ring.Current;
        BinaryPrimitives.WriteInt32BigEndian(target, id);
        RandomNumberGenerator.Fill(target.Slice(4, Aead.NonceSize));
        return key;
    }

    internal KeyRing Ring => ring;

    private static byte[]? Open(byte[] key, SealPurpose purpose, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> blob)
    {
        var plain = new byte[blob.Length - Overhead];
        var nonce = blob.Slice(4, Aead.NonceSize);
        return Aead.TryDecrypt(key, (int)purpose, nonce, FixedVector, binding, blob[KeyPartSize..^Aead.TagSize], blob[^Aead.TagSize..], plain) ? plain : null;
    }

    private async ValueTask<byte[]?> OpenLater(int id, SealPurpose purpose, byte[] binding, byte[] blob, CancellationToken stop) =>
        await ring.FindInStore(id, stop) is { } key ? Open(key, purpose, binding, blob) : null;
}
