using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Postern.Cryptography;

/// <summary>Exponents in windows of some bits, and rows of numbers that such digits choose from.</summary>
internal static unsafe class Windows
{
    /// <summary>Bytes that a number of a row takes, in whatever form.</summary>
    public const int EntrySize = 512;

    private const int Words = EntrySize / sizeof(ulong);

    public static int Count(int bits, int width) => (bits + width - 1) / width;

    /// <summary>The digit of a window, the lowest being number 0.</summary>
    /// <param name="exponent">Big-endian.</param>
    /// <param name="width">Bits of a window, 1 to 8.</param>
    public static int Digit(ReadOnlySpan<byte> exponent, int window, int width)
    {
        var bit = window * width;
        var low = exponent.Length - 1 - bit / 8;
        var pair = exponent[low] | (low > 0 ? exponent[low - 1] << 8 : 0);
        return (pair >> (bit % 8)) & ((1 << width) - 1);
    }

    /// <summary>Copies one number of a row, reading all of the row: neither time nor caches tell which.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(byte* row, int columns, int digit, byte* target)
    {
        var source = (ulong*)row;
        var wanted = Vector512.Create((ulong)digit);
        var step = Vector512<ulong>.One;
        var column = Vector512<ulong>.Zero;
        var sum0 = Vector512<ulong>.Zero;
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        var sum4 = sum0;
        var sum5 = sum0;
        var sum6 = sum0;
        var sum7 = sum0;
        for (var end = source + columns * Words; source < end; source += Words)
        {
            var mask = Vector512.Equals(column, wanted);
            column += step;
            sum0 |= Vector512.Load(source) & mask;
            sum1 |= Vector512.Load(source + 8) & mask;
            sum2 |= Vector512.Load(source + 16) & mask;
            sum3 |= Vector512.Load(source + 24) & mask;
            sum4 |= Vector512.Load(source + 32) & mask;
            sum5 |= Vector512.Load(source + 40) & mask;
            sum6 |= Vector512.Load(source + 48) & mask;
            sum7 |= Vector512.Load(source + 56) & mask;
        }
        var words = (ulong*)target;
        sum0.Store(words);
        sum1.Store(words + 8);
        sum2.Store(words + 16);
        sum3.Store(words + 24);
        sum4.Store(words + 32);
        sum5.Store(words + 40);
        sum6.Store(words + 48);
        sum7.Store(words + 56);
    }
}
