using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Postern.ManagedLogin.Theming;
using Postern.OAuth;
using Postern.UserPools.Branding;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin;

/// <summary>The look of a client's pages, as it was set last: every page asks for it anew.</summary>
public sealed class Themes(Brandings brandings, UICustomizations customizations)
{
    // As long as somebody holds what they were made of.
    private readonly ConditionalWeakTable<BrandingStyle, Asset> styleSheets = new();
    private readonly ConditionalWeakTable<UICustomization, Asset> customSheets = new();

    /// <summary>The theme of a page.</summary>
    /// <param name="client">Null where the page does not know whose it is.</param>
    public async ValueTask<Theme> Of(DomainRequest request, AppClient? client)
    {
        if (!request.Domain.IsManagedLogin)
        {
            return await customizations.For(request.Pool, client?.Id ?? UICustomizations.All, request.Stop) is { } customization
                ? ClassicTheme.Of(customization, SheetOf(customization), request.Base)
                : Theme.Default;
        }
        return client is not null && await brandings.For(client, request.Stop) is { } style
            ? StyleTheme.Of(style, ThemeAddresses.StyleSheet(request.Base, client.Id, SheetOf(style)), request.Base)
            : Theme.Default;
    }

    /// <summary>The sheet that a client's style makes; null where it has none.</summary>
    public async ValueTask<Asset?> StyleSheet(UserPool pool, string clientId, CancellationToken stop) =>
        await brandings.For(pool, clientId, stop) is { } style ? SheetOf(style) : null;

    /// <summary>The sheet of the classic pages; null where nobody set one.</summary>
    /// <param name="owner">A client's id, or <see cref="UICustomizations.All"/>.</param>
    public async ValueTask<Asset?> CustomSheet(UserPool pool, string owner, CancellationToken stop) =>
        await customizations.For(pool, owner, stop) is { } customization ? SheetOf(customization) : null;

    private Asset SheetOf(BrandingStyle style) => styleSheets.GetValue(style, static style => Made(StyleSheetWriter.Write(style)));

    private Asset? SheetOf(UICustomization customization) =>
        customization.Sheet is null ? null : customSheets.GetValue(customization, static customization => Made(customization.Sheet!.Text));

    private static Asset Made(string sheet) => Asset.Of(Asset.StyleSheet, Encoding.UTF8.GetBytes(sheet), CompressionLevel.Optimal);
}
