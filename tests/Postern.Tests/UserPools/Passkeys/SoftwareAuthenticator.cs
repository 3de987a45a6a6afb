using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Asn1;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Postern.Tests.UserPools.Passkeys;

/// <summary>How a credential is vouched for.</summary>
internal enum Voucher
{
    None,
    Self,
    Certificate,
}

/// <summary>One ceremony before it is signed: a test changes what it wants to be wrong.</summary>
internal sealed class Ceremony
{
    public required string Type { get; set; }
    public required string Challenge { get; set; }
    public required string Origin { get; set; }
    public required string RelyingPartyId { get; set; }
    public bool IsEmbedded { get; set; }
    public byte Flags { get; set; } = 0x05;
    public uint Counter { get; set; }
    public string Format { get; set; } = "none";
    public Guid Model { get; set; }
    public byte[] Key { get; set; } = [];
    public byte[]? UserHandle { get; set; }
    public string Subject { get; set; } = "C=SE, O=Postern, OU=Authenticator Attestation, CN=Test";
    public bool IsAuthority { get; set; }
    public int? StatementAlgorithm { get; set; }
    public Guid? ModelOfCertificate { get; set; }
    public byte[] Extensions { get; set; } = [];

    /// <summary>Applied to what was signed, afterwards.</summary>
    public Func<byte[], byte[]> AfterSigning { get; set; } = static bytes => bytes;
}

/// <summary>An authenticator and its browser: one passkey, made and used by the options of a server.</summary>
internal sealed class SoftwareAuthenticator : IDisposable
{
    public const int Es256 = -7;
    public const int Rs256 = -257;
    public const int EdDsa = -8;

    private readonly AsymmetricAlgorithm? key;
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);

    public SoftwareAuthenticator(int algorithm = Es256)
    {
        Algorithm = algorithm;
        key = algorithm switch { Es256 => ECDsa.Create(ECCurve.NamedCurves.nistP256), Rs256 => RSA.Create(2048), _ => null };
    }

    public int Algorithm { get; }

    public byte[] Id { get; init; } = RandomNumberGenerator.GetBytes(32);

    public string IdText => Base64Url.EncodeToString(Id);

    public uint Counter { get; set; } = 1;

    /// <summary>User present and verified, unless a test says otherwise.</summary>
    public byte Flags { get; set; } = 0x05;

    public byte[]? UserHandle { get; private set; }

    /// <summary>navigator.credentials.create, as JSON.</summary>
    public JsonObject Register(JsonNode options, string origin, Voucher voucher = Voucher.None, Action<Ceremony>? change = null)
    {
        var ceremony = new Ceremony
        {
            Type = "webauthn.create",
            Challenge = (string)options["challenge"]!,
            Origin = origin,
            RelyingPartyId = (string)options["rp"]!["id"]!,
            Flags = (byte)(Flags | 0x40),
            Counter = Counter,
            Format = voucher is Voucher.None ? "none" : "packed",
            Key = PublicKey(),
        };
        UserHandle = Base64Url.DecodeFromChars((string)options["user"]!["id"]!);
        change?.Invoke(ceremony);
        var client = ClientData(ceremony);
        var data = AuthenticatorData(ceremony, withCredential: true);
        return new()
        {
            ["id"] = IdText,
            ["rawId"] = IdText,
            ["type"] = "public-key",
            ["clientExtensionResults"] = new JsonObject(),
            ["authenticatorAttachment"] = "platform",
            ["response"] = new JsonObject
            {
                ["clientDataJSON"] = Base64Url.EncodeToString(client),
                ["attestationObject"] = Base64Url.EncodeToString(Attestation(ceremony, voucher, data, client)),
                ["transports"] = new JsonArray("internal", "hybrid"),
                ["publicKeyAlgorithm"] = Algorithm,
                ["authenticatorData"] = Base64Url.EncodeToString(data),
            },
        };
    }

    /// <summary>navigator.credentials.get, as JSON; the counter grows.</summary>
    public JsonObject Use(JsonNode options, string origin, Action<Ceremony>? change = null)
    {
        var ceremony = new Ceremony
        {
            Type = "webauthn.get",
            Challenge = (string)options["challenge"]!,
            Origin = origin,
            RelyingPartyId = (string)options["rpId"]!,
            Flags = Flags,
            Counter = Counter == 0 ? 0 : ++Counter,
            UserHandle = UserHandle,
        };
        change?.Invoke(ceremony);
        var client = ClientData(ceremony);
        var data = AuthenticatorData(ceremony, withCredential: false);
        var signature = ceremony.AfterSigning(Sign([.. data, .. SHA256.HashData(client)]));
        var response = new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(signature),
        };
        if (ceremony.UserHandle is not null)
            response["userHandle"] = Base64Url.EncodeToString(ceremony.UserHandle);
        return new()
        {
            ["id"] = IdText,
            ["rawId"] = IdText,
            ["type"] = "public-key",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = response,
        };
    }

    public byte[] Sign(byte[] data)
    {
        switch (key)
        {
            case ECDsa curve:
                return curve.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            case RSA rsa:
                return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            default:
                var signature = new byte[Ed25519.SignatureSize];
                Ed25519.Sign(secret, 0, data, 0, data.Length, signature, 0);
                return signature;
        }
    }

    /// <summary>The public key as a COSE_Key.</summary>
    public byte[] PublicKey()
    {
        switch (key)
        {
            case ECDsa curve:
                var point = curve.ExportParameters(false).Q;
                return Map((1, 2), (3, Es256), (-1, 1), (-2, point.X!), (-3, point.Y!));
            case RSA rsa:
                var numbers = rsa.ExportParameters(false);
                return Map((1, 3), (3, Rs256), (-1, numbers.Modulus!), (-2, numbers.Exponent!));
            default:
                var bytes = new byte[Ed25519.PublicKeySize];
                Ed25519.GeneratePublicKey(secret, 0, bytes, 0);
                return Map((1, 1), (3, EdDsa), (-1, 6), (-2, bytes));
        }
    }

    public static byte[] Map(params (int Label, object Value)[] members)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(members.Length);
        foreach (var (label, value) in members)
        {
            writer.WriteInt32(label);
            if (value is int number)
                writer.WriteInt32(number);
            else
                writer.WriteByteString((byte[])value);
        }
        writer.WriteEndMap();
        return writer.Encode();
    }

    public void Dispose() => key?.Dispose();

    private static byte[] ClientData(Ceremony ceremony) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = ceremony.Type,
        ["challenge"] = ceremony.Challenge,
        ["origin"] = ceremony.Origin,
        ["crossOrigin"] = ceremony.IsEmbedded,
    }.ToJsonString());

    private byte[] AuthenticatorData(Ceremony ceremony, bool withCredential)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(ceremony.RelyingPartyId), data);
        data[32] = (byte)(ceremony.Flags | (ceremony.Extensions.Length > 0 ? 0x80 : 0));
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), ceremony.Counter);
        if (!withCredential)
            return [.. data, .. ceremony.Extensions];
        var head = new byte[18];
        ceremony.Model.TryWriteBytes(head, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), (ushort)Id.Length);
        return [.. data, .. head, .. Id, .. ceremony.Key, .. ceremony.Extensions];
    }

    private byte[] Attestation(Ceremony ceremony, Voucher voucher, byte[] data, byte[] client)
    {
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString(ceremony.Format);
        writer.WriteTextString("attStmt");
        switch (voucher)
        {
            case Voucher.None:
                writer.WriteStartMap(0);
                break;
            case Voucher.Self:
                writer.WriteStartMap(2);
                writer.WriteTextString("alg");
                writer.WriteInt32(ceremony.StatementAlgorithm ?? Algorithm);
                writer.WriteTextString("sig");
                writer.WriteByteString(ceremony.AfterSigning(Sign(signed)));
                break;
            default:
                using (var maker = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    writer.WriteStartMap(3);
                    writer.WriteTextString("alg");
                    writer.WriteInt32(ceremony.StatementAlgorithm ?? Es256);
                    writer.WriteTextString("sig");
                    writer.WriteByteString(ceremony.AfterSigning(maker.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
                    writer.WriteTextString("x5c");
                    writer.WriteStartArray(1);
                    writer.WriteByteString(Certificate(ceremony, maker));
                    writer.WriteEndArray();
                }
                break;
        }
        writer.WriteEndMap();
        writer.WriteTextString("authData");
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static byte[] Certificate(Ceremony ceremony, ECDsa maker)
    {
        var request = new CertificateRequest(ceremony.Subject, maker, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(ceremony.IsAuthority, false, 0, critical: true));
        if (ceremony.ModelOfCertificate is { } model)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            writer.WriteOctetString(model.ToByteArray(bigEndian: true));
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.45724.1.1.4", writer.Encode(), critical: false));
        }
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        return certificate.RawData;
    }
}
