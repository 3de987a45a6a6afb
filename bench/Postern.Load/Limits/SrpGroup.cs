using System.Security.Cryptography;

namespace Postern.Load.Limits;

/// <summary>SRP's arithmetic at the pace that OpenSSL allows, independent of the server's: its limits are measured by this, and the load's
/// client works with it. One thread at a time; it lives as long as the process.</summary>
/// <remarks>Numbers are big-endian; results have 384 bytes.</remarks>
internal sealed class SrpGroup
{
    /// <summary>Bytes of the modulus.</summary>
    public const int Size = 384;

    private const int Windows = 32;
    private const int Digits = 256;

    private readonly nint context = BigNumbers.NewContext();
    private readonly nint montgomery = BigNumbers.NewMontgomery();
    private readonly nint modulus = BigNumbers.Prime3072(0);
    private readonly nint multiplier = BigNumbers.New();
    private readonly nint result = BigNumbers.New();
    private readonly nint factor = BigNumbers.New();
    private readonly nint exponent = BigNumbers.New();
    private readonly nint product = BigNumbers.New();
    private readonly Lazy<nint[]> powers;

    public SrpGroup()
    {
        _ = BigNumbers.SetMontgomery(montgomery, modulus, context);
        var prime = new byte[Size];
        _ = BigNumbers.Write(modulus, prime, Size);
        Read(SHA256.HashData([.. Pad(prime), 2]), multiplier);   // k
        _ = BigNumbers.ToMontgomery(multiplier, multiplier, montgomery, context);
        powers = new(MakePowers);
    }

    /// <summary>A number as SRP hashes it: without zeros in front, but one where its first bit is set.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> number)
    {
        number = number.TrimStart((byte)0);
        return number.IsEmpty || number[0] >= 0x80 ? [0, .. number] : [.. number];
    }

    /// <summary>g^x by a table of the generator's powers: a product for each byte of x.</summary>
    /// <param name="x">At most 32 bytes.</param>
    public byte[] PowerOfGenerator(ReadOnlySpan<byte> x)
    {
        RaiseGenerator(x);
        return Result();
    }

    /// <summary>k·v.</summary>
    public byte[] Multiplied(ReadOnlySpan<byte> verifier)
    {
        Read(verifier, factor);
        Multiply(result, factor, multiplier);
        return Result();
    }

    /// <summary>The server's B = k·v + g^b.</summary>
    public byte[] PublicValueOfServer(ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> b)
    {
        RaiseGenerator(b);
        Read(verifier, factor);
        Multiply(factor, factor, multiplier);
        _ = BigNumbers.AddModulo(result, result, factor, modulus);
        return Result();
    }

    /// <summary>The server's S = (A·v^u)^b, in the time of any b.</summary>
    public byte[] SharedSecretOfServer(ReadOnlySpan<byte> publicA, ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> u, ReadOnlySpan<byte> b)
    {
        Read(verifier, factor);
        Read(u, exponent);
        _ = BigNumbers.Power(result, factor, exponent, modulus, context, montgomery);
        Read(publicA, factor);
        _ = BigNumbers.ToMontgomery(factor, factor, montgomery, context);
        Multiply(result, result, factor);
        Read(b, exponent);
        _ = BigNumbers.PowerConstantTime(result, result, exponent, modulus, context, montgomery);
        return Result();
    }

    /// <summary>The client's S = (B - k·v)^(a + u·x).</summary>
    public byte[] SharedSecretOfClient(ReadOnlySpan<byte> publicB, ReadOnlySpan<byte> multipliedVerifier, ReadOnlySpan<byte> a, ReadOnlySpan<byte> u, ReadOnlySpan<byte> x)
    {
        Read(u, exponent);
        Read(x, factor);
        _ = BigNumbers.Multiply(product, exponent, factor, context);
        Read(a, exponent);
        _ = BigNumbers.Add(exponent, exponent, product);
        Read(publicB, result);
        Read(multipliedVerifier, factor);
        _ = BigNumbers.SubtractModulo(factor, result, factor, modulus, context);
        _ = BigNumbers.Power(result, factor, exponent, modulus, context, montgomery);
        return Result();
    }

    private static void Read(ReadOnlySpan<byte> bytes, nint number) => BigNumbers.Read(bytes, bytes.Length, number);

    private void Multiply(nint target, nint a, nint b) => _ = BigNumbers.MultiplyMontgomery(target, a, b, montgomery, context);

    private void RaiseGenerator(ReadOnlySpan<byte> x)
    {
        var table = powers.Value;
        Multiply(result, table[0], table[x[^1]]);   // 1 and g^(last byte)
        for (var window = 1; window < x.Length; window++)
            Multiply(result, result, table[window * Digits + x[^(window + 1)]]);
        _ = BigNumbers.FromMontgomery(result, result, montgomery, context);
    }

    /// <summary>g^(d·256^w) for each window w and digit d, in Montgomery form.</summary>
    private nint[] MakePowers()
    {
        var table = new nint[Windows * Digits];
        Read([2], factor);
        _ = BigNumbers.ToMontgomery(factor, factor, montgomery, context);
        for (var window = 0; window < Windows; window++)
        {
            Read([1], result);
            _ = BigNumbers.ToMontgomery(result, result, montgomery, context);
            for (var digit = 0; digit < Digits; digit++)
            {
                table[window * Digits + digit] = BigNumbers.Copy(result);
                Multiply(result, result, factor);
            }
            Multiply(factor, result, table[0]);   // g^(256^(w+1)), times 1
        }
        return table;
    }

    private byte[] Result()
    {
        var bytes = new byte[Size];
        _ = BigNumbers.Write(result, bytes, Size);
        return bytes;
    }
}
