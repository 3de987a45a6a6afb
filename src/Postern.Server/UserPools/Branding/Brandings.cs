using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Branding;

/// <summary>Finds the styles of managed login and their images.</summary>
/// <remarks>A style is a row named as its client, so that a client has one at most, and a second row, <c>#</c> and the style's id, that names the client:
/// it sorts before all clients. Images are rows of their own, <c>{style}/{file name}</c>, written once: their version is 1 ever after.</remarks>
public sealed class Brandings(IResourceStore resources)
{
    private const int MostKept = 200;
    private const string IdPrefix = "#";

    // What was made of a row, as long as the row has the same bytes: it need not be forgotten when something changes.
    private readonly BoundedCache<(long Pool, string ClientId), Known> known = new(MostKept);

    /// <summary>The style of a client; null where it has none. <see cref="BrandingStyle.Provided"/> is what to show then, unless pages are withheld.</summary>
    public ValueTask<BrandingStyle?> For(AppClient client, CancellationToken stop) => For(client.Pool, client.Id, stop);

    /// <param name="clientId">May be none of the pool's.</param>
    public async ValueTask<BrandingStyle?> For(UserPool pool, string clientId, CancellationToken stop)
    {
        if (clientId.StartsWith(IdPrefix, StringComparison.Ordinal) || await resources.Find(pool.Number, ResourceKind.ManagedLoginBranding, clientId, stop) is not { } row)
            return null;
        var key = (row.Pool, row.Name);
        if (known.Find(key) is { } before && before.Json.Span.SequenceEqual(row.Settings.Span))
            return before.Style;
        var stored = StoredStyle.Read(row);
        var style = Complete(stored);
        known.Set(key, new(row.Settings, style));
        return style;
    }

    /// <summary>An image by its style and file name; null where it is not there, or not any more.</summary>
    public async ValueTask<ImageFile?> File(UserPool pool, string styleId, string fileName, CancellationToken stop) =>
        Guid.TryParse(styleId, out _) && !fileName.Contains('/', StringComparison.Ordinal)
        && await resources.Find(pool.Number, ResourceKind.BrandingAsset, $"{styleId}/{fileName}", stop) is { } row
            ? new(row.Settings, ImageFile.ContentTypeOf(fileName[(fileName.LastIndexOf('.') + 1)..].ToUpperInvariant()))
            : null;

    internal static BrandingStyle Complete(StoredStyle stored) => new(stored.Id, BrandingSettings.Complete(stored.Settings), stored.Assets);

    /// <summary>How many styles a pool has, counted up to a number.</summary>
    internal async ValueTask<int> Count(UserPool pool, int upTo, CancellationToken stop) =>
        (await resources.List(pool.Number, ResourceKind.ManagedLoginBranding, null, upTo, stop)).Items.Count(static row => row.Name.StartsWith(IdPrefix, StringComparison.Ordinal));

    internal async ValueTask<StoredStyle?> Find(long pool, string clientId, CancellationToken stop) =>
        await resources.Find(pool, ResourceKind.ManagedLoginBranding, clientId, stop) is { } row ? StoredStyle.Read(row) : null;

    /// <exception cref="ResourceNotFoundException">The pool has no such style.</exception>
    internal async ValueTask<StoredStyle> Get(UserPool pool, string id, CancellationToken stop)
    {
        var folded = id.ToLowerInvariant();
        var pointer = await resources.Find(pool.Number, ResourceKind.ManagedLoginBranding, IdPrefix + folded, stop);
        return pointer is not null && await Find(pool.Number, BrandingSettings.Parse(pointer.Settings.Span).GetString()!, stop) is { } style && style.Id == folded
            ? style
            : throw new ResourceNotFoundException("ManagedLoginBranding does not exist.");
    }

    /// <summary>The style as the API shows it.</summary>
    internal async ValueTask<ManagedLoginBrandingType> Describe(UserPool pool, StoredStyle style, bool isMerged, CancellationToken stop)
    {
        var assets = new List<AssetType>(style.Assets.Count);
        foreach (var asset in style.Assets)
        {
            // Missing where another request replaced it just now.
            if (await resources.Find(pool.Number, ResourceKind.BrandingAsset, $"{style.Id}/{asset.FileName}", stop) is { } row)
            {
                assets.Add(new()
                {
                    Category = asset.Category,
                    ColorMode = asset.ColorMode,
                    Extension = asset.Extension,
                    Bytes = row.Settings.ToArray(),
                    ResourceId = asset.ResourceId,
                });
            }
        }
        return new()
        {
            ManagedLoginBrandingId = style.Id,
            UserPoolId = pool.Id,
            UseCognitoProvidedValues = style.UsesProvided,
            Settings = isMerged ? BrandingSettings.Complete(style.Settings) : style.Settings,
            Assets = assets,
            CreationDate = style.Row.Created,
            LastModifiedDate = style.Row.Modified,
        };
    }

    /// <summary>The writes that take a style away, with its images.</summary>
    internal static IEnumerable<Write> Removal(StoredStyle style) =>
        [new DeleteResource(style.Row), new DeleteResource(Once(style.Row.Pool, IdPrefix + style.Id, 1)), .. style.Assets.Select(asset => RemoveAsset(style, asset))];

    /// <summary>The writes that take a client's style away; none where it has none.</summary>
    internal async ValueTask<IEnumerable<Write>> Removal(long pool, string clientId, CancellationToken stop) =>
        await Find(pool, clientId, stop) is { } style ? Removal(style) : [];

    internal static DeleteResource RemoveAsset(StoredStyle style, BrandingAsset asset) =>
        new(Once(style.Row.Pool, $"{style.Id}/{asset.FileName}", 1) with { Kind = ResourceKind.BrandingAsset });

    internal static PutResource PutAsset(StoredStyle style, BrandingAsset asset, byte[] bytes, DateTimeOffset now) => new(
        Once(style.Row.Pool, $"{style.Id}/{asset.FileName}", 0) with { Kind = ResourceKind.BrandingAsset, Settings = bytes, Created = now, Modified = now });

    internal static PutResource PutId(StoredStyle style) => new(
        Once(style.Row.Pool, IdPrefix + style.Id, 0) with { Settings = JsonText(style.ClientId), Created = style.Row.Created, Modified = style.Row.Created });

    private static byte[] JsonText(string text) => System.Text.Encoding.UTF8.GetBytes($"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"");

    /// <summary>A row that is written once, as it is made and as it is deleted.</summary>
    private static StoredResource Once(long pool, string name, long version) => new(pool, ResourceKind.ManagedLoginBranding, name, default, default, default, default, version);

    private sealed record Known(ReadOnlyMemory<byte> Json, BrandingStyle Style);
}
