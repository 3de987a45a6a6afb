using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Tests.Cryptography;

/// <summary>A client's half of Cognito's SRP, written from the sheet with hex text and big integers only, as the public clients are.</summary>
internal sealed class SrpClient
{
    private static readonly BigInteger n = Parse(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        + "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        + "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
        + "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
        + "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
        + "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
        + "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
        + "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF");

    private static readonly BigInteger k = Parse("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");

    private readonly BigInteger secret;
    private readonly BigInteger publicValue;

    public SrpClient(BigInteger secret)
    {
        this.secret = secret;
        publicValue = BigInteger.ModPow(2, secret, n);
    }

    public static BigInteger Modulus => n;

    public static BigInteger Multiplier => k;

    public string SrpA => Minimal(publicValue);

    public byte[] Claim(string poolName, string userId, string password, string saltHex, string srpBHex, byte[] secretBlock, string timestamp)
    {
        var b = Parse(srpBHex);
        var u = Parse(Convert.ToHexString(SHA256.HashData(Convert.FromHexString(PadHex(Minimal(publicValue)) + PadHex(Minimal(b))))));
        var x = PrivateKey(poolName, userId, password, saltHex);
        var s = BigInteger.ModPow(((b - k * BigInteger.ModPow(2, x, n)) % n + n) % n, secret + u * x, n);
        var prk = HMACSHA256.HashData(Convert.FromHexString(PadHex(Minimal(u))), Convert.FromHexString(PadHex(Minimal(s))));
        var key = HMACSHA256.HashData(prk, (byte[])[.. "Caldera Derived Key"u8, 1])[..16];
        return HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes(poolName), .. Encoding.UTF8.GetBytes(userId), .. secretBlock, .. Encoding.UTF8.GetBytes(timestamp)]);
    }

    private static BigInteger PrivateKey(string poolName, string userId, string password, string saltHex)
    {
        var inner = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{poolName}{userId}:{password}")));
        return Parse(Convert.ToHexString(SHA256.HashData(Convert.FromHexString(PadHex(saltHex) + inner))));
    }

    public static BigInteger Parse(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static string Minimal(BigInteger number) => number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0') is { Length: > 0 } text ? text : "0";

    /// <summary>The verifier that a device's client makes of its password.</summary>
    public static BigInteger Verifier(string groupKey, string deviceKey, string password, string saltHex) =>
        BigInteger.ModPow(2, PrivateKey(groupKey, deviceKey, password, saltHex), n);

    /// <summary>A number's hex text of even length, whose first bit is 0.</summary>
    public static string PadHex(string hex) => hex.Length % 2 == 1 ? "0" + hex : "89abcdefABCDEF".Contains(hex[0], StringComparison.Ordinal) ? "00" + hex : hex;
}
