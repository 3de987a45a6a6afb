using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Postern.Cryptography;

/// <summary>Makes signed tokens (RS256) in compact form.</summary>
public static class Jwt
{
    private static readonly int signaturePart = Base64Url.GetEncodedLength(SigningKey.SignatureSize);

    /// <param name="payload">The claims: a JSON object in UTF-8.</param>
    public static string Sign(SigningKey key, ReadOnlySpan<byte> payload) => Sign(key, key.EncodedHeader.Span, payload);

    /// <summary>A token that says of which type it is (RFC 8725, §3.11), so that it is taken for no other.</summary>
    /// <param name="type">The header's <c>typ</c>: JSON takes it as it is.</param>
    public static string Sign(SigningKey key, string type, ReadOnlySpan<byte> payload) => Sign(key, key.HeaderOf(type), payload);

    private static string Sign(SigningKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var length = header.Length + 1 + Base64Url.GetEncodedLength(payload.Length) + 1 + signaturePart;
        var token = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            header.CopyTo(token);
            var at = header.Length;
            token[at++] = (byte)'.';
            at += Base64Url.EncodeToUtf8(payload, token.AsSpan(at));
            Span<byte> signature = stackalloc byte[SigningKey.SignatureSize];
            key.Sign(token.AsSpan(0, at), signature);
            token[at++] = (byte)'.';
            at += Base64Url.EncodeToUtf8(signature, token.AsSpan(at));
            return Encoding.ASCII.GetString(token, 0, at);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(token);
        }
    }
}
