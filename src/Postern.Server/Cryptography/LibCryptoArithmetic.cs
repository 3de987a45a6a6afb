using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>SRP by OpenSSL's Montgomery arithmetic, with tables of the generator's powers.</summary>
internal sealed unsafe class LibCryptoArithmetic : SrpArithmetic
{
    private const int ScannedWidth = 6;

    private readonly LibCrypto library;
    private readonly Constants constants;
    private readonly GeneratorTables tables;
    private readonly ConcurrentBag<Workspace> idle = [];

    public LibCryptoArithmetic(LibCrypto library)
    {
        this.library = library;
        constants = new(library);
        tables = new(ScannedWidth, Fill);
    }

    public override void Prepare() => tables.Prepare();

    public override void PowerOfGenerator(ReadOnlySpan<byte> x, Span<byte> result)
    {
        var work = Rent();
        PowerByScan(work, x);
        library.FromMontgomery(work.Result, work.Result, constants.Montgomery, work.Context);
        library.Write(work.Result, result);
        Return(work);
    }

    public override void PublicValue(ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var work = Rent();
        if (tables.Unscanned is { } table)
            PowerByLookup(work, table, b);
        else
            PowerByScan(work, b);
        library.FromMontgomery(work.Result, work.Result, constants.Montgomery, work.Context);

        library.Read(verifier, work.Factor);
        library.Multiply(work.Factor, work.Factor, constants.Multiplier, constants.Montgomery, work.Context);   // (v · kR)/R = k·v
        library.Add(work.Result, work.Result, work.Factor, constants.Modulus);
        library.Write(work.Result, result);
        Return(work);
    }

    public override void SharedSecret(ReadOnlySpan<byte> a, ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> u, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var work = Rent();
        library.Read(verifier, work.Factor);
        library.Read(u, work.Exponent);
        library.Power(work.Result, work.Factor, work.Exponent, constants.Modulus, work.Context, constants.Montgomery);

        library.Read(a, work.Factor);
        library.ToMontgomery(work.Factor, work.Factor, constants.Montgomery, work.Context);
        library.Multiply(work.Result, work.Result, work.Factor, constants.Montgomery, work.Context);

        library.Read(b, work.Exponent);
        library.PowerConstantTime(work.Result, work.Result, work.Exponent, constants.Modulus, work.Context, constants.Montgomery);
        library.Write(work.Result, result);
        Return(work);
    }

    /// <summary>g^x in Montgomery form, in the time of any x.</summary>
    private void PowerByScan(Workspace work, ReadOnlySpan<byte> x)
    {
        var table = tables.Scanned;
        var gathered = stackalloc byte[Windows.EntrySize];
        for (var row = 0; row < table.Rows; row++)
        {
            table.Gather(row, x, gathered);
            Multiply(work, gathered, isFirst: row == 0);
        }
        CryptographicOperations.ZeroMemory(new Span<byte>(gathered, Windows.EntrySize));
    }

    private void PowerByLookup(Workspace work, FixedBaseTable table, ReadOnlySpan<byte> b)
    {
        for (var row = 0; row < table.Rows; row++)
            Multiply(work, table.Entry(row, b), isFirst: row == 0);
        GC.KeepAlive(table);
    }

    private void Multiply(Workspace work, byte* entry, bool isFirst)
    {
        library.ReadLittleEndian(entry, SrpGroup.Size, isFirst ? work.Result : work.Factor);
        if (!isFirst)
            library.Multiply(work.Result, work.Result, work.Factor, constants.Montgomery, work.Context);
    }

    private void Fill(FixedBaseTable table)
    {
        var work = Rent();
        library.Read([SrpGroup.Generator], work.Factor);
        library.ToMontgomery(work.Factor, work.Factor, constants.Montgomery, work.Context);
        for (var row = 0; row < table.Rows; row++)
        {
            library.Read([1], work.Result);
            library.ToMontgomery(work.Result, work.Result, constants.Montgomery, work.Context);
            for (var digit = 0; digit < table.Columns; digit++)
            {
                library.WriteLittleEndian(work.Result, table.Entry(row, digit), SrpGroup.Size);
                library.Multiply(work.Result, work.Result, work.Factor, constants.Montgomery, work.Context);
            }
            (work.Factor, work.Result) = (work.Result, work.Factor);   // g^(2^w) of the row is the next row's step
        }
        Return(work);
    }

    private Workspace Rent() => idle.TryTake(out var work) ? work : new Workspace(library);

    private void Return(Workspace work)
    {
        work.Clear();
        idle.Add(work);
        GC.KeepAlive(constants);
    }

    /// <summary>What all calculations share and none changes.</summary>
    private sealed class Constants
    {
        private readonly LibCrypto library;

        public Constants(LibCrypto library)
        {
            this.library = library;
            var context = library.NewContext();
            Modulus = library.New();
            library.Read(SrpGroup.Modulus, Modulus);
            Montgomery = library.NewMontgomery(Modulus, context);
            Multiplier = library.New();
            library.Read(SrpGroup.Multiplier.Span, Multiplier);
            library.ToMontgomery(Multiplier, Multiplier, Montgomery, context);
            library.FreeContext(context);
        }

        ~Constants()
        {
            library.FreeMontgomery(Montgomery);
            library.ClearFree(Modulus);
            library.ClearFree(Multiplier);
        }

        public nint Modulus { get; }

        public nint Montgomery { get; }

        /// <summary>k in Montgomery form.</summary>
        public nint Multiplier { get; }
    }

    /// <summary>The numbers of one calculation; kept for the next.</summary>
    private sealed class Workspace
    {
        private readonly LibCrypto library;

        public Workspace(LibCrypto library)
        {
            this.library = library;
            Context = library.NewContext();
            Result = library.New();
            Factor = library.New();
            Exponent = library.New();
        }

        ~Workspace()
        {
            library.FreeContext(Context);
            library.ClearFree(Result);
            library.ClearFree(Factor);
            library.ClearFree(Exponent);
        }

        public nint Context { get; }

        public nint Result { get; set; }

        public nint Factor { get; set; }

        public nint Exponent { get; }

        public void Clear()
        {
            library.Clear(Result);
            library.Clear(Factor);
            library.Clear(Exponent);
        }
    }
}
