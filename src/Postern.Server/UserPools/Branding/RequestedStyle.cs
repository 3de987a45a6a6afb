using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Branding;

/// <summary>What a request wants of a style, checked.</summary>
/// <remarks>That exactly one of Settings and UseCognitoProvidedValues must be given, on creation and update alike, and that assets may come with
/// either, was measured at the service by others (public emulator, issue of 2026-09).</remarks>
/// <param name="Settings">Null where the style is to be the provided one.</param>
internal sealed record RequestedStyle(JsonElement? Settings, IReadOnlyList<(BrandingAsset Asset, byte[] Bytes)> Assets)
{
    /// <summary>How many images a style may have (hosted pages sheet, "Assets").</summary>
    public const int MostAssets = 40;

    /// <summary>The longest request that brings a style, in bytes.</summary>
    public const long LongestRequest = 2 * 1024 * 1024;

    /// <summary>Members that no page knows, a few at most.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <exception cref="InvalidParameterException">The request contradicts itself, or something in it can't be shown.</exception>
    public static RequestedStyle Of(bool? usesProvided, JsonElement? settings, IReadOnlyList<AssetType>? assets)
    {
        if ((usesProvided is true) == (settings is not null))
            throw new InvalidParameterException("useCognitoProvidedValues or settings should be specified (but not both)");
        var unknown = settings is { } sent ? BrandingSettings.Check(sent) : [];
        var files = new List<(BrandingAsset Asset, byte[] Bytes)>();
        foreach (var given in assets ?? [])
        {
            var asset = BrandingAsset.Of(given);
            files.RemoveAll(other => asset.Replaces(other.Asset));
            files.Add((asset, given.Bytes!));
        }
        return new(settings, files) { Unknown = unknown };
    }

    /// <summary>The style as it is then, and the writes that make it so. Settings merge, images replace those in the same place; the provided style
    /// begins anew.</summary>
    /// <exception cref="InvalidParameterException">There would be too much of it.</exception>
    public (StoredStyle Style, Change Change) Apply(StoredStyle before, DateTimeOffset now)
    {
        var stay = Settings is null ? [] : before.Assets.Where(old => !Assets.Any(sent => sent.Asset.Replaces(old))).ToList();
        if (stay.Count + Assets.Count > MostAssets)
            throw new InvalidParameterException($"A style can have at most {MostAssets} assets.");
        var after = before with
        {
            UsesProvided = Settings is null,
            Settings = Settings is { } sent ? BrandingSettings.Merge(before.Settings, sent) : null,
            Assets = [.. stay, .. Assets.Select(static sent => sent.Asset)],
        };
        after = after with { Row = after.Row with { Settings = after.ToJson(), Modified = now } };
        var change = new Change(new PutResource(after.Row));
        change.Add(before.Assets.Except(stay).Select(asset => Brandings.RemoveAsset(after, asset)));
        change.Add(Assets.Select(sent => Brandings.PutAsset(after, sent.Asset, sent.Bytes, now)));
        return (after, change);
    }
}
