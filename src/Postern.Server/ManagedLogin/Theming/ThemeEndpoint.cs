using Postern.OAuth;
using Postern.UserPools.Branding;

namespace Postern.ManagedLogin.Theming;

/// <summary>Serves what themes are made of: the sheets of styles and customizations, and their images.</summary>
public sealed class ThemeEndpoint(Themes themes, Brandings brandings, UICustomizations customizations) : IDomainEndpoint
{
    /// <summary>How long a sheet may be kept under an address of another version: it is asked for each time.</summary>
    private const string Asked = "no-cache";

    public IReadOnlyList<string> Paths { get; } =
        [ThemeAddresses.StyleSheetPath, ThemeAddresses.CustomSheetPath, ThemeAddresses.ImagePath, ThemeAddresses.LogoPath];

    public async Task Serve(DomainRequest request)
    {
        if (!AssetAnswer.IsRead(request.Context))
            return;
        var (pool, stop) = (request.Pool, request.Stop);
        switch (request.Path)
        {
            case ThemeAddresses.StyleSheetPath:
                await Sheet(request, Name(request, "client") is { } client ? await themes.StyleSheet(pool, client, stop) : null);
                break;
            case ThemeAddresses.CustomSheetPath:
                await Sheet(request, Name(request, "of") is { } owner ? await themes.CustomSheet(pool, owner, stop) : null);
                break;
            case ThemeAddresses.ImagePath:
                var (style, file) = (Name(request, "style"), Name(request, "file"));
                await ImageAnswer.Write(request.Context, style is null || file is null ? null : await brandings.File(pool, style, file, stop), file ?? "", isForGood: true);
                break;
            default:
                await Logo(request);
                break;
        }
    }

    // A page may be older than its theme: it gets what there is now.
    private static Task Sheet(DomainRequest request, Asset? sheet) => sheet is null
        ? ImageAnswer.Write(request.Context, null, "", false)
        : AssetAnswer.Write(request, sheet, Asked);

    private async Task Logo(DomainRequest request)
    {
        var customization = Name(request, "of") is { } owner ? await customizations.For(request.Pool, owner, request.Stop) : null;
        var version = customization is null ? null : ThemeAddresses.VersionOf(customization);
        await ImageAnswer.Write(
            request.Context, version is null ? null : await customizations.Logo(request.Pool, customization!, request.Stop), version ?? "",
            isForGood: version is not null && request.Context.Request.Query["v"] == version);
    }

    private static string? Name(DomainRequest request, string parameter) =>
        request.Context.Request.Query[parameter].ToString() is var name && ThemeAddresses.IsName(name) ? name : null;
}
