using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Postern.Cryptography;

/// <summary>Montgomery products in <see cref="SrpGroup"/> by AVX-512: half the time of OpenSSL's, and the same for all operands.</summary>
/// <remarks>
/// <para>A number is 62 limbs of 50 bits in 64 doubles, each limb between -1 and 2^50 + 1 (the last one is small); R = 2^3100.
/// A product is (a·b + m·N) / R. It is below 1.01·N for factors below 2^3073: nothing is subtracted before <see cref="Write"/>.</para>
/// <para>A double-precision FMA gives both halves of a product of limbs exactly: adding c1 rounds it to a multiple of 2^50, which then
/// stands in the low bits of the sum's pattern; a second FMA gives the rest, between -2^49 and 2^49. Both are summed up as integers,
/// patterns and all; what the patterns' upper bits came to is known beforehand and subtracted at the end.</para>
/// <para>N ends in 64 one bits, so -1/N is 1 modulo 2^50: m is the lowest limb itself, and adding m·(N + 1) instead of m·N leaves that
/// limb, which is dropped, but for its carry.</para>
/// </remarks>
internal sealed unsafe class VectorMontgomery
{
    /// <summary>Doubles of a number: 512 bytes, aligned to 64.</summary>
    public const int Lanes = 64;

    private const int LimbBits = VectorRows.LimbBits;
    private const int Limbs = VectorRows.Limbs;
    private const ulong LimbMask = (1UL << LimbBits) - 1;
    private const int Block = 8;

    private readonly PinnedMemory memory = new(8 * Lanes * sizeof(double));
    private readonly double* modulusPlusOne;
    private readonly double* diagonals;
    private readonly ulong* bias;

    public VectorMontgomery()
    {
        var next = (double*)memory.Address;
        modulusPlusOne = next;
        One = next + Lanes;
        MontgomeryOne = next + 2 * Lanes;
        RSquared = next + 3 * Lanes;
        Multiplier = next + 4 * Lanes;
        bias = (ulong*)(next + 5 * Lanes);
        diagonals = next + 6 * Lanes;

        var n = SrpGroup.ModulusNumber;
        var r = (BigInteger.One << (LimbBits * Limbs)) % n;
        Read(n + 1, modulusPlusOne);
        Read(BigInteger.One, One);
        Read(r, MontgomeryOne);
        Read(r * r % n, RSquared);
        Read(new BigInteger(SrpGroup.Multiplier.Span, isUnsigned: true, isBigEndian: true) * r * r % n, Multiplier);

        var highBits = BitConverter.DoubleToUInt64Bits(VectorRows.HighAnchor);
        var lowBits = BitConverter.DoubleToUInt64Bits(VectorRows.LowAnchor);
        for (var lane = 0; lane < Lanes; lane++)
        {
            // A sum moves down by one lane a row; those that entered on top began with a high half.
            var highs = Math.Min(Limbs, Lanes - lane);
            var lows = lane < Lanes - Limbs ? Limbs : highs - 1;
            bias[lane] = unchecked((ulong)highs * highBits + (ulong)lows * lowBits);
        }
        for (var row = 0; row <= Block; row++)
        {
            for (var lane = 0; lane < Block; lane++)
                diagonals[row * Block + lane] = lane > row ? 1 : lane == row ? 0.5 : 0;
        }
    }

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512DQ.IsSupported;

    /// <summary>1.</summary>
    public double* One { get; }

    /// <summary>R mod N: 1 in Montgomery form.</summary>
    public double* MontgomeryOne { get; }

    /// <summary>R² mod N: a product with it brings a number into Montgomery form.</summary>
    public double* RSquared { get; }

    /// <summary>k·R² mod N: its product with v is k·v in Montgomery form.</summary>
    public double* Multiplier { get; }

    /// <summary>a·b/R mod N. The result may be one of the factors.</summary>
    [SkipLocalsInit]
    public void Multiply(double* result, double* a, double* b)
    {
        var sums = stackalloc ulong[Lanes + Block];
        sums = (ulong*)PinnedMemory.Align(sums);
        new Span<ulong>(sums, Lanes).Clear();
        VectorRows.Add<Whole>(a, b, modulusPlusOne, diagonals, sums, 0, Limbs);
        Finish(sums, result);
    }

    /// <summary>a²/R mod N, with a sixth less work. The result may be the factor.</summary>
    [SkipLocalsInit]
    public void Square(double* result, double* a)
    {
        var sums = stackalloc ulong[Lanes + Block];
        sums = (ulong*)PinnedMemory.Align(sums);
        new Span<ulong>(sums, Lanes).Clear();
        VectorRows.Add<Square0>(a, a, modulusPlusOne, diagonals, sums, 0, 8);
        VectorRows.Add<Square1>(a, a, modulusPlusOne, diagonals, sums, 8, 16);
        VectorRows.Add<Square2>(a, a, modulusPlusOne, diagonals, sums, 16, 24);
        VectorRows.Add<Square3>(a, a, modulusPlusOne, diagonals, sums, 24, 32);
        VectorRows.Add<Square4>(a, a, modulusPlusOne, diagonals, sums, 32, 40);
        VectorRows.Add<Square5>(a, a, modulusPlusOne, diagonals, sums, 40, 48);
        VectorRows.Add<Square6>(a, a, modulusPlusOne, diagonals, sums, 48, 56);
        VectorRows.Add<Square7>(a, a, modulusPlusOne, diagonals, sums, 56, Limbs);
        Finish(sums, result);
    }

    /// <summary>The sum of two numbers, to be a factor next.</summary>
    public static void Add(double* result, double* a, double* b)
    {
        for (var lane = 0; lane < Lanes; lane += Block)
            (Vector512.LoadAligned(a + lane) + Vector512.LoadAligned(b + lane)).StoreAligned(result + lane);
    }

    /// <summary>Reads a number of at most 384 bytes, big-endian; it may be above N.</summary>
    [SkipLocalsInit]
    public static void Read(ReadOnlySpan<byte> number, double* result)
    {
        Span<byte> little = stackalloc byte[SrpGroup.Size + 16];
        little.Clear();
        number.CopyTo(little);
        little[..number.Length].Reverse();
        for (var limb = 0; limb < Lanes; limb++)
        {
            var bit = limb * LimbBits;
            result[limb] = limb < Limbs ? (MemoryMarshal.Read<ulong>(little[(bit / 8)..]) >> (bit % 8)) & LimbMask : 0;
        }
        little.Clear();
    }

    /// <summary>Writes a number out of Montgomery form, below N, as 384 bytes, big-endian.</summary>
    [SkipLocalsInit]
    public void Write(double* number, Span<byte> result)
    {
        var plain = stackalloc double[Lanes + Block];
        plain = (double*)PinnedMemory.Align(plain);
        Multiply(plain, number, One);   // at most N, and N for 0 alone

        Span<byte> little = stackalloc byte[SrpGroup.Size + 16];
        little.Clear();
        var carry = 0L;
        for (var limb = 0; limb < Limbs; limb++)
        {
            carry += (long)plain[limb];
            var bit = limb * LimbBits;
            MemoryMarshal.AsRef<ulong>(little[(bit / 8)..]) |= ((ulong)carry & LimbMask) << (bit % 8);
            carry >>= LimbBits;
        }
        little[..SrpGroup.Size].CopyTo(result);
        result.Reverse();
        if (result.SequenceEqual(SrpGroup.Modulus))
            result.Clear();
        little.Clear();
        new Span<double>(plain, Lanes).Clear();
    }

    private static void Read(BigInteger number, double* result) => Read(number.ToByteArray(isUnsigned: true, isBigEndian: true), result);

    /// <summary>Takes the patterns' bits off the sums and carries what exceeds a limb: twice is enough, since sums are below 2^58.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(ulong* sums, double* result)
    {
        var below = Vector512<ulong>.Zero;
        for (var lane = 0; lane < Lanes; lane += Block)
            Carry(Vector512.LoadAligned(sums + lane) - Vector512.LoadAligned(bias + lane), lane, ref below).StoreAligned(sums + lane);
        below = Vector512<ulong>.Zero;
        for (var lane = 0; lane < Lanes; lane += Block)
        {
            var limbs = Carry(Vector512.LoadAligned(sums + lane), lane, ref below);
            Avx512DQ.ConvertToVector512Double(limbs.AsInt64()).StoreAligned(result + lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Carry(Vector512<ulong> sums, int lane, ref Vector512<ulong> below)
    {
        var mask = Vector512.Create(LimbMask);
        if (lane == Lanes - Block)   // nothing leaves the last limb (lane 61): there is no row for what would come to stand above it
            mask |= Vector512.Create(0, 0, 0, 0, 0, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);
        var carry = ((sums & ~mask).AsInt64() >> LimbBits).AsUInt64();
        var result = (sums & mask) + Avx512F.AlignRight64(carry, below, 7);
        below = carry;
        return result;
    }

    private readonly struct Whole : VectorRows.IShape
    {
        public static bool IsSquare => false;

        public static int Diagonal => 0;
    }

    private readonly struct Square0 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 0;
    }

    private readonly struct Square1 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 1;
    }

    private readonly struct Square2 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 2;
    }

    private readonly struct Square3 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 3;
    }

    private readonly struct Square4 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 4;
    }

    private readonly struct Square5 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 5;
    }

    private readonly struct Square6 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 6;
    }

    private readonly struct Square7 : VectorRows.IShape
    {
        public static bool IsSquare => true;

        public static int Diagonal => 7;
    }
}
