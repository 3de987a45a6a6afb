using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Cryptography;

/// <summary>Seals refresh tokens in the form of Cognito's: a compact JWE of five parts under the header
/// <c>{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}</c>. Where RSA's wrapped key would stand, ring key id and nonce stand.</summary>
/// <remarks>Authenticated are the first three parts, as text, and the binding. A client sees an opaque text; nothing decodes it but this.</remarks>
public sealed class RefreshTokenSealer(Sealer sealer)
{
    private static readonly string header = Base64Url.EncodeToString("""{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"""u8);
    private static readonly int keyPart = Base64Url.GetEncodedLength(Sealer.KeyPartSize);
    private static readonly int vectorPart = Base64Url.GetEncodedLength(Aead.InitializationVectorSize);
    private static readonly int tagPart = Base64Url.GetEncodedLength(Aead.TagSize);

    // header.key.vector. : everything that stands before the ciphertext
    private static readonly int prefix = header.Length + 1 + keyPart + 1 + vectorPart + 1;

    /// <summary>The token; about 4/3 of the content and 200 characters.</summary>
    public string Seal(ReadOnlySpan<byte> binding, ReadOnlySpan<byte> plain)
    {
        var cipherPart = Base64Url.GetEncodedLength(plain.Length);
        var total = prefix + cipherPart + 1 + tagPart;
        var text = ArrayPool<byte>.Shared.Rent(total + prefix + binding.Length + plain.Length);
        try
        {
            Span<byte> start = stackalloc byte[Sealer.KeyPartSize];
            var key = sealer.StartKeyPart(start);
            Span<byte> vector = stackalloc byte[Aead.InitializationVectorSize];
            RandomNumberGenerator.Fill(vector);

            var at = Encoding.ASCII.GetBytes(header, text);
            text[at++] = (byte)'.';
            at += Base64Url.EncodeToUtf8(start, text.AsSpan(at));
            text[at++] = (byte)'.';
            at += Base64Url.EncodeToUtf8(vector, text.AsSpan(at));
            text[at++] = (byte)'.';

            var associated = text.AsSpan(total, prefix + binding.Length);
            text.AsSpan(0, prefix).CopyTo(associated);
            binding.CopyTo(associated[prefix..]);
            var cipher = text.AsSpan(total + associated.Length, plain.Length);
            Span<byte> tag = stackalloc byte[Aead.TagSize];
            Aead.Encrypt(key, (int)SealPurpose.RefreshToken, start[4..], vector, associated, plain, cipher, tag);
            at += Base64Url.EncodeToUtf8(cipher, text.AsSpan(at));
            text[at++] = (byte)'.';
            at += Base64Url.EncodeToUtf8(tag, text.AsSpan(at));
            return Encoding.ASCII.GetString(text, 0, at);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <summary>The content; null where the token is of another binding or installation, was changed, or is none.</summary>
    public ValueTask<byte[]?> Open(ReadOnlySpan<byte> binding, string token, CancellationToken stop)
    {
        Span<byte> start = stackalloc byte[Sealer.KeyPartSize];
        if (!TryStart(token, start))
            return new((byte[]?)null);
        var id = BinaryPrimitives.ReadInt32BigEndian(start);
        return sealer.Ring.Find(id) is { } key
            ? new(Open(key, binding, token))
            : OpenLater(id, binding.ToArray(), token, stop);
    }

    /// <summary>Whether a text has the form of a token under a ring key that is known here; of what is inside it says nothing.</summary>
    public bool HasForm(string token)
    {
        Span<byte> start = stackalloc byte[Sealer.KeyPartSize];
        return TryStart(token, start) && sealer.Ring.Find(BinaryPrimitives.ReadInt32BigEndian(start)) is not null;
    }

    private async ValueTask<byte[]?> OpenLater(int id, byte[] binding, string token, CancellationToken stop) =>
        await sealer.Ring.FindInStore(id, stop) is { } key ? Open(key, binding, token) : null;

    private static bool TryStart(ReadOnlySpan<char> token, Span<byte> start) =>
        token.Length >= prefix + 1 + tagPart && token.Length <= CompactText.LongestText
        && token.StartsWith(header) && token[header.Length] == '.' && token[header.Length + 1 + keyPart] == '.'
        && token[prefix - 1] == '.' && token[^(tagPart + 1)] == '.'
        && CompactText.TryDecode(token.Slice(header.Length + 1, keyPart), start, out _);

    private static byte[]? Open(byte[] key, ReadOnlySpan<byte> binding, ReadOnlySpan<char> token)
    {
        Span<byte> start = stackalloc byte[Sealer.KeyPartSize];
        Span<byte> vector = stackalloc byte[Aead.InitializationVectorSize];
        Span<byte> tag = stackalloc byte[Aead.TagSize];
        var cipherText = token[prefix..^(tagPart + 1)];
        var buffer = ArrayPool<byte>.Shared.Rent(prefix + binding.Length + cipherText.Length);
        try
        {
            var associated = buffer.AsSpan(0, prefix + binding.Length);
            var cipher = buffer.AsSpan(associated.Length);
            if (!CompactText.TryDecode(token.Slice(header.Length + 1, keyPart), start, out _)
                || !CompactText.TryDecode(token.Slice(prefix - 1 - vectorPart, vectorPart), vector, out _)
                || !CompactText.TryDecode(token[^tagPart..], tag, out _)
                || !CompactText.TryDecode(cipherText, cipher, out var length))
                return null;
            Encoding.ASCII.GetBytes(token[..prefix], associated);
            binding.CopyTo(associated[prefix..]);
            var plain = new byte[length];
            return Aead.TryDecrypt(key, (int)SealPurpose.RefreshToken, start[4..], vector, associated, cipher[..length], tag, plain) ? plain : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
