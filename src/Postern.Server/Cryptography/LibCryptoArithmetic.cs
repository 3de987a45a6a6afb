using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>SRP by OpenSSL's Montgomery arithmetic, with tables of the generator's powers.</summary>
internal sealed unsafe class LibCryptoArithmetic : SrpArithmetic
{
    // Measured: wider windows cost more to scan than their products save.
    private const int ScannedWidth = 5;

    // b is used once, so which entries it touches tells nothing that lasts: no scan, and wide windows (3 MiB).
    private const int UnscannedWidth = 8;

    private readonly LibCrypto library;
    private readonly ConcurrentBag<Workspace> idle = [];
    private readonly Lazy<FixedBaseTable> scanned;
    private readonly Constants constants;
    private readonly Lazy<Task<FixedBaseTable?>> unscanned;
    private volatile bool isDisposed;

    public LibCryptoArithmetic(LibCrypto library)
    {
        this.library = library;
        constants = new(library);
        scanned = new(() => MakeTable(ScannedWidth) ?? throw new ObjectDisposedException(nameof(Srp)));
        unscanned = new(() => Task.Run(() => MakeTable(UnscannedWidth)));
    }

    public override void Prepare()
    {
        _ = scanned.Value;
        unscanned.Value.Wait();
    }

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
        if (unscanned.Value is { IsCompletedSuccessfully: true, Result: { } table })   // asked for the first time, it begins to be made
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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            isDisposed = true;
            if (unscanned.IsValueCreated)
                unscanned.Value.GetAwaiter().GetResult()?.Dispose();   // it ends at its next row
            if (scanned.IsValueCreated)
                scanned.Value.Dispose();
            while (idle.TryTake(out var work))
                work.Dispose();
            constants.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>g^x in Montgomery form, in the time of any x.</summary>
    private void PowerByScan(Workspace work, ReadOnlySpan<byte> x)
    {
        var table = scanned.Value;
        var gathered = stackalloc byte[SrpGroup.Size];
        for (var row = 0; row < table.Rows; row++)
        {
            table.Gather(row, table.Digit(x, row), gathered);
            Multiply(work, gathered, isFirst: row == 0);
        }
        CryptographicOperations.ZeroMemory(new Span<byte>(gathered, SrpGroup.Size));
    }

    private void PowerByLookup(Workspace work, FixedBaseTable table, ReadOnlySpan<byte> b)
    {
        for (var row = 0; row < table.Rows; row++)
            Multiply(work, table.Entry(row, table.Digit(b, row)), isFirst: row == 0);
    }

    private void Multiply(Workspace work, byte* entry, bool isFirst)
    {
        library.ReadLittleEndian(entry, SrpGroup.Size, isFirst ? work.Result : work.Factor);
        if (!isFirst)
            library.Multiply(work.Result, work.Result, work.Factor, constants.Montgomery, work.Context);
    }

    /// <summary>Null where this was disposed meanwhile.</summary>
    private FixedBaseTable? MakeTable(int width)
    {
        var table = new FixedBaseTable(width);
        var work = Rent();
        library.Read([SrpGroup.Generator], work.Factor);
        library.ToMontgomery(work.Factor, work.Factor, constants.Montgomery, work.Context);
        for (var row = 0; row < table.Rows && !isDisposed; row++)
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
        if (!isDisposed)
            return table;
        table.Dispose();
        return null;
    }

    private Workspace Rent() => idle.TryTake(out var work) ? work : new Workspace(library);

    private void Return(Workspace work)
    {
        work.Clear();
        idle.Add(work);
    }

    /// <summary>What all calculations share and none changes.</summary>
    private sealed class Constants : SafeHandle
    {
        private readonly LibCrypto library;

        public Constants(LibCrypto library)
            : base(0, ownsHandle: true)
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
            SetHandle(Montgomery);
        }

        public nint Modulus { get; }

        public nint Montgomery { get; }

        /// <summary>k in Montgomery form.</summary>
        public nint Multiplier { get; }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            library.FreeMontgomery(Montgomery);
            library.ClearFree(Modulus);
            library.ClearFree(Multiplier);
            return true;
        }
    }

    /// <summary>The numbers of one calculation; kept for the next.</summary>
    private sealed class Workspace : SafeHandle
    {
        private readonly LibCrypto library;

        public Workspace(LibCrypto library)
            : base(0, ownsHandle: true)
        {
            this.library = library;
            SetHandle(library.NewContext());
            Result = library.New();
            Factor = library.New();
            Exponent = library.New();
        }

        public nint Context => handle;

        public nint Result { get; set; }

        public nint Factor { get; set; }

        public nint Exponent { get; }

        public override bool IsInvalid => handle == 0;

        public void Clear()
        {
            library.Clear(Result);
            library.Clear(Factor);
            library.Clear(Exponent);
        }

        protected override bool ReleaseHandle()
        {
            library.FreeContext(handle);
            library.ClearFree(Result);
            library.ClearFree(Factor);
            library.ClearFree(Exponent);
            return true;
        }
    }
}
