using System.Security.Cryptography;
using System.Text;

namespace Postern.Cryptography;

/// <summary>The server's side of Cognito's SRP, for users and, with other names, for devices. Safe to use from many threads; one object a server.</summary>
/// <remarks>For a device, <c>poolName</c> is the device group key and <c>userId</c> the device key.
/// Verifying a password costs about 0.1 ms, an exchange about 1.2 ms: hold <see cref="SignInGate"/>.</remarks>
public sealed class Srp
{
    /// <summary>Bytes of a verifier: the number, big-endian, filled up with zeros.</summary>
    public const int VerifierSize = SrpGroup.Size;

    /// <summary>Bytes of a salt.</summary>
    public const int SaltSize = 16;

    private const int SessionKeySize = 16;

    private readonly SrpArithmetic arithmetic;

    public Srp()
        : this(SrpArithmetic.Create())
    {
    }

    internal Srp(SrpArithmetic arithmetic) => this.arithmetic = arithmetic;

    /// <summary>Makes the tables that would else be made at first use (0.1 s of calculation): for a thread that has time.</summary>
    public void Prepare() => arithmetic.Prepare();

    /// <summary>A random salt of one spelling only: its first byte is 0x10 to 0x7f, so clients that read it as a number and clients that
    /// pad its hex text hash the same bytes.</summary>
    public static byte[] NewSalt() => Salt(RandomNumberGenerator.GetBytes(SaltSize));

    /// <summary>The salt that a random or hashed text of at least 16 bytes gives: for names that do not exist, a keyed hash of the name.</summary>
    public static byte[] Salt(ReadOnlySpan<byte> source)
    {
        var salt = source[..SaltSize].ToArray();
        salt[0] = (byte)(0x10 + salt[0] % 0x70);
        return salt;
    }

    /// <summary>v = g^x mod N.</summary>
    /// <param name="poolName">The part of the pool's id after <c>_</c>.</param>
    /// <param name="userId">The stored user name.</param>
    /// <param name="salt">Of any length.</param>
    public byte[] Verifier(string poolName, string userId, string password, ReadOnlySpan<byte> salt)
    {
        var verifier = new byte[VerifierSize];
        Verifier(poolName, userId, password, salt, verifier);
        return verifier;
    }

    /// <summary>Whether a password gives this verifier. All passwords take the same time.</summary>
    public bool Check(ReadOnlySpan<byte> verifier, string poolName, string userId, string password, ReadOnlySpan<byte> salt)
    {
        Span<byte> computed = stackalloc byte[VerifierSize];
        Verifier(poolName, userId, password, salt, computed);
        var isRight = CryptographicOperations.FixedTimeEquals(computed, verifier);
        CryptographicOperations.ZeroMemory(computed);
        return isRight;
    }

    /// <summary>Reads a verifier that a client made (a device's): any number above 0 and below N, with or without zeros in front.</summary>
    public static bool TryReadVerifier(ReadOnlySpan<byte> value, out byte[] verifier)
    {
        verifier = [];
        value = value.TrimStart((byte)0);
        if (value.IsEmpty || value.Length > VerifierSize)
            return false;
        var padded = new byte[VerifierSize];
        value.CopyTo(padded.AsSpan(VerifierSize - value.Length));
        if (padded.AsSpan().SequenceCompareTo(SrpGroup.Modulus) >= 0)
            return false;
        verifier = padded;
        return true;
    }

    /// <summary>A verifier of no password, for names that do not exist: an exchange with it looks and costs as any other and always fails.</summary>
    /// <param name="secret">A keyed hash of the name.</param>
    public static byte[] FakeVerifier(ReadOnlySpan<byte> secret)
    {
        var verifier = new byte[VerifierSize];
        HKDF.Expand(HashAlgorithmName.SHA256, SHA256.HashData(secret), verifier, "postern fake verifier"u8);
        verifier[0] &= 0x7f;   // below N, whose first 64 bits are ones
        return verifier;
    }

    /// <summary>Begins an exchange; null where <c>SRP_A</c> is no hex number, longer than N, or a multiple of N.</summary>
    public SrpExchange? Begin(ReadOnlySpan<byte> verifier, ReadOnlySpan<char> srpAHex)
    {
        Span<byte> b = stackalloc byte[SrpExchange.SecretSize];
        RandomNumberGenerator.Fill(b);
        return Begin(verifier, srpAHex, b);
    }

    internal SrpExchange? Begin(ReadOnlySpan<byte> verifier, ReadOnlySpan<char> srpAHex, ReadOnlySpan<byte> b)
    {
        CheckVerifier(verifier);
        Span<byte> a = stackalloc byte[SrpGroup.Size];
        if (!TryReadPublicValue(srpAHex, a))
            return null;
        Span<byte> publicValue = stackalloc byte[SrpGroup.Size];
        arithmetic.PublicValue(verifier, b, publicValue);
        Span<byte> u = stackalloc byte[SHA256.HashSizeInBytes];
        HashPublicValues(a, publicValue, u);
        return SrpExchange.Of(b, u, a, publicValue);
    }

    /// <summary>Whether the client of an exchange knew the password (<c>PASSWORD_CLAIM_SIGNATURE</c>).</summary>
    /// <param name="state">Of <see cref="SrpExchange.State"/>.</param>
    /// <param name="secretBlock">The bytes of <c>SECRET_BLOCK</c>, decoded, as the client sent them.</param>
    /// <param name="timestamp"><c>TIMESTAMP</c> as the client sent it.</param>
    public bool Verify(
        ReadOnlySpan<byte> state, ReadOnlySpan<byte> verifier, string poolName, string userId,
        ReadOnlySpan<byte> secretBlock, string timestamp, ReadOnlySpan<byte> signature)
    {
        CheckVerifier(verifier);
        ArgumentOutOfRangeException.ThrowIfNotEqual(state.Length, SrpExchange.StateSize);
        var b = state[..SrpExchange.SecretSize];
        var u = state.Slice(SrpExchange.SecretSize, SHA256.HashSizeInBytes);
        var a = state[(SrpExchange.SecretSize + SHA256.HashSizeInBytes)..];
        Span<byte> shared = stackalloc byte[SrpGroup.Size];
        Span<byte> key = stackalloc byte[SessionKeySize];
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        arithmetic.SharedSecret(a, verifier, u, b, shared);
        DeriveKey(u, shared, key);
        Sign(key, poolName, userId, secretBlock, timestamp, expected);
        CryptographicOperations.ZeroMemory(shared);
        CryptographicOperations.ZeroMemory(key);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    private void Verifier(string poolName, string userId, string password, ReadOnlySpan<byte> salt, Span<byte> verifier)
    {
        Span<byte> x = stackalloc byte[SHA256.HashSizeInBytes];
        HashPassword(poolName, userId, password, salt, x);
        arithmetic.PowerOfGenerator(x, verifier);
        CryptographicOperations.ZeroMemory(x);
    }

    /// <summary>x = H(pad(salt) ‖ H(poolName ‖ userId ‖ ":" ‖ password)).</summary>
    internal static void HashPassword(string poolName, string userId, string password, ReadOnlySpan<byte> salt, Span<byte> x)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, poolName);
        Append(hash, userId);
        hash.AppendData(":"u8);
        Append(hash, password);
        Span<byte> inner = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(inner);

        Span<byte> zero = stackalloc byte[1];
        zero.Clear();
        salt = salt.TrimStart((byte)0);
        if (salt.IsEmpty || salt[0] >= 0x80)
            hash.AppendData(zero);
        hash.AppendData(salt);
        hash.AppendData(inner);
        hash.GetHashAndReset(x);
        CryptographicOperations.ZeroMemory(inner);
    }

    /// <summary>K: the first 16 bytes of HKDF-SHA256 with pad(u) as salt and pad(S) as key.</summary>
    internal static void DeriveKey(ReadOnlySpan<byte> u, ReadOnlySpan<byte> shared, Span<byte> key)
    {
        Span<byte> input = stackalloc byte[1 + SrpGroup.Size];
        Span<byte> salt = stackalloc byte[1 + SHA256.HashSizeInBytes];
        Span<byte> extracted = stackalloc byte[HMACSHA256.HashSizeInBytes];
        salt[0] = 0;
        u.CopyTo(salt[1..]);
        input[0] = 0;
        shared.CopyTo(input[1..]);
        HMACSHA256.HashData(Padded(salt), Padded(input), extracted);
        HKDF.Expand(HashAlgorithmName.SHA256, extracted, key, "Caldera Derived Key"u8);
        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(extracted);
    }

    /// <summary>HMAC(K, poolName ‖ userId ‖ secret block ‖ time).</summary>
    internal static void Sign(
        ReadOnlySpan<byte> key, string poolName, string userId, ReadOnlySpan<byte> secretBlock, string timestamp, Span<byte> signature)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Append(mac, poolName);
        Append(mac, userId);
        mac.AppendData(secretBlock);
        Append(mac, timestamp);
        mac.GetHashAndReset(signature);
    }

    /// <summary>u = H(pad(A) ‖ pad(B)).</summary>
    internal static void HashPublicValues(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> u)
    {
        Span<byte> both = stackalloc byte[2 * (1 + SrpGroup.Size)];
        Span<byte> one = stackalloc byte[1 + SrpGroup.Size];
        one[0] = 0;
        a.CopyTo(one[1..]);
        var padded = Padded(one);
        padded.CopyTo(both);
        var length = padded.Length;
        b.CopyTo(one[1..]);
        padded = Padded(one);
        padded.CopyTo(both[length..]);
        SHA256.HashData(both[..(length + padded.Length)], u);
    }

    /// <summary>pad(n): the number's shortest form whose first bit is 0.</summary>
    /// <param name="number">Begins with a zero byte.</param>
    private static ReadOnlySpan<byte> Padded(ReadOnlySpan<byte> number)
    {
        var start = 0;
        while (start < number.Length - 1 && number[start] == 0 && number[start + 1] < 0x80)
            start++;
        return number[start..];
    }

    private static bool TryReadPublicValue(ReadOnlySpan<char> hex, Span<byte> value)
    {
        hex = hex.TrimStart('0');   // as many zeros as the sender likes
        if (hex.IsEmpty || hex.Length > 2 * SrpGroup.Size)
            return false;
        Span<char> even = stackalloc char[2 * SrpGroup.Size];
        even.Fill('0');
        hex.CopyTo(even[^hex.Length..]);
        if (Convert.FromHexString(even, value, out _, out _) is not System.Buffers.OperationStatus.Done)
            return false;
        return !value.SequenceEqual(SrpGroup.Modulus);   // of 384 bytes, N is the only multiple but 0
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        var written = Encoding.UTF8.GetBytes(text, bytes);
        hash.AppendData(bytes[..written]);
        CryptographicOperations.ZeroMemory(bytes[..written]);
    }

    private static void CheckVerifier(ReadOnlySpan<byte> verifier) =>
        ArgumentOutOfRangeException.ThrowIfNotEqual(verifier.Length, VerifierSize, nameof(verifier));
}
