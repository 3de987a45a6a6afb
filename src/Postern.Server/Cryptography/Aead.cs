using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>AES-256-GCM under a key of its own for each blob: HKDF-Expand (RFC 5869) over a purpose and a random nonce of 24 bytes,
/// so that the count of blobs under one parent key has no bound to watch.</summary>
internal static class Aead
{
    public const int KeySize = 32;
    public const int NonceSize = 24;
    public const int InitializationVectorSize = 12;
    public const int TagSize = 16;

    /// <param name="parent">A uniformly random key, or one that HKDF made: the extract step adds nothing to it.</param>
    /// <param name="initializationVector">12 bytes; may be constant, since the key is used once.</param>
    public static void Encrypt(
        ReadOnlySpan<byte> parent, int purpose, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> initializationVector,
        ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag)
    {
        Span<byte> key = stackalloc byte[KeySize];
        Derive(parent, purpose, nonce, key);
        using var aes = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
        aes.Encrypt(initializationVector, plain, cipher, tag, associated);
    }

    /// <returns>False where anything was changed; <paramref name="plain"/> is then cleared.</returns>
    public static bool TryDecrypt(
        ReadOnlySpan<byte> parent, int purpose, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> initializationVector,
        ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        Span<byte> key = stackalloc byte[KeySize];
        Derive(parent, purpose, nonce, key);
        using var aes = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
        try
        {
            aes.Decrypt(initializationVector, cipher, tag, plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static void Derive(ReadOnlySpan<byte> parent, int purpose, ReadOnlySpan<byte> nonce, Span<byte> key)
    {
        Span<byte> info = stackalloc byte[4 + NonceSize + 1];
        BinaryPrimitives.WriteInt32BigEndian(info, purpose);
        nonce.CopyTo(info[4..]);
        info[^1] = 1;   // HKDF-Expand's block counter: one block is all that is needed
        HMACSHA256.HashData(parent, info, key);
    }
}
