using System.Text.Json.Nodes;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.Tests.Server;
using Postern.UserPools.Branding;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Terms;

namespace Postern.Tests.UserPools.Branding;

/// <summary>What the API sets, as the pages find it: beside a server, on the same file.</summary>
public sealed class WhatPagesReadTests : IAsyncLifetime
{
    private const string Png = "iVBORw0KGgo=";

    private readonly string folder = Directory.CreateTempSubdirectory("postern-pages-").FullName;
    private TestServer server = null!;
    private SqliteStore store = null!;
    private Pool pool = null!;
    private AppClient client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(folder, "postern.db");
        server = await TestServer.Own(options => options with { Data = file });
        pool = await Pool.Create(server);
        store = SqliteStore.Open(file, TimeProvider.System);
        var row = (await store.Pools.Find(PoolKind.UserPool, pool.Id, Stop))!;
        var clientRow = (await store.Resources.Find(row.Number, ResourceKind.Client, pool.ClientId, Stop))!;
        client = new(new UserPool(row), clientRow, ClientSettings.Read(clientRow.Settings.Span), []);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_classic_pages_read_CSS_in_one_form_and_the_logo_s_bytes()
    {
        var customizations = new UICustomizations(store.Resources, "https://login.example");
        Assert.Null(await customizations.For(client.Pool, client.Id, Stop));

        await Call("CreateUserPoolDomain", """{"Domain":"pages"}""");
        await Call("SetUICustomization", $$"""{"CSS":".label-customizable{color:red}","ImageFile":"{{Png}}"}""");
        var shared = (await customizations.For(client.Pool, client.Id, Stop))!;
        Assert.Equal(("ALL", "\n.label-customizable {\n  color: red;\n}\n", true), (shared.Owner, shared.Sheet!.Text, shared.HasLogo));
        Assert.Equal($"https://login.example/{pool.Id}/ALL/{shared.Version}/assets/images/image.jpg", customizations.ImageUrl(client.Pool, shared));
        foreach (var logo in new[] { await customizations.Logo(client.Pool, shared, Stop), await customizations.Logo(client.Pool, "ALL", shared.Version, Stop) })
            Assert.Equal((Png, "image/png"), (Convert.ToBase64String(logo!.Bytes.Span), logo.ContentType));
        Assert.Null(await customizations.Logo(client.Pool, "ALL", "20200101000000", Stop));
        Assert.Null(await customizations.Logo(client.Pool, client.Id, shared.Version, Stop));
        Assert.Same(shared, await customizations.For(client.Pool, UICustomizations.All, Stop));

        await Call("SetUICustomization", $$"""{"ClientId":"{{client.Id}}","CSS":".label-customizable{color:blue}"}""");
        var own = (await customizations.For(client.Pool, client.Id, Stop))!;
        Assert.Equal((client.Id, "\n.label-customizable {\n  color: blue;\n}\n", false), (own.Owner, own.Sheet!.Text, own.HasLogo));
        Assert.Null(await customizations.Logo(client.Pool, own, Stop));
        await Call("SetUICustomization", $$"""{"ClientId":"{{client.Id}}","CSS":".label-customizable{color:green}"}""");
        Assert.Contains("green", (await customizations.For(client.Pool, client.Id, Stop))!.Sheet!.Text, StringComparison.Ordinal);
        await Call("SetUICustomization", """{"ImageFile":"/9j/4AAQ"}""");
        var replaced = (await customizations.For(client.Pool, UICustomizations.All, Stop))!;
        Assert.Equal((null, "image/jpeg"), (replaced.Sheet, (await customizations.Logo(client.Pool, replaced, Stop))!.ContentType));
        Assert.Null(await customizations.Logo(client.Pool, shared, Stop));
    }

    [Fact]
    public async Task Managed_login_reads_merged_settings_and_images_by_their_place()
    {
        var brandings = new Brandings(store.Resources);
        Assert.Null(await brandings.For(client, Stop));

        var created = await Call("CreateManagedLoginBranding", $$$$$"""
            {"ClientId":"{{{{{client.Id}}}}}","Settings":{"components":{"pageBackground":{"lightMode":{"color":"11223344"}}}},
             "Assets":[{"Category":"FORM_LOGO","ColorMode":"DYNAMIC","Extension":"PNG","Bytes":"{{{{{Png}}}}}"}]}
            """);
        var id = (string)created["ManagedLoginBranding"]!["ManagedLoginBrandingId"]!;
        var style = (await brandings.For(client, Stop))!;
        Assert.Equal((id, "#11223344", "#0f1b2aff"), (style.Id, style.Color("components.pageBackground.lightMode.color"), style.Color("components.pageBackground.darkMode.color")));
        var logo = style.Asset("FORM_LOGO", "DARK")!;
        var file = (await brandings.File(client.Pool, id, logo.FileName, Stop))!;
        Assert.Equal((Png, "image/png", 8), (Convert.ToBase64String(file.Bytes.Span), file.ContentType, logo.Size));
        Assert.Same(style, await brandings.For(client, Stop));

        await Call("UpdateManagedLoginBranding", $$"""{"ManagedLoginBrandingId":"{{id}}","Settings":{},"Assets":[{"Category":"FORM_LOGO","ColorMode":"DYNAMIC","Extension":"SVG","Bytes":"PHN2Zy8+"}]}""");
        var changed = (await brandings.For(client, Stop))!;
        Assert.Null(await brandings.File(client.Pool, id, logo.FileName, Stop));
        Assert.Equal("image/svg+xml", (await brandings.File(client.Pool, id, changed.Asset("FORM_LOGO", "LIGHT")!.FileName, Stop))!.ContentType);
        Assert.Null(await brandings.File(client.Pool, id, "nothing", Stop));
        Assert.Null(await brandings.File(client.Pool, id, "", Stop));

        await Call("DeleteManagedLoginBranding", $$"""{"ManagedLoginBrandingId":"{{id}}"}""");
        Assert.Null(await brandings.For(client, Stop));
    }

    [Fact]
    public async Task Sign_up_has_links_in_its_language_once_both_documents_are_there()
    {
        var documents = new TermsDocuments(store.Resources);
        await CreateTerms("terms-of-use", """{"cognito:default":"https://a.example/use","cognito:portuguese-brazil":"https://a.example/uso"}""");
        Assert.Null(await documents.For(client, null, Stop));
        await CreateTerms("privacy-policy", """{"cognito:default":"https://a.example/privacy"}""");
        Assert.Equal(new("https://a.example/use", "https://a.example/privacy"), await documents.For(client, null, Stop));
        foreach (var language in new[] { "pt-BR", "pt_BR", "PT-br" })
            Assert.Equal(new("https://a.example/uso", "https://a.example/privacy"), await documents.For(client, language, Stop));
        foreach (var language in new[] { "de", "pt", "xx", "" })
            Assert.Equal(new("https://a.example/use", "https://a.example/privacy"), await documents.For(client, language, Stop));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_client_that_is_deleted()
    {
        await Call("CreateUserPoolDomain", """{"Domain":"pages"}""");
        await Call("SetUICustomization", $$"""{"ClientId":"{{client.Id}}","CSS":".label-customizable{color:blue}","ImageFile":"{{Png}}"}""");
        await Call("CreateManagedLoginBranding", $$"""
            {"ClientId":"{{client.Id}}","Settings":{},"Assets":[{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"{{Png}}"},{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","Bytes":"{{Png}}"}]}
            """);
        await CreateTerms("terms-of-use", """{"cognito:default":"https://a.example/use"}""");
        await CreateTerms("privacy-policy", """{"cognito:default":"https://a.example/privacy"}""");
        Assert.Equal(10, await Rows());
        await Call("DeleteUserPoolClient", $$"""{"ClientId":"{{client.Id}}"}""");
        Assert.Equal(0, await Rows());
    }

    private async Task<int> Rows()
    {
        var rows = 0;
        foreach (var kind in new[] { ResourceKind.UICustomization, ResourceKind.ManagedLoginBranding, ResourceKind.Terms, ResourceKind.BrandingAsset })
            rows += (await store.Resources.List(client.Pool.Number, kind, null, 100, Stop)).Items.Count;
        return rows;
    }

    private Task<JsonObject> CreateTerms(string name, string links) =>
        Call("CreateTerms", $$"""{"ClientId":"{{client.Id}}","TermsName":"{{name}}","TermsSource":"LINK","Enforcement":"NONE","Links":{{links}}}""");

    private Task<JsonObject> Call(string operation, string members)
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["UserPoolId"] = pool.Id;
        return server.Api.Call(operation, request);
    }
}
