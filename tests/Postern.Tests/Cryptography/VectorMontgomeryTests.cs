using System.Numerics;
using CsCheck;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public unsafe class VectorMontgomeryTests
{
#if DEBUG
    private const int Iterations = 100;   // see SrpArithmetic.Create
#else
    private const int Iterations = 2_000;
#endif

    private static readonly BigInteger n = SrpClient.Modulus;
    private static readonly BigInteger inverse = BigInteger.ModPow(BigInteger.One << 3100, n - 2, n);

    // Limbs at their ends are where a carry or a rounding would go wrong.
    private static readonly Gen<byte[]> number = Gen.OneOf(
        Gen.Byte.Array[384],
        Gen.Int[0, 3].Select(i => (byte)(i switch { 0 => 0, 1 => 255, 2 => 1, _ => 128 })).Array[384],
        Gen.Int[0, 384].Select(Gen.Byte, (length, fill) =>
        {
            var bytes = new byte[384];
            bytes.AsSpan(384 - length).Fill(fill);
            return bytes;
        }),
        Gen.Int[0, 40].Select(i => Bytes(n - i)),
        Gen.Int[0, 40].Select(i => Bytes(n + i)),
        Gen.Int[0, 40].Select(i => Bytes(i)),
        // Montgomery forms whose product is small, or just below N.
        Gen.Int[0, 3000].Select(i => Bytes((BigInteger.One << i) * inverse % n)),
        Gen.Int[0, 3000].Select(i => Bytes(n - (BigInteger.One << i) * inverse % n)),
        Gen.Int[1, 61].Select(i => Bytes((BigInteger.One << (50 * i)) - 1)),
        Gen.Int[1, 61].Select(i => Bytes(BigInteger.One << (50 * i))));

    [Fact]
    public void Products_squares_and_sums_are_those_of_big_integers()
    {
        Assert.SkipUnless(VectorMontgomery.IsSupported, "This processor has no AVX-512.");
        var field = new VectorMontgomery();
        Gen.Select(number, number, Gen.Int[1, 5]).Sample(
            (a, b, steps) =>
            {
                var memory = new PinnedMemory(3 * 512);
                var x = (double*)memory.Address;
                var y = x + 64;
                var z = x + 128;
                var expectedX = Number(a);
                var expectedY = Number(b);
                VectorMontgomery.Read(a, x);
                VectorMontgomery.Read(b, y);
                for (var i = 0; i < steps; i++)
                {
                    field.Multiply(z, x, y);
                    field.Square(x, x);
                    field.Square(y, y);
                    VectorMontgomery.Add(y, y, z);
                    var product = expectedX * expectedY * inverse % n;
                    expectedX = expectedX * expectedX * inverse % n;
                    expectedY = (expectedY * expectedY * inverse + product) % n;
                    Same(field, product, z);
                    Same(field, expectedX, x);
                    Same(field, expectedY, y);
                    field.Multiply(y, y, field.MontgomeryOne);   // a sum is a factor once
                }
                GC.KeepAlive(memory);
            },
            iter: Iterations, threads: 1);
        GC.KeepAlive(field);
    }

    private static void Same(VectorMontgomery field, BigInteger expected, double* actual)
    {
        var bytes = new byte[384];
        field.Write(actual, bytes);
        Assert.Equal(expected * inverse % n, Number(bytes));
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[384 - bytes.Length], .. bytes];
    }
}
