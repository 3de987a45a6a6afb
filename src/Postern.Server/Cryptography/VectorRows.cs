using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Postern.Cryptography;

/// <summary>The inner loop of <see cref="VectorMontgomery"/>: rows of a product. Row i adds a[i]·b and m·(N + 1) to the running sums, whose
/// lowest limb is then done with, and moves all sums down by one limb.</summary>
internal static unsafe class VectorRows
{
    public const int LimbBits = 50;
    public const int Limbs = 62;

    /// <summary>c1: what is added to a product of limbs to round it to a multiple of 2^50. Sums of a row's products stay in its binade.</summary>
    public const double HighAnchor = 1.125 * (1UL << 51) * (1UL << 51);

    /// <summary>c2: what makes a small integer of either sign the low bits of a double's pattern.</summary>
    public const double LowAnchor = 1.5 * (1UL << 52);

    private const int Lanes = 8;
    private const double PatternAnchor = 1UL << 52;

    /// <summary>Which part of a[i]·b is wanted: all of it, or, of a square, each pair of limbs once.</summary>
    public interface IShape
    {
        static abstract bool IsSquare { get; }

        /// <summary>The vector of eight limbs that the rows' own limbs lie in, where this is a square. Pairs with limbs below are done.</summary>
        static abstract int Diagonal { get; }
    }

    /// <param name="b">The second factor; the first one again where this is a square.</param>
    /// <param name="n">N + 1, whose lowest limb is 0.</param>
    /// <param name="diagonals">Nine vectors: what the limbs of the diagonal are multiplied by in each of its eight rows, and zeros.</param>
    /// <param name="sums">64 running sums.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Add<TShape>(double* a, double* b, double* n, double* diagonals, ulong* sums, int first, int end)
        where TShape : struct, IShape
    {
        var high = Vector512.Create(HighAnchor);
        var both = Vector512.Create(HighAnchor + LowAnchor);
        var mask = Vector512.Create((1UL << LimbBits) - 1);
        var pattern = Vector512.Create(PatternAnchor);
        var lowest = Vector512.CreateScalar(ulong.MaxValue);
        var highBits = BitConverter.DoubleToUInt64Bits(HighAnchor);
        var lowBits = BitConverter.DoubleToUInt64Bits(LowAnchor);
        var biasStep = Vector512.CreateScalar(unchecked(highBits + lowBits));
        var bias = Vector512.CreateScalar(unchecked((ulong)first * (highBits + lowBits) + (TShape.Diagonal == 0 ? lowBits : 0)));

        var s0 = Vector512.LoadAligned(sums);
        var s1 = Vector512.LoadAligned(sums + Lanes);
        var s2 = Vector512.LoadAligned(sums + 2 * Lanes);
        var s3 = Vector512.LoadAligned(sums + 3 * Lanes);
        var s4 = Vector512.LoadAligned(sums + 4 * Lanes);
        var s5 = Vector512.LoadAligned(sums + 5 * Lanes);
        var s6 = Vector512.LoadAligned(sums + 6 * Lanes);
        var s7 = Vector512.LoadAligned(sums + 7 * Lanes);

        var x = Factor<TShape>(a, first);
        var t0 = high;
        var low0 = Vector512<double>.Zero;
        if (TShape.Diagonal == 0)
            Begin<TShape>(x, b, diagonals, high, both, out t0, out low0);
        for (var row = first; row < end; row++)
        {
            if (TShape.Diagonal == 0)
                s0 += low0.AsUInt64();
            var limb = s0 - bias;
            var m = Vector512.Create((((limb & mask) | pattern.AsUInt64()).AsDouble() - pattern).ToScalar());
            var carry = (limb.AsInt64() >> LimbBits).AsUInt64() & lowest;
            bias += biasStep;

            var modulus = Vector512.LoadAligned(n);
            var h0 = Avx512F.FusedMultiplyAdd(m, modulus, t0);
            s0 += TShape.Diagonal == 0
                ? Avx512DQ.ConvertToVector512Int64(Avx512F.FusedMultiplyAdd(m, modulus, t0 - h0)).AsUInt64()
                : Avx512F.FusedMultiplyAdd(m, modulus, both - h0).AsUInt64();
            var mine = diagonals + (row - first) * Lanes;
            var h1 = Column<TShape>(1, ref s1, x, b, mine, m, n, high, both);
            s0 = Avx512F.AlignRight64(s1, s0, 1) + h0.AsUInt64() + carry;

            // The next row's m hangs on its lowest limbs alone: begun here, it is ready when the other columns are done.
            var next = Factor<TShape>(a, row + 1);
            if (TShape.Diagonal == 0)
                Begin<TShape>(next, b, mine + Lanes, high, both, out t0, out low0);

            var h2 = Column<TShape>(2, ref s2, x, b, mine, m, n, high, both);
            s1 = Avx512F.AlignRight64(s2, s1, 1) + h1;
            var h3 = Column<TShape>(3, ref s3, x, b, mine, m, n, high, both);
            s2 = Avx512F.AlignRight64(s3, s2, 1) + h2;
            var h4 = Column<TShape>(4, ref s4, x, b, mine, m, n, high, both);
            s3 = Avx512F.AlignRight64(s4, s3, 1) + h3;
            var h5 = Column<TShape>(5, ref s5, x, b, mine, m, n, high, both);
            s4 = Avx512F.AlignRight64(s5, s4, 1) + h4;
            var h6 = Column<TShape>(6, ref s6, x, b, mine, m, n, high, both);
            s5 = Avx512F.AlignRight64(s6, s5, 1) + h5;
            var h7 = Column<TShape>(7, ref s7, x, b, mine, m, n, high, both);
            s6 = Avx512F.AlignRight64(s7, s6, 1) + h6;
            s7 = Avx512F.AlignRight64(Vector512<ulong>.Zero, s7, 1) + h7;
            x = next;
        }

        s0.StoreAligned(sums);
        s1.StoreAligned(sums + Lanes);
        s2.StoreAligned(sums + 2 * Lanes);
        s3.StoreAligned(sums + 3 * Lanes);
        s4.StoreAligned(sums + 4 * Lanes);
        s5.StoreAligned(sums + 5 * Lanes);
        s6.StoreAligned(sums + 6 * Lanes);
        s7.StoreAligned(sums + 7 * Lanes);
    }

    // Of a square each pair of unlike limbs counts twice.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Factor<TShape>(double* a, int row)
        where TShape : struct, IShape => Vector512.Create(TShape.IsSquare ? a[row] + a[row] : a[row]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin<TShape>(
        Vector512<double> x, double* b, double* mine, Vector512<double> high, Vector512<double> both, out Vector512<double> t, out Vector512<double> low)
        where TShape : struct, IShape
    {
        var limbs = Vector512.LoadAligned(b);
        if (TShape.IsSquare)
            limbs *= Vector512.LoadAligned(mine);
        t = Avx512F.FusedMultiplyAdd(x, limbs, high);
        low = Avx512F.FusedMultiplyAdd(x, limbs, both - t);
    }

    /// <summary>Adds the low halves of eight limbs' products to their sums; answers the high halves, which belong one limb higher.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Column<TShape>(
        int column, ref Vector512<ulong> sum, Vector512<double> x, double* b, double* mine, Vector512<double> m, double* n,
        Vector512<double> high, Vector512<double> both)
        where TShape : struct, IShape
    {
        var modulus = Vector512.LoadAligned(n + column * Lanes);
        if (TShape.IsSquare && column < TShape.Diagonal)
        {
            var alone = Avx512F.FusedMultiplyAdd(m, modulus, high);
            sum += Avx512F.FusedMultiplyAdd(m, modulus, both - alone).AsUInt64();
            return alone.AsUInt64();
        }
        var limbs = Vector512.LoadAligned(b + column * Lanes);
        if (TShape.IsSquare && column == TShape.Diagonal)
            limbs *= Vector512.LoadAligned(mine);
        var one = Avx512F.FusedMultiplyAdd(x, limbs, high);
        var low = Avx512F.FusedMultiplyAdd(x, limbs, both - one);
        var two = Avx512F.FusedMultiplyAdd(m, modulus, one);
        sum += (low + Avx512F.FusedMultiplyAdd(m, modulus, one - two)).AsUInt64();
        return two.AsUInt64();
    }
}
