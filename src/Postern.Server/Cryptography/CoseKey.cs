using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Postern.Cryptography;

/// <summary>A public key as passkeys give it: a COSE_Key (RFC 9053) for ES256, RS256 or EdDSA.</summary>
/// <remarks>Ed25519 is not among .NET's algorithms; BouncyCastle comes with the mail library anyway.</remarks>
public sealed class CoseKey
{
    public const int Es256 = -7;
    public const int EdDsa = -8;
    public const int Rs256 = -257;

    private const int SmallestModulus = 256;
    private const int LargestModulus = 1024;
    private const int MostMembers = 16;

    private readonly ReadOnlyMemory<byte> first;
    private readonly ReadOnlyMemory<byte> second;

    private CoseKey(int algorithm, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        Algorithm = algorithm;
        this.first = first;
        this.second = second;
    }

    /// <summary>Its COSE number: <see cref="Es256"/>, <see cref="Rs256"/> or <see cref="EdDsa"/>.</summary>
    public int Algorithm { get; }

    /// <summary>Reads a key.</summary>
    /// <returns>The key; null where it is none of the three algorithms, or its numbers are none of such a key.</returns>
    public static CoseKey? Read(ReadOnlyMemory<byte> cbor)
    {
        try
        {
            return Read(new CborReader(cbor, CborConformanceMode.Strict));
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>The key of a certificate, for an algorithm; null where the certificate's is of another kind.</summary>
    public static CoseKey? Of(X509Certificate2 certificate, int algorithm)
    {
        switch (algorithm)
        {
            case Es256:
                using (var key = certificate.GetECDsaPublicKey())
                {
                    if (key is not { KeySize: 256 })
                        return null;
                    var point = key.ExportParameters(includePrivateParameters: false);
                    return point.Curve.Oid.Value is "1.2.840.10045.3.1.7" or null && point.Curve.IsNamed ? Checked(new(Es256, point.Q.X, point.Q.Y)) : null;
                }
            case Rs256:
                using (var key = certificate.GetRSAPublicKey())
                {
                    if (key is null)
                        return null;
                    var numbers = key.ExportParameters(includePrivateParameters: false);
                    return Checked(new(Rs256, numbers.Modulus, numbers.Exponent));
                }
            case EdDsa when certificate.PublicKey.Oid.Value is "1.3.101.112":
                return Checked(new(EdDsa, certificate.PublicKey.EncodedKeyValue.RawData, default));
            default:
                return null;
        }
    }

    /// <summary>Whether a signature of the data is by this key.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        switch (Algorithm)
        {
            case Es256:
                using (var key = Curve())
                    return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            case Rs256:
                using (var key = RSA.Create(new RSAParameters { Modulus = first.ToArray(), Exponent = second.ToArray() }))
                    return key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            default:
                return signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature.ToArray(), 0, first.ToArray(), 0, data.ToArray(), 0, data.Length);
        }
    }

    private static CoseKey? Read(CborReader reader)
    {
        long? type = null, algorithm = null, curve = null;
        byte[]? modulus = null, second = null, third = null;
        if (reader.ReadStartMap() is not { } count || count > MostMembers)
            return null;
        for (var i = 0; i < count; i++)
        {
            var label = reader.ReadInt64();
            switch (label)
            {
                case 1:
                    type = reader.ReadInt64();
                    break;
                case 3:
                    algorithm = reader.ReadInt64();
                    break;
                // Elliptic curves have the curve's number here, RSA its modulus.
                case -1 when reader.PeekState() is CborReaderState.ByteString:
                    modulus = reader.ReadByteString();
                    break;
                case -1:
                    curve = reader.ReadInt64();
                    break;
                case -2:
                    second = reader.ReadByteString();
                    break;
                case -3 when reader.PeekState() is CborReaderState.ByteString:
                    third = reader.ReadByteString();
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }
        reader.ReadEndMap();
        return (type, algorithm, curve) switch
        {
            (2, Es256, 1) => Checked(new(Es256, second, third)),
            (3, Rs256, null) => Checked(new(Rs256, modulus, second)),
            (1, EdDsa, 6) => Checked(new(EdDsa, second, default)),
            _ => null,
        };
    }

    private static CoseKey? Checked(CoseKey key)
    {
        try
        {
            return key.HasSoundNumbers() ? key : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private bool HasSoundNumbers()
    {
        switch (Algorithm)
        {
            case Es256 when first.Length == 32 && second.Length == 32:
                // Refuses a point that is not on the curve.
                using (Curve())
                    return true;
            case Rs256:
                var modulus = first.Span;
                return modulus.Length is >= SmallestModulus and <= LargestModulus && modulus[0] != 0 && (modulus[^1] & 1) == 1
                    && second.Length is >= 1 and <= 4 && second.Span[0] != 0 && (second.Span[^1] & 1) == 1 && !(second.Length == 1 && second.Span[0] == 1);
            case EdDsa:
                return first.Length == Ed25519.PublicKeySize && Ed25519.ValidatePublicKeyFull(first.ToArray(), 0);
            default:
                return false;
        }
    }

    private ECDsa Curve() => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new() { X = first.ToArray(), Y = second.ToArray() },
    });
}
