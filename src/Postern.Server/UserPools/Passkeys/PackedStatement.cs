using System.Formats.Asn1;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Postern.Contract.UserPools;
using Postern.Cryptography;

namespace Postern.UserPools.Passkeys;

/// <summary>The <c>packed</c> statement (WebAuthn §8.2): a signature by the credential's own key, or by the key of a certificate.</summary>
/// <remarks>Postern asks for no attestation, and keeps no list of makers: a certificate must be as the specification wants it and its
/// signature right; whom it leads to is not looked up.</remarks>
internal sealed record PackedStatement(int Algorithm, byte[] Signature, IReadOnlyList<byte[]>? Certificates)
{
    private const int MostCertificates = 8;
    private const string AuthenticatorModel = "1.3.6.1.4.1.45724.1.1.4";

    /// <returns>Null where the statement is none.</returns>
    public static PackedStatement? Read(ReadOnlyMemory<byte> cbor)
    {
        try
        {
            var reader = new CborReader(cbor, CborConformanceMode.Strict);
            long? algorithm = null;
            byte[]? signature = null;
            List<byte[]>? certificates = null;
            var count = reader.ReadStartMap();
            for (var i = 0; i < count; i++)
            {
                switch (reader.ReadTextString())
                {
                    case "alg":
                        algorithm = reader.ReadInt64();
                        break;
                    case "sig":
                        signature = reader.ReadByteString();
                        break;
                    case "x5c" when reader.ReadStartArray() is > 0 and <= MostCertificates and { } length:
                        certificates = new(length);
                        for (var j = 0; j < length; j++)
                            certificates.Add(reader.ReadByteString());
                        reader.ReadEndArray();
                        break;
                    default:
                        return null;
                }
            }
            return algorithm is >= int.MinValue and <= int.MaxValue && signature is { Length: > 0 } ? new((int)algorithm, signature, certificates) : null;
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Checks the signature over the authenticator's data and the hash of the browser's.</summary>
    /// <returns>False where it is not right.</returns>
    /// <exception cref="WebAuthnCredentialNotSupportedException">The signature's algorithm or the certificate is of a kind that Postern does not take.</exception>
    public bool Holds(CoseKey own, AttestedCredential credential, ReadOnlySpan<byte> signed)
    {
        if (Certificates is null)
            return Algorithm == own.Algorithm && own.Verifies(signed, Signature);
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Certificates[0]);
            if (!IsForAttestation(certificate, credential.Authenticator) || CoseKey.Of(certificate, Algorithm) is not { } key)
                throw NotSupported();
            return key.Verifies(signed, Signature);
        }
        catch (CryptographicException)
        {
            throw NotSupported();
        }
    }

    private static WebAuthnCredentialNotSupportedException NotSupported() => new("The attestation of the passkey is not supported.");

    /// <summary>WebAuthn §8.2.1, "Certificate requirements for packed attestation statements".</summary>
    private static bool IsForAttestation(X509Certificate2 certificate, Guid authenticator)
    {
        if (certificate.Version != 3 || !IsSubject(certificate.SubjectName))
            return false;
        var isEnd = false;
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509BasicConstraintsExtension constraints)
                isEnd = !constraints.CertificateAuthority;
            else if (extension.Oid?.Value is AuthenticatorModel && (extension.Critical || !IsModel(extension.RawData, authenticator)))
                return false;
        }
        return isEnd;
    }

    private static bool IsSubject(X500DistinguishedName subject)
    {
        string? country = null, organization = null, unit = null, name = null;
        foreach (var part in subject.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements)
                return false;
            switch (part.GetSingleElementType().Value)
            {
                case "2.5.4.6":
                    country = part.GetSingleElementValue();
                    break;
                case "2.5.4.10":
                    organization = part.GetSingleElementValue();
                    break;
                case "2.5.4.11":
                    unit = part.GetSingleElementValue();
                    break;
                case "2.5.4.3":
                    name = part.GetSingleElementValue();
                    break;
                default:
                    break;
            }
        }
        return country is { Length: 2 } && organization is { Length: > 0 } && unit is "Authenticator Attestation" && name is { Length: > 0 };
    }

    private static bool IsModel(byte[] extension, Guid authenticator)
    {
        try
        {
            var bytes = AsnDecoder.ReadOctetString(extension, AsnEncodingRules.DER, out _);
            return bytes.Length == 16 && new Guid(bytes, bigEndian: true) == authenticator;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
