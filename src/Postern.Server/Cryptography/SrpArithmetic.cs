namespace Postern.Cryptography;

/// <summary>The three calculations of an SRP server in <see cref="SrpGroup"/>. Numbers are big-endian; results fill 384 bytes.
/// Safe to use from many threads.</summary>
/// <remarks>Time does not depend on exponents that are secrets, where the implementation can: <see cref="VectorArithmetic"/> and
/// <see cref="LibCryptoArithmetic"/> can, <see cref="ManagedArithmetic"/> can't.</remarks>
internal abstract class SrpArithmetic
{
    /// <summary>The fastest implementation that this machine has.</summary>
    public static SrpArithmetic Create() =>
        VectorMontgomery.IsSupported && IsOptimized ? new VectorArithmetic()
        : LibCrypto.TryLoad() is { } library ? new LibCryptoArithmetic(library)
        : new ManagedArithmetic();

    // Vectors that are not kept in registers are a hundred times slower: a debug build does without.
#if DEBUG
    private static bool IsOptimized => false;
#else
    private static bool IsOptimized => true;
#endif

    /// <summary>g^x mod N.</summary>
    /// <param name="x">32 bytes.</param>
    public abstract void PowerOfGenerator(ReadOnlySpan<byte> x, Span<byte> result);

    /// <summary>B = (k·v + g^b) mod N.</summary>
    /// <param name="b">32 bytes that are used for one exchange.</param>
    public abstract void PublicValue(ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> b, Span<byte> result);

    /// <summary>S = (A·v^u)^b mod N.</summary>
    /// <param name="a">384 bytes; may be above N.</param>
    /// <param name="u">32 bytes, no secret.</param>
    /// <param name="b">Of any length.</param>
    public abstract void SharedSecret(ReadOnlySpan<byte> a, ReadOnlySpan<byte> verifier, ReadOnlySpan<byte> u, ReadOnlySpan<byte> b, Span<byte> result);

    /// <summary>Makes tables that would else be made at first use.</summary>
    public virtual void Prepare()
    {
    }
}
