using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>One RSA-2048 key of a pool, decoded and ready; safe to use from many threads.</summary>
public sealed class SigningKey
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = 256;

    private const int Bits = 2048;

    private readonly RSA rsa;

    private SigningKey(string kid, RSA rsa, byte[] modulus, byte[] exponent, DateTimeOffset created)
    {
        this.rsa = rsa;
        Kid = kid;
        Created = created;
        Modulus = modulus;
        Exponent = exponent;
        // Exactly these members in this order, and no typ; a kid is base64, which JSON takes as it is.
        EncodedHeader = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"kid":"{{kid}}","alg":"RS256"}""")));
    }

    /// <summary>Standard base64 of 32 random bytes: 44 characters, which may hold <c>/</c> and <c>+</c>.</summary>
    public string Kid { get; }

    public DateTimeOffset Created { get; }

    /// <summary>Big-endian, 256 bytes.</summary>
    public ReadOnlyMemory<byte> Modulus { get; }

    /// <summary>Big-endian; 65537.</summary>
    public ReadOnlyMemory<byte> Exponent { get; }

    /// <summary>The token header of this key, in base64url as UTF-8.</summary>
    public ReadOnlyMemory<byte> EncodedHeader { get; }

    /// <summary>The header of a token of a type (<c>typ</c>), in base64url as UTF-8.</summary>
    public byte[] HeaderOf(string type) =>
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"kid":"{{Kid}}","alg":"RS256","typ":"{{type}}"}""")));

    /// <summary>RS256: RSASSA-PKCS1-v1_5 over SHA-256.</summary>
    /// <param name="signature">At least <see cref="SignatureSize"/> bytes; the signature fills the first ones.</param>
    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        if (!rsa.TrySignData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, out _))
            throw new ArgumentException($"A signature takes {SignatureSize} bytes.", nameof(signature));
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>A new pair of RSA-2048: 0.2 s of calculation.</summary>
    public static RSA NewPair() => RSA.Create(Bits);

    /// <summary>A new key, sealed under its kid.</summary>
    /// <param name="newPair">What makes its pair; null: <see cref="NewPair"/>.</param>
    internal static StoredKey Generate(MasterKey masterKey, DateTimeOffset now, Func<RSA>? newPair = null)
    {
        using var rsa = newPair is null ? NewPair() : newPair();
        var secret = rsa.ExportRSAPrivateKey();
        var kid = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var stored = new StoredKey(kid, masterKey.Seal(SealedAs.SigningKey(kid), secret), now);
        CryptographicOperations.ZeroMemory(secret);
        return stored;
    }

    /// <exception cref="CryptographicException">The key does not open under this master key or its own kid.</exception>
    internal static SigningKey Open(MasterKey masterKey, StoredKey stored)
    {
        var secret = masterKey.Open(SealedAs.SigningKey(stored.Kid), stored.Sealed.Span);
        var rsa = RSA.Create();
        rsa.ImportRSAPrivateKey(secret, out _);
        var (modulus, exponent) = ReadPublic(secret);
        CryptographicOperations.ZeroMemory(secret);
        return new(stored.Kid, rsa, modulus, exponent, stored.Created);
    }

    /// <summary>Modulus and exponent as an RSAPrivateKey begins with them (RFC 8017 §A.1.2): exporting them costs a quarter of a millisecond.</summary>
    private static (byte[] Modulus, byte[] Exponent) ReadPublic(byte[] key)
    {
        var sequence = new AsnReader(key, AsnEncodingRules.DER).ReadSequence();
        sequence.ReadInteger();   // the version
        return (Positive(sequence), Positive(sequence));

        static byte[] Positive(AsnReader reader) => reader.ReadIntegerBytes().Span.TrimStart((byte)0).ToArray();
    }
}
