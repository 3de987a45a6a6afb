using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>An image as it is served.</summary>
/// <remarks>An SVG comes from an administrator, but is served from the origin of the sign-in pages: with a <c>Content-Security-Policy</c> of
/// <c>sandbox</c>, and shown by <c>img</c> alone (hosted pages sheet, "Assets").</remarks>
/// <param name="ContentType">To be sent with <c>X-Content-Type-Options: nosniff</c>.</param>
public sealed record ImageFile(ReadOnlyMemory<byte> Bytes, string ContentType)
{
    /// <summary>The content type of a file of one of the contract's extensions.</summary>
    public static string ContentTypeOf(string extension) => extension switch
    {
        AssetExtensionType.ICO => "image/x-icon",
        AssetExtensionType.JPEG => "image/jpeg",
        AssetExtensionType.PNG => "image/png",
        AssetExtensionType.SVG => "image/svg+xml",
        AssetExtensionType.WEBP => "image/webp",
        _ => "application/octet-stream",
    };

    /// <summary>Which of the contract's extensions the bytes have the form of; null for none.</summary>
    public static string? ExtensionOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return AssetExtensionType.PNG;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return AssetExtensionType.JPEG;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]))
            return AssetExtensionType.ICO;
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
            return AssetExtensionType.WEBP;
        return SvgFile.IsSvg(bytes) ? AssetExtensionType.SVG : null;
    }
}
