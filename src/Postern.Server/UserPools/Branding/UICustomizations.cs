using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Branding;

/// <summary>Finds what the classic pages are to look like.</summary>
/// <param name="publicUrl">The address that clients reach, without a slash at the end: logos are under it.</param>
public sealed class UICustomizations(IResourceStore resources, string publicUrl)
{
    /// <summary>The client id that stands for all clients without a customization of their own.</summary>
    public const string All = "ALL";

    private const int MostKept = 200;

    // What was read of a row, as long as the row has the same bytes: it need not be forgotten when something changes.
    private readonly BoundedCache<(long Pool, string Owner), Known> known = new(MostKept);

    /// <summary>What is in effect for a client: its own, which replaces the pool's wholly, else the pool's; null where there is neither.</summary>
    /// <param name="clientId"><see cref="All"/> for the pool's.</param>
    public async ValueTask<UICustomization?> For(UserPool pool, string clientId, CancellationToken stop)
    {
        if (await FindRow(pool.Number, clientId, stop) is { } own)
            return Read(own);
        return clientId != All && await FindRow(pool.Number, All, stop) is { } shared ? Read(shared) : null;
    }

    /// <summary>The logo of a customization; null where it has none.</summary>
    public async ValueTask<ImageFile?> Logo(UserPool pool, UICustomization customization, CancellationToken stop)
    {
        if (customization.Logo is not { } name || await resources.Find(pool.Number, ResourceKind.BrandingAsset, name, stop) is not { } row)
            return null;
        return new(row.Settings, ImageFile.ContentTypeOf(ImageFile.ExtensionOf(row.Settings.Span) ?? ""));
    }

    /// <summary>The logo at an address that <see cref="ImageUrl"/> made; null where it was replaced since, or never was.</summary>
    /// <param name="owner">A client's id, or <see cref="All"/>.</param>
    public async ValueTask<ImageFile?> Logo(UserPool pool, string owner, string version, CancellationToken stop) =>
        await FindRow(pool.Number, owner, stop) is { } row && Read(row) is var customization && customization.Version == version
            ? await Logo(pool, customization, stop)
            : null;

    /// <summary>Where the logo is; null where there is none. The form is the service's, the host ours.</summary>
    public string? ImageUrl(UserPool pool, UICustomization customization) =>
        customization.HasLogo ? $"{publicUrl}/{pool.Id}/{Uri.EscapeDataString(customization.Owner)}/{customization.Version}/assets/images/image.jpg" : null;

    internal ValueTask<StoredResource?> FindRow(long pool, string owner, CancellationToken stop) =>
        resources.Find(pool, ResourceKind.UICustomization, owner, stop);

    internal UICustomizationType Describe(UserPool pool, string owner, UICustomization? customization) => customization is null
        ? new() { UserPoolId = pool.Id, ClientId = owner }
        : new()
        {
            UserPoolId = pool.Id,
            ClientId = customization.Owner,
            ImageUrl = ImageUrl(pool, customization),
            CSS = customization.Css,
            CSSVersion = customization.Version,
            LastModifiedDate = customization.Modified,
            CreationDate = customization.Created,
        };

    /// <summary>The writes that take away what an owner set.</summary>
    internal async ValueTask<IReadOnlyList<Write>> Removal(long pool, string owner, CancellationToken stop)
    {
        if (await FindRow(pool, owner, stop) is not { } row)
            return [];
        return Read(row).Logo is { } logo ? [new DeleteResource(row), new DeleteResource(Logo(pool, logo))] : [new DeleteResource(row)];
    }

    /// <summary>The row of a logo, to be deleted: it is written once under a name of its own, so that its version is 1 ever after.</summary>
    internal static StoredResource Logo(long pool, string name) =>
        new(pool, ResourceKind.BrandingAsset, name, default, default, default, default, Version: 1);

    private UICustomization Read(StoredResource row)
    {
        var key = (row.Pool, row.Name);
        if (known.Find(key) is { } before && before.Row.Version == row.Version && before.Row.Settings.Span.SequenceEqual(row.Settings.Span)
            && before.Row.Created == row.Created && before.Row.Modified == row.Modified)
            return before.Customization;
        var customization = UICustomization.Read(row);
        known.Set(key, new(row, customization));
        return customization;
    }

    private sealed record Known(StoredResource Row, UICustomization Customization);
}
