using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>SRP by <see cref="VectorMontgomery"/>, on processors with AVX-512, with tables of the generator's powers.</summary>
internal sealed unsafe class VectorArithmetic : SrpArithmetic
{
    private const int Lanes = VectorMontgomery.Lanes;
    private const int NumberSize = Windows.EntrySize;

    // Bits of a window: of the table, where a wider row costs more to scan than it saves products; of a base that has no table yet;
    // and of an exponent that is no secret.
    private const int TableWidth = 5;
    private const int SecretWidth = 4;
    private const int SlidingWidth = 5;
    private const int Columns = 1 << SecretWidth;
    private const int OddPowers = 1 << (SlidingWidth - 1);

    private readonly VectorMontgomery field = new();
    private readonly GeneratorTables tables;

    public VectorArithmetic() => tables = new(TableWidth, Fill);

    public override void Prepare() => tables.Prepare();

    public override void PowerOfGenerator(ReadOnlySpan<byte> x, Span<byte> result)
    {
        var scratch = stackalloc byte[2 * NumberSize + NumberSize];
        var power = (double*)PinnedMemory.Align(scratch);
        PowerByScan(x, power, power + Lanes);
        field.Write(power, result);
        Clear(power, 2);
        GC.KeepAlive(this);
    }

    public override void PublicValue(ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var scratch = stackalloc byte[3 * NumberSize];
        var power = (double*)PinnedMemory.Align(scratch);
        var other = power + Lanes;
        if (tables.Unscanned is { } table)
            PowerByLookup(table, b, power);
        else
            PowerByScan(b, power, other);
        VectorMontgomery.Read(verifier, other);
        field.Multiply(other, other, field.Multiplier);
        VectorMontgomery.Add(power, power, other);
        field.Write(power, result);
        Clear(power, 2);
        GC.KeepAlive(this);
    }

    public override void SharedSecret(ReadOnlySpan<byte> a, ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> u, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var scratch = stackalloc byte[(Columns + 4) * NumberSize];
        var power = (double*)PinnedMemory.Align(scratch);
        var @base = power + Lanes;
        var row = power + 2 * Lanes;   // 16 numbers, and one more as scratch
        VectorMontgomery.Read(verifier, @base);
        field.Multiply(@base, @base, field.RSquared);
        PowerOfPublic(@base, u, power, row);
        VectorMontgomery.Read(a, @base);
        field.Multiply(@base, @base, field.RSquared);
        field.Multiply(@base, @base, power);
        PowerOfSecret(@base, b, power, row);
        field.Write(power, result);
        Clear(power, Columns + 3);
        GC.KeepAlive(this);
    }

    /// <summary>g^x, in the time of any x.</summary>
    private void PowerByScan(ReadOnlySpan<byte> x, double* power, double* gathered)
    {
        var table = tables.Scanned;
        table.Gather(0, x, (byte*)power);
        for (var row = 1; row < table.Rows; row++)
        {
            table.Gather(row, x, (byte*)gathered);
            field.Multiply(power, power, gathered);
        }
        GC.KeepAlive(table);
    }

    private void PowerByLookup(FixedBaseTable table, ReadOnlySpan<byte> b, double* power)
    {
        Copy(power, (double*)table.Entry(0, b));
        for (var row = 1; row < table.Rows; row++)
            field.Multiply(power, power, (double*)table.Entry(row, b));
        GC.KeepAlive(table);
    }

    /// <summary>base^exponent by windows of equal width, each read by a scan: the same steps for all exponents of a length.</summary>
    private void PowerOfSecret(double* @base, ReadOnlySpan<byte> exponent, double* power, double* row)
    {
        Copy(row, field.MontgomeryOne);
        Copy(row + Lanes, @base);
        for (var digit = 2; digit < Columns; digit++)
        {
            if (digit % 2 == 0)
                field.Square(row + digit * Lanes, row + digit / 2 * Lanes);
            else
                field.Multiply(row + digit * Lanes, row + (digit - 1) * Lanes, @base);
        }
        var gathered = row + Columns * Lanes;
        var window = Windows.Count(8 * exponent.Length, SecretWidth) - 1;
        Windows.Gather((byte*)row, Columns, Windows.Digit(exponent, window, SecretWidth), (byte*)power);
        while (--window >= 0)
        {
            for (var i = 0; i < SecretWidth; i++)
                field.Square(power, power);
            Windows.Gather((byte*)row, Columns, Windows.Digit(exponent, window, SecretWidth), (byte*)gathered);
            field.Multiply(power, power, gathered);
        }
    }

    /// <summary>base^exponent by sliding windows: steps and time tell the exponent.</summary>
    private void PowerOfPublic(double* @base, ReadOnlySpan<byte> exponent, double* power, double* odds)
    {
        Copy(odds, @base);
        field.Square(power, @base);
        for (var i = 1; i < OddPowers; i++)
            field.Multiply(odds + i * Lanes, odds + (i - 1) * Lanes, power);

        Copy(power, field.MontgomeryOne);
        var bit = 8 * exponent.Length - 1;
        var isOne = true;
        while (bit >= 0)
        {
            if (!Bit(exponent, bit))
            {
                if (!isOne)
                    field.Square(power, power);
                bit--;
                continue;
            }
            var low = Math.Max(bit - SlidingWidth + 1, 0);
            while (!Bit(exponent, low))
                low++;
            var digit = 0;
            for (; bit >= low; bit--)
            {
                digit = 2 * digit + (Bit(exponent, bit) ? 1 : 0);
                if (!isOne)
                    field.Square(power, power);
            }
            if (isOne)
                Copy(power, odds + digit / 2 * Lanes);
            else
                field.Multiply(power, power, odds + digit / 2 * Lanes);
            isOne = false;
        }
    }

    private void Fill(FixedBaseTable table)
    {
        var scratch = stackalloc byte[3 * NumberSize];
        var step = (double*)PinnedMemory.Align(scratch);
        var power = step + Lanes;
        VectorMontgomery.Read([SrpGroup.Generator], step);
        field.Multiply(step, step, field.RSquared);
        for (var row = 0; row < table.Rows; row++)
        {
            Copy(power, field.MontgomeryOne);
            for (var digit = 0; digit < table.Columns; digit++)
            {
                Copy((double*)table.Entry(row, digit), power);
                field.Multiply(power, power, step);
            }
            Copy(step, power);   // g^(2^w) of the row is the next row's step
        }
        GC.KeepAlive(table);
    }

    private static bool Bit(ReadOnlySpan<byte> exponent, int bit) => ((exponent[exponent.Length - 1 - bit / 8] >> (bit % 8)) & 1) != 0;

    private static void Copy(double* target, double* source) => new Span<double>(source, Lanes).CopyTo(new(target, Lanes));

    private static void Clear(double* numbers, int count) => CryptographicOperations.ZeroMemory(new Span<byte>(numbers, count * NumberSize));
}
