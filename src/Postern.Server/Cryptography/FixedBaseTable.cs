using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Postern.Cryptography;

/// <summary>Powers of the generator for windows of an exponent of 256 bits: row i holds g^(d·2^(w·i)) for each digit d, in Montgomery form,
/// 384 bytes each, little-endian. g^x is then one product a window.</summary>
internal sealed unsafe class FixedBaseTable : IDisposable
{
    private const int Words = SrpGroup.Size / sizeof(ulong);

    private readonly int width;
    private ulong* entries;

    /// <param name="width">Bits of a window, 1 to 8.</param>
    public FixedBaseTable(int width)
    {
        this.width = width;
        Rows = (256 + width - 1) / width;
        entries = (ulong*)NativeMemory.AlignedAlloc((nuint)(Rows * Columns * SrpGroup.Size), 64);
    }

    public int Rows { get; }

    public int Columns => 1 << width;

    public byte* Entry(int row, int digit) => (byte*)(entries + ((long)row * Columns + digit) * Words);

    /// <summary>The digit of a row in an exponent.</summary>
    /// <param name="exponent">32 bytes, big-endian.</param>
    public int Digit(ReadOnlySpan<byte> exponent, int row)
    {
        var bit = row * width;
        var low = exponent.Length - 1 - bit / 8;
        var pair = exponent[low] | (low > 0 ? exponent[low - 1] << 8 : 0);
        return (pair >> (bit % 8)) & (Columns - 1);
    }

    /// <summary>Copies an entry, reading all of its row: the caches learn nothing of the digit.</summary>
    /// <param name="target">384 bytes.</param>
    public void Gather(int row, int digit, byte* target)
    {
        var source = (ulong*)Entry(row, 0);
        var wanted = Vector512.Create((ulong)digit);
        var sum0 = Vector512<ulong>.Zero;
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        var sum4 = sum0;
        var sum5 = sum0;
        for (var column = 0; column < Columns; column++, source += Words)
        {
            var mask = Vector512.Equals(Vector512.Create((ulong)column), wanted);
            sum0 |= Vector512.Load(source) & mask;
            sum1 |= Vector512.Load(source + 8) & mask;
            sum2 |= Vector512.Load(source + 16) & mask;
            sum3 |= Vector512.Load(source + 24) & mask;
            sum4 |= Vector512.Load(source + 32) & mask;
            sum5 |= Vector512.Load(source + 40) & mask;
        }
        var words = (ulong*)target;
        sum0.Store(words);
        sum1.Store(words + 8);
        sum2.Store(words + 16);
        sum3.Store(words + 24);
        sum4.Store(words + 32);
        sum5.Store(words + 40);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~FixedBaseTable() => Free();

    private void Free()
    {
        NativeMemory.AlignedFree(entries);
        entries = null;
    }
}
