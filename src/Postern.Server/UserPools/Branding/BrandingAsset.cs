using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>An image of a style, without its bytes.</summary>
/// <param name="Category">One of <see cref="AssetCategoryType"/>.</param>
/// <param name="ColorMode">LIGHT, DARK, or DYNAMIC for both.</param>
/// <param name="Extension">One of <see cref="AssetExtensionType"/>.</param>
/// <param name="ResourceId">Tells images of one category and mode apart, as those of providers' buttons; null for most.</param>
/// <param name="FileName">Names these bytes and no others, ever: an address that holds it may be cached for good.</param>
/// <param name="Size">In bytes.</param>
public sealed record BrandingAsset(string Category, string ColorMode, string Extension, string? ResourceId, string FileName, int Size)
{
    /// <summary>One image takes the place of another of the same category, mode and resource.</summary>
    internal bool Replaces(BrandingAsset other) => (Category, ColorMode, ResourceId) == (other.Category, other.ColorMode, other.ResourceId);

    /// <summary>An image as it was sent, under a new name.</summary>
    /// <exception cref="InvalidParameterException">It has no bytes, or they are not what the extension says, or that does not fit the category (texts
    /// unverified against the service, which looks at the bytes, too).</exception>
    internal static BrandingAsset Of(AssetType sent)
    {
        var bytes = sent.Bytes ?? [];
        if (bytes.Length == 0)
            throw new InvalidParameterException($"The asset {sent.Category} has no bytes.");
        var isFitting = sent.Category switch
        {
            AssetCategoryType.FAVICON_ICO => sent.Extension == AssetExtensionType.ICO,
            AssetCategoryType.FAVICON_SVG => sent.Extension == AssetExtensionType.SVG,
            _ => sent.Extension != AssetExtensionType.ICO,
        };
        if (!isFitting)
            throw new InvalidParameterException($"The asset {sent.Category} can't have the extension {sent.Extension}.");
        if (ImageFile.ExtensionOf(bytes) != sent.Extension)
            throw new InvalidParameterException($"The bytes of the asset {sent.Category} are not of the type {sent.Extension}.");
        return new(sent.Category, sent.ColorMode, sent.Extension, sent.ResourceId, $"{Guid.NewGuid():N}.{sent.Extension.ToLowerInvariant()}", bytes.Length);
    }
}
