namespace Postern.Cryptography;

/// <summary>Powers of the generator for windows of an exponent of 256 bits: row i holds g^(d·2^(w·i)) for each digit d.
/// g^x is then one product a row. The form of an entry is its maker's.</summary>
internal sealed unsafe class FixedBaseTable
{
    private readonly PinnedMemory memory;
    private readonly int width;

    /// <param name="width">Bits of a window, 1 to 8.</param>
    public FixedBaseTable(int width)
    {
        this.width = width;
        Rows = Windows.Count(256, width);
        memory = new(Rows * Columns * Windows.EntrySize);
    }

    public int Rows { get; }

    public int Columns => 1 << width;

    public byte* Entry(int row, int digit) => memory.Address + ((long)row * Columns + digit) * Windows.EntrySize;

    /// <summary>The entry that an exponent chooses in a row.</summary>
    public byte* Entry(int row, ReadOnlySpan<byte> exponent) => Entry(row, Windows.Digit(exponent, row, width));

    /// <summary>Copies the entry that an exponent chooses in a row, reading all of the row.</summary>
    public void Gather(int row, ReadOnlySpan<byte> exponent, byte* target) =>
        Windows.Gather(Entry(row, 0), Columns, Windows.Digit(exponent, row, width), target);
}
