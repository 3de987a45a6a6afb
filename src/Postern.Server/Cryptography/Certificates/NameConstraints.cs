using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Postern.Cryptography.Certificates;

/// <summary>The extension that limits what an authority may vouch for (RFC 5280 §4.2.1.10): hosts with all below them, and addresses.</summary>
internal static class NameConstraints
{
    private const string Oid = "2.5.29.30";
    private static readonly Asn1Tag permitted = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag dnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag addressRange = new(TagClass.ContextSpecific, 7);

    /// <summary><c>localhost</c>, the loopback addresses (127.0.0.0/8 and ::1) and these names. A kind of name is unlimited unless one of it is
    /// permitted, so both kinds are always there.</summary>
    /// <param name="names">As <see cref="CertificateName.Normalize"/> gives them.</param>
    public static X509Extension Permit(IEnumerable<string> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(permitted))
        {
            Write(writer, CertificateName.Local);
            Write(writer, IPAddress.Loopback, prefix: 8);
            Write(writer, IPAddress.IPv6Loopback, prefix: 128);
            foreach (var name in names)
            {
                if (CertificateName.Address(name) is { } address)
                    Write(writer, address, prefix: address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128);
                else
                    Write(writer, name);
            }
        }
        return new(Oid, writer.Encode(), critical: true);
    }

    /// <summary>The names besides localhost that an authority of ours may vouch for; null where it is not limited by names at all.</summary>
    /// <exception cref="AsnContentException">The extension is malformed.</exception>
    public static IReadOnlyList<string>? Read(X509Certificate2 authority)
    {
        if (authority.Extensions[Oid] is not { } extension)
            return null;
        var names = new List<string>();
        var subtrees = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence().ReadSequence(permitted);
        while (subtrees.HasData)
        {
            var subtree = subtrees.ReadSequence();
            if (subtree.PeekTag().HasSameClassAndValue(dnsName))
                names.Add(subtree.ReadCharacterString(UniversalTagNumber.IA5String, dnsName));
            else if (subtree.ReadOctetString(addressRange) is { Length: 8 or 32 } range)
                names.Add(new IPAddress(range.AsSpan(..(range.Length / 2))).ToString());
        }
        return [.. names.Where(static name => name != CertificateName.Local && !(CertificateName.Address(name) is { } address && IsLoopbackRange(address)))];
    }

    private static bool IsLoopbackRange(IPAddress address) => address.Equals(IPAddress.IPv6Loopback) || address.Equals(new IPAddress([127, 0, 0, 0]));

    private static void Write(AsnWriter writer, string name)
    {
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.IA5String, name, dnsName);
    }

    private static void Write(AsnWriter writer, IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        var range = new byte[2 * bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var mask = (byte)(0xFF << (8 - Math.Clamp(prefix - 8 * i, 0, 8)));
            range[i] = (byte)(bytes[i] & mask);
            range[bytes.Length + i] = mask;
        }
        using (writer.PushSequence())
            writer.WriteOctetString(range, addressRange);
    }
}
