using System.Numerics;

namespace Postern.Cryptography;

/// <summary>SRP by <see cref="BigInteger"/>: where libcrypto can't be loaded. Ten times slower, and its time depends on the exponents.</summary>
internal sealed class ManagedArithmetic : SrpArithmetic
{
    private static readonly BigInteger multiplier = Number(SrpGroup.Multiplier.Span);

    public override void PowerOfGenerator(ReadOnlySpan<byte> x, Span<byte> result) =>
        Write(BigInteger.ModPow(SrpGroup.Generator, Number(x), SrpGroup.ModulusNumber), result);

    public override void PublicValue(ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var power = BigInteger.ModPow(SrpGroup.Generator, Number(b), SrpGroup.ModulusNumber);
        Write((multiplier * Number(verifier) + power) % SrpGroup.ModulusNumber, result);
    }

    public override void SharedSecret(ReadOnlySpan<byte> a, ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> u, ReadOnlySpan<byte> b, Span<byte> result)
    {
        var @base = Number(a) * BigInteger.ModPow(Number(verifier), Number(u), SrpGroup.ModulusNumber) % SrpGroup.ModulusNumber;
        Write(BigInteger.ModPow(@base, Number(b), SrpGroup.ModulusNumber), result);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static void Write(BigInteger number, Span<byte> result)
    {
        var length = number.GetByteCount(isUnsigned: true);
        result[..^length].Clear();
        number.TryWriteBytes(result[^length..], out _, isUnsigned: true, isBigEndian: true);
    }
}
