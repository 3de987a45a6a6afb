using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

/// <summary>One suite, run by each arithmetic: known answers, and agreement with a client written from the sheet.</summary>
public abstract class SrpTests
{
    private const string Password = "Passw0rd!";
    private const string Time = "Sat Apr 5 08:01:02 UTC 2025";
    private static readonly byte[] block = "example-secret-block"u8.ToArray();

    private readonly Srp srp;
    private readonly SrpArithmetic arithmetic;
    private readonly int iterations;

    private protected SrpTests(SrpArithmetic arithmetic, int iterations)
    {
        srp = new(arithmetic);
        this.arithmetic = arithmetic;
        this.iterations = iterations;
    }

    [Theory]
    [InlineData("EXAMPLE12", "11111111-2222-4333-8444-555555555555", Password, "8ce8291892390f6b53a245933faf6164",
        "e8ff9ebad4cf9ae3f7bf529efe1b93c79cd96919dba3de610825b9abba63ef10", "e7d23c73bdbcb5bad1ac7172bed2dfaa",
        "ece952a10c8665dcf3c627427ab4e1b00b329a063dc7f53dd46fc37ec58c6987", "ed4bf4e93b4faf31dccfb11f6c0f750d", "hUn5Q+c1FB1dDjMj+pzADITp03XdqA4MFiI6KHJwIwA=")]
    [InlineData("-v7w9UcY6", "us-east-1_a1b2c3d4-5678-4abc-8def-aaaaaaaaaaaa", "ZGV2aWNlLXBhc3N3b3Jk", "0102030405060708090a0b0c0d0e0f10",
        "75edb298310d7a9a71124e6dd4387851b4158ed47e2242c0240f15a9f813cc1e", "9f9084a7aafbc01fa370f75079841f54",
        "91b119edf781bbd348a5024e157fce008f0510922de050b3f8b0605f020b5045", "a72f0774ad5a57646c5082736101c2bc", "ZzLatWJQMeQMEn+v/nSk2kRizsgAoWn181FM3VSjC70=")]
    public void The_known_exchanges_of_a_user_and_a_device_come_out_as_they_did_elsewhere(
        string poolName, string userId, string password, string saltHex, string x, string vStart, string vHash, string key, string signature)
    {
        var salt = Convert.FromHexString(saltHex);
        var hashed = new byte[32];
        Srp.HashPassword(poolName, userId, password, salt, hashed);
        Assert.Equal(x, Convert.ToHexStringLower(hashed));

        var verifier = srp.Verifier(poolName, userId, password, salt);
        Assert.StartsWith(vStart, Convert.ToHexStringLower(verifier), StringComparison.Ordinal);
        Assert.Equal(vHash, HashOfHex(Number(verifier)));

        // The sheet's b has 1,024 bits where ours have 256, so its g^b is made here; all else is the product's.
        var client = new SrpClient(Twice("a"));
        Assert.Equal("37b969cc722ee382a5ea5540873eefdd8fb5d9dc0bc17f7d5c2b64ac254bb87c", HashOfText(client.SrpA));
        var b = Twice("b");
        var publicValue = (SrpClient.Multiplier * Number(verifier) + BigInteger.ModPow(2, b, SrpClient.Modulus)) % SrpClient.Modulus;
        var u = new byte[32];
        Srp.HashPublicValues(Bytes(SrpClient.Parse(client.SrpA), 384), Bytes(publicValue, 384), u);
        if (poolName == "EXAMPLE12")
        {
            Assert.Equal("a442db8652c5dda60478ebc96a841a3ec00ad189358a06237e6fb4a69f601153", HashOfText(SrpClient.Minimal(publicValue)));
            Assert.Equal("855acd779f4d14c152df59b00179df5ff5d2b7b0b8f4920504708f2cfc6df5e6", Convert.ToHexStringLower(u));
        }
        var shared = new byte[384];
        arithmetic.SharedSecret(Bytes(SrpClient.Parse(client.SrpA), 384), verifier, u, Bytes(b, 128), shared);
        if (poolName == "EXAMPLE12")
            Assert.StartsWith("60883f5edb78354c73bb24bd296f921a", Convert.ToHexStringLower(shared), StringComparison.Ordinal);
        var derived = new byte[16];
        Srp.DeriveKey(u, shared, derived);
        Assert.Equal(key, Convert.ToHexStringLower(derived));
        var signed = new byte[32];
        Srp.Sign(derived, poolName, userId, block, Time, signed);
        Assert.Equal(signature, Convert.ToBase64String(signed));
        Assert.Equal(signature, Convert.ToBase64String(client.Claim(poolName, userId, password, saltHex, SrpClient.Minimal(publicValue), block, Time)));
    }

    [Fact]
    public void A_client_that_knows_the_password_is_believed_and_any_other_is_not() =>
        (from seed in Gen.Byte.Array[32]
         from userId in Gen.String[1, 40]
         from password in Gen.String[0, 60]
         from salt in Gen.Byte.Array[16]
         from a in Gen.Byte.Array[1, 128]
         from secretBlock in Gen.Byte.Array[0, 600]
         from isDevice in Gen.Bool
         select (seed, userId: Clean(userId), password: Clean(password), salt: Srp.Salt(salt), a, secretBlock, isDevice))
        .Sample(
            t =>
            {
                var poolName = t.isDevice ? "-AbCd1234" : "AbCd12345";
                var verifier = srp.Verifier(poolName, t.userId, t.password, t.salt);
                var client = new SrpClient(new BigInteger(t.a, isUnsigned: true) + 1);
                var exchange = srp.Begin(verifier, client.SrpA);
                Assert.NotNull(exchange);
                var claim = client.Claim(poolName, t.userId, t.password, Convert.ToHexStringLower(t.salt), exchange.PublicValue, t.secretBlock, Time);
                Assert.True(srp.Verify(exchange.State.Span, verifier, poolName, t.userId, t.secretBlock, Time, claim));

                var wrong = client.Claim(poolName, t.userId, t.password + " ", Convert.ToHexStringLower(t.salt), exchange.PublicValue, t.secretBlock, Time);
                Assert.False(srp.Verify(exchange.State.Span, verifier, poolName, t.userId, t.secretBlock, Time, wrong));
                Assert.False(srp.Verify(exchange.State.Span, verifier, poolName, t.userId + "x", t.secretBlock, Time, claim));
                Assert.False(srp.Verify(exchange.State.Span, verifier, poolName, t.userId, t.secretBlock, Time + " ", claim));
                Assert.False(srp.Verify(exchange.State.Span, verifier, poolName, t.userId, t.secretBlock, Time, claim.AsSpan(0, 31)));
                Assert.False(srp.Verify(exchange.State.Span, Srp.FakeVerifier(t.seed), poolName, t.userId, t.secretBlock, Time, claim));
            },
            iter: iterations, threads: 1);

    [Fact]
    public void A_password_is_checked_by_its_verifier()
    {
        var salt = Srp.NewSalt();
        var verifier = srp.Verifier("AbCd12345", "alice", Password, salt);
        Assert.True(srp.Check(verifier, "AbCd12345", "alice", Password, salt));
        Assert.False(srp.Check(verifier, "AbCd12345", "alice", Password + "!", salt));
        Assert.False(srp.Check(verifier, "AbCd12345", "bob", Password, salt));
        Assert.False(srp.Check(verifier, "AbCd12346", "alice", Password, salt));
        Assert.False(srp.Check(verifier, "AbCd12345", "alice", Password, Srp.NewSalt()));
        Assert.False(srp.Check([], "AbCd12345", "alice", Password, salt));
    }

    [Fact]
    public void Its_arithmetic_is_that_of_big_integers() =>
        Gen.Select(Edgy(32), Edgy(384), Edgy(384), Edgy(32), Edgy(32)).Sample(
            (x, v, a, u, b) =>
            {
                var n = SrpClient.Modulus;
                var verifier = Bytes(Number(v) % n, 384);
                var result = new byte[384];
                arithmetic.PowerOfGenerator(x, result);
                Assert.Equal(BigInteger.ModPow(2, Number(x), n), Number(result));
                arithmetic.PublicValue(verifier, b, result);
                Assert.Equal((SrpClient.Multiplier * Number(verifier) + BigInteger.ModPow(2, Number(b), n)) % n, Number(result));
                arithmetic.SharedSecret(a, verifier, u, b, result);
                Assert.Equal(BigInteger.ModPow(Number(a) * BigInteger.ModPow(Number(verifier), Number(u), n), Number(b), n), Number(result));
            },
            iter: iterations, threads: 1);

    [Fact]
    public void It_gives_the_same_public_value_before_and_after_its_tables_are_made()
    {
        var verifier = srp.Verifier("AbCd12345", "alice", Password, Srp.NewSalt());
        var b = RandomNumberGenerator.GetBytes(32);
        var before = srp.Begin(verifier, "2", b);
        srp.Prepare();
        var after = srp.Begin(verifier, "2", b);
        Assert.Equal(before!.PublicValue, after!.PublicValue);
        var n = SrpClient.Modulus;
        Assert.Equal(SrpClient.Minimal((SrpClient.Multiplier * Number(verifier) + BigInteger.ModPow(2, Number(b), n)) % n), after.PublicValue);
    }

    [Fact]
    public void It_serves_many_threads_at_once()
    {
        var salt = Srp.NewSalt();
        var verifier = srp.Verifier("AbCd12345", "alice", Password, salt);
        Parallel.For(0, iterations, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var client = new SrpClient(i + 12345);
            var exchange = srp.Begin(verifier, client.SrpA)!;
            var claim = client.Claim("AbCd12345", "alice", Password, Convert.ToHexStringLower(salt), exchange.PublicValue, block, Time);
            Assert.True(srp.Verify(exchange.State.Span, verifier, "AbCd12345", "alice", block, Time, claim));
            Assert.True(srp.Check(verifier, "AbCd12345", "alice", Password, salt));
        });
    }

    [Fact]
    public void A_public_value_that_is_no_number_or_a_multiple_of_N_or_too_long_is_refused()
    {
        var verifier = srp.Verifier("AbCd12345", "alice", Password, Srp.NewSalt());
        var n = SrpClient.Minimal(SrpClient.Modulus);
        foreach (var bad in new[] { "", "0", new('0', 768), "xyz", "12 4", "-1", "0x12", "é", n, "0" + n, n.ToUpperInvariant(), "1" + new string('0', 768), new('f', 769) })
            Assert.Null(srp.Begin(verifier, bad));
        foreach (var good in new[] { "2", "ABCDEF", "00ff", new('f', 768), SrpClient.Minimal(SrpClient.Modulus - 1), new string('0', 2000) + "1" })
            Assert.NotNull(srp.Begin(verifier, good));
    }

    private static Gen<byte[]> Edgy(int size) => Gen.OneOf(
        Gen.Byte.Array[size],
        Gen.Int[0, size].Select(Gen.Byte.Array[size], (zeros, bytes) => { bytes.AsSpan(0, zeros).Clear(); return bytes; }),
        Gen.Const(() => { var ones = new byte[size]; ones.AsSpan().Fill(255); return ones; }),
        Gen.Const(() => new byte[size]),
        Gen.Const(() => size == 384 ? Bytes(SrpClient.Modulus - 1, size) : Bytes(1, size)));

    // A lone surrogate has no UTF-8 form: clients and server would each put their own in its place.
    private static string Clean(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);

    private static BigInteger Twice(string text)
    {
        var hex = Convert.ToHexString(SHA512.HashData(Encoding.ASCII.GetBytes(text)));
        return SrpClient.Parse(hex + hex);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int size)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[size - bytes.Length], .. bytes];
    }

    private static string HashOfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static string HashOfHex(BigInteger number) => HashOfText(SrpClient.Minimal(number));
}

public sealed class SrpByLibCrypto() : SrpTests(new LibCryptoArithmetic(LibCrypto.TryLoad()!), iterations: 40);

/// <summary>What a server takes: in a release build on a processor with AVX-512, the vectors.</summary>
public sealed class SrpByDefault() : SrpTests(SrpArithmetic.Create(), iterations: 40);

public sealed class SrpByBigIntegers() : SrpTests(new ManagedArithmetic(), iterations: 6);

public class SrpValues
{
    [Fact]
    public void A_salt_has_one_spelling_as_bytes_as_a_number_and_as_hex_text()
    {
        for (var i = 0; i < 300; i++)
        {
            var salt = Srp.NewSalt();
            Assert.Equal(16, salt.Length);
            Assert.InRange(salt[0], 0x10, 0x7f);
        }
        Assert.NotEqual(Srp.NewSalt(), Srp.NewSalt());
    }

    [Fact]
    public void The_salt_of_an_unknown_name_is_stable_and_has_that_spelling_too() =>
        Gen.Byte.Array[16, 40].Sample(source =>
        {
            var salt = Srp.Salt(source);
            return salt[0] is >= 0x10 and <= 0x7f && salt.AsSpan().SequenceEqual(Srp.Salt(source)) && salt.AsSpan(1).SequenceEqual(source.AsSpan(1, 15));
        });

    [Fact]
    public void A_fake_verifier_is_stable_and_below_N()
    {
        var fake = Srp.FakeVerifier("name"u8);
        Assert.Equal(fake, Srp.FakeVerifier("name"u8));
        Assert.NotEqual(fake, Srp.FakeVerifier("other"u8));
        Assert.True(Srp.TryReadVerifier(fake, out var same));
        Assert.Equal(fake, same);
    }

    [Fact]
    public void A_devices_verifier_is_read_with_and_without_zeros_in_front_and_refused_outside_the_group()
    {
        Assert.True(Srp.TryReadVerifier([0, 0, 5], out var verifier));
        Assert.Equal(384, verifier.Length);
        Assert.Equal(5, verifier[383]);
        Assert.True(Srp.TryReadVerifier([0, .. verifier], out var again));
        Assert.Equal(verifier, again);
        Assert.False(Srp.TryReadVerifier([], out _));
        Assert.False(Srp.TryReadVerifier(new byte[384], out _));
        var n = SrpClient.Modulus.ToByteArray(isUnsigned: true, isBigEndian: true);
        Assert.False(Srp.TryReadVerifier(n, out _));
        Assert.False(Srp.TryReadVerifier([1, .. n], out _));
        n[^1]--;
        Assert.True(Srp.TryReadVerifier(n, out _));
    }
}
