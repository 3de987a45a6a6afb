using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Postern.Cryptography;
using Postern.Tests.UserPools.Passkeys;

namespace Postern.Tests.Cryptography;

public class CoseKeyTests
{
    [Theory]
    [InlineData(SoftwareAuthenticator.Es256)]
    [InlineData(SoftwareAuthenticator.Rs256)]
    [InlineData(SoftwareAuthenticator.EdDsa)]
    public void A_key_verifies_what_its_owner_signed_and_nothing_else(int algorithm)
    {
        using var owner = new SoftwareAuthenticator(algorithm);
        using var other = new SoftwareAuthenticator(algorithm);
        var data = RandomNumberGenerator.GetBytes(100);
        var key = CoseKey.Read(owner.PublicKey())!;
        var signature = owner.Sign(data);
        Assert.Equal(algorithm, key.Algorithm);
        Assert.True(key.Verifies(data, signature));
        Assert.False(key.Verifies([.. data, 0], signature));
        Assert.False(key.Verifies(data, other.Sign(data)));
        Assert.False(key.Verifies(data, signature.AsSpan(..^1)));
        Assert.False(key.Verifies(data, [.. signature, 0]));
        Assert.False(key.Verifies(data, []));
        Assert.False(key.Verifies(data, new byte[signature.Length]));
        for (var at = 0; at < signature.Length; at++)
        {
            var changed = signature.ToArray();
            changed[at] ^= 1;
            Assert.False(key.Verifies(data, changed), $"byte {at}");
        }
    }

    [Fact]
    public void Ed25519_is_that_of_RFC_8032()
    {
        // §7.1, test 3.
        var x = Convert.FromHexString("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
        var signature = Convert.FromHexString(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
        var key = CoseKey.Read(SoftwareAuthenticator.Map((1, 1), (3, -8), (-1, 6), (-2, x)))!;
        Assert.True(key.Verifies([0xaf, 0x82], signature));
        Assert.False(key.Verifies([0xaf, 0x83], signature));
    }

    [Fact]
    public void What_is_no_key_of_the_three_kinds_is_none()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var weak = RSA.Create(1024);
        var point = curve.ExportParameters(false).Q;
        var far = larger.ExportParameters(false).Q;
        var n = rsa.ExportParameters(false).Modulus!;
        byte[] e = [1, 0, 1], zeros = new byte[32], off = [.. point.Y!];
        off[31] ^= 1;
        (string What, byte[] Cbor)[] bad =
        [
            ("a point off the curve", Ec(-7, 1, point.X!, off)),
            ("the point zero", Ec(-7, 1, zeros, zeros)),
            ("a short coordinate", Ec(-7, 1, point.X![..31], point.Y!)),
            ("a long coordinate", Ec(-7, 1, [0, .. point.X!], point.Y!)),
            ("another curve", Ec(-7, 2, far.X!, far.Y!)),
            ("ES384", Ec(-35, 2, far.X!, far.Y!)),
            ("another algorithm's number", Ec(-257, 1, point.X!, point.Y!)),
            ("no algorithm", SoftwareAuthenticator.Map((1, 2), (-1, 1), (-2, point.X!), (-3, point.Y!))),
            ("no coordinate", SoftwareAuthenticator.Map((1, 2), (3, -7), (-1, 1), (-2, point.X!))),
            ("1024 bits", Rsa(-257, weak.ExportParameters(false).Modulus!, e)),
            ("RS1", Rsa(-65535, n, e)),
            ("PS256", Rsa(-37, n, e)),
            ("the exponent 1", Rsa(-257, n, [1])),
            ("an even exponent", Rsa(-257, n, [1, 0, 0])),
            ("an even modulus", Rsa(-257, [.. n[..^1], (byte)(n[^1] & 0xfe)], e)),
            ("a modulus of megabytes", Rsa(-257, [1, .. new byte[1 << 20], 1], e)),
            ("no modulus", SoftwareAuthenticator.Map((1, 3), (3, -257), (-2, e))),
            ("Ed25519's zero", SoftwareAuthenticator.Map((1, 1), (3, -8), (-1, 6), (-2, zeros))),
            ("Ed25519, a point of small order", SoftwareAuthenticator.Map((1, 1), (3, -8), (-1, 6), (-2, (byte[])[1, .. zeros[1..]]))),
            ("Ed25519, too short", SoftwareAuthenticator.Map((1, 1), (3, -8), (-1, 6), (-2, zeros[1..]))),
            ("X25519", SoftwareAuthenticator.Map((1, 1), (3, -8), (-1, 4), (-2, point.X!))),
            ("a symmetric key", SoftwareAuthenticator.Map((1, 4), (3, 5), (-1, zeros))),
            ("nothing", []),
            ("an empty map", [0xa0]),
            ("a map without end", [0xbf, 0xff]),
            ("a text", [.. "\x64text"u8]),
            ("a member twice", [0xa2, 1, 2, 1, 2]),
        ];
        foreach (var (what, cbor) in bad)
            Assert.True(CoseKey.Read(cbor) is null, what);
    }

    [Fact]
    public void No_bytes_at_all_make_it_fail()
    {
        using var owner = new SoftwareAuthenticator();
        var good = owner.PublicKey();
        Gen.OneOf(
            Gen.Byte.Array[0, 100],
            Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, (at, value) => { var copy = good.ToArray(); copy[at] = value; return copy; })).Sample(bytes =>
        {
            CoseKey.Read(bytes)?.Verifies(Encoding.ASCII.GetBytes("data"), new byte[64]);
        }, iter: 2000);
    }

    private static byte[] Ec(int algorithm, int curve, byte[] x, byte[] y) => SoftwareAuthenticator.Map((1, 2), (3, algorithm), (-1, curve), (-2, x), (-3, y));

    private static byte[] Rsa(int algorithm, byte[] n, byte[] e) => SoftwareAuthenticator.Map((1, 3), (3, algorithm), (-1, n), (-2, e));
}
