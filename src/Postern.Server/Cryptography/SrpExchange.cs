namespace Postern.Cryptography;

/// <summary>The server's half of an SRP exchange between its two requests.</summary>
/// <param name="PublicValue">B as <c>SRP_B</c> carries it: lower-case hex without leading zeros.</param>
/// <param name="State">What must come back sealed in <c>SECRET_BLOCK</c>: 448 bytes (b, u, A), secret.</param>
public sealed record SrpExchange(string PublicValue, ReadOnlyMemory<byte> State)
{
    internal const int SecretSize = 32;
    internal const int StateSize = SecretSize + 32 + SrpGroup.Size;

    internal static SrpExchange Of(ReadOnlySpan<byte> b, ReadOnlySpan<byte> u, ReadOnlySpan<byte> a, ReadOnlySpan<byte> publicValue) =>
        new(ToHex(publicValue), (byte[])[.. b, .. u, .. a]);

    private static string ToHex(ReadOnlySpan<byte> number)
    {
        var text = Convert.ToHexStringLower(number);
        return text.TrimStart('0');
    }
}
