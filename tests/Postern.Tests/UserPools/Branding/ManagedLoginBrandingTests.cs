using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Branding;

public class ManagedLoginBrandingTests(TestServer server)
{
    private const string OneSource = "useCognitoProvidedValues or settings should be specified (but not both)";
    private const string Unknown = "8d1b9c6e-98a5-4c3c-9a52-3a7e5b7c1f00";
    private const string Png = "iVBORw0KGgo=";
    private const string Svg = "PHN2Zy8+";

    [Fact]
    public async Task The_provided_style_shows_no_settings_and_an_empty_list_of_assets()
    {
        var pool = await Pool.Create(server);
        var style = await Create(pool, """{"UseCognitoProvidedValues":true}""");
        Assert.Equal(["ManagedLoginBrandingId", "UserPoolId", "UseCognitoProvidedValues", "Assets", "CreationDate", "LastModifiedDate"], style.Select(static member => member.Key));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", Id(style));
        Assert.Equal((pool.Id, true, "[]"), ((string?)style["UserPoolId"], (bool)style["UseCognitoProvidedValues"]!, style["Assets"]!.ToJsonString()));
        Assert.Equal(style.ToJsonString(), (await Describe(pool, Id(style))).ToJsonString());
        Assert.Equal(style.ToJsonString(), (await Describe(pool, Id(style).ToUpperInvariant())).ToJsonString());
        Assert.Equal(style.ToJsonString(), (await ByClient(pool)).ToJsonString());
    }

    [Fact]
    public async Task Empty_settings_are_shown_as_they_are()
    {
        var style = await Create(await Pool.Create(server), """{"Settings":{}}""");
        Assert.Equal(("{}", false), (style["Settings"]!.ToJsonString(), (bool)style["UseCognitoProvidedValues"]!));
    }

    [Fact]
    public async Task Merged_resources_fill_in_every_default()
    {
        var pool = await Pool.Create(server);
        var style = await Create(pool, """{"Settings":{"components":{"form":{"borderRadius":3},"later":{"x":1}}}}""");
        foreach (var merged in new[] { await Describe(pool, Id(style), merged: true), await ByClient(pool, merged: true) })
        {
            var settings = merged["Settings"]!;
            Assert.Equal(3, (int)settings["components"]!["form"]!["borderRadius"]!);
            Assert.Equal(1, (int)settings["components"]!["later"]!["x"]!);
            Assert.Equal("c6c6cdff", (string?)settings["components"]!["form"]!["lightMode"]!["borderColor"]);
            Assert.Equal("0972d3ff", (string?)settings["components"]!["primaryButton"]!["lightMode"]!["defaults"]!["backgroundColor"]);
            Assert.Equal("539fe5ff", (string?)settings["components"]!["primaryButton"]!["darkMode"]!["defaults"]!["backgroundColor"]);
            Assert.Equal("LIGHT", (string?)settings["categories"]!["global"]!["colorSchemeMode"]);
            Assert.Equal(12, (int)settings["components"]!["alert"]!["borderRadius"]!);
        }
        Assert.Equal("""{"components":{"form":{"borderRadius":3},"later":{"x":1}}}""", (await Describe(pool, Id(style)))["Settings"]!.ToJsonString());

        var plain = await Pool.Create(server);
        await Create(plain, """{"UseCognitoProvidedValues":true}""");
        Assert.Equal(["categories", "componentClasses", "components"], (await ByClient(plain, merged: true))["Settings"]!.AsObject().Select(static member => member.Key));
    }

    [Fact]
    public async Task Settings_merge_and_images_replace_those_in_the_same_place()
    {
        var pool = await Pool.Create(server);
        var created = await Create(pool, $$$$"""
            {"Settings":{"components":{"form":{"borderRadius":3}}},
             "Assets":[{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"{{{{Png}}}}"},{"Category":"IDP_BUTTON_ICON","ColorMode":"DARK","Extension":"PNG","Bytes":"{{{{Png}}}}","ResourceId":"Corp"}]}
            """);
        Assert.Equal(2, created["Assets"]!.AsArray().Count);

        var updated = await Update(pool, Id(created), $$$$$"""
            {"Settings":{"components":{"form":{"logo":{"enabled":true}}}},
             "Assets":[{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"SVG","Bytes":"{{{{{Svg}}}}}"},{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","Bytes":"{{{{{Png}}}}}"},
                       {"Category":"IDP_BUTTON_ICON","ColorMode":"DARK","Extension":"SVG","Bytes":"{{{{{Svg}}}}}","ResourceId":"Other"}]}
            """);
        Assert.Equal("""{"components":{"form":{"borderRadius":3,"logo":{"enabled":true}}}}""", updated["Settings"]!.ToJsonString());
        Assert.Equal(
            [
                $$"""{"Category":"IDP_BUTTON_ICON","ColorMode":"DARK","Extension":"PNG","Bytes":"{{Png}}","ResourceId":"Corp"}""",
                $$"""{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"SVG","Bytes":"{{Svg}}"}""",
                $$"""{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","Bytes":"{{Png}}"}""",
                $$"""{"Category":"IDP_BUTTON_ICON","ColorMode":"DARK","Extension":"SVG","Bytes":"{{Svg}}","ResourceId":"Other"}""",
            ],
            updated["Assets"]!.AsArray().Select(static asset => asset!.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal)));
        Assert.Equal(updated.ToJsonString(), (await Describe(pool, Id(created))).ToJsonString());

        updated = await Update(pool, Id(created), """{"UseCognitoProvidedValues":false,"Settings":{}}""");
        Assert.Equal(4, updated["Assets"]!.AsArray().Count);
        Assert.Equal("""{"components":{"form":{"borderRadius":3,"logo":{"enabled":true}}}}""", updated["Settings"]!.ToJsonString());

        updated = await Update(pool, Id(created), """{"UseCognitoProvidedValues":true}""");
        Assert.Equal((true, false, 0), ((bool)updated["UseCognitoProvidedValues"]!, updated.ContainsKey("Settings"), updated["Assets"]!.AsArray().Count));
        updated = await Update(pool, Id(created), """{"Settings":{"components":{}}}""");
        Assert.Equal((false, """{"components":{}}"""), ((bool)updated["UseCognitoProvidedValues"]!, updated["Settings"]!.ToJsonString()));
    }

    [Fact]
    public async Task Of_two_images_for_one_place_in_a_request_the_later_counts()
    {
        var style = await Create(await Pool.Create(server), $$"""
            {"UseCognitoProvidedValues":true,"Assets":[{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"{{Png}}"},{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"SVG","Bytes":"{{Svg}}"}]}
            """);
        Assert.Equal("SVG", (string?)Assert.Single(style["Assets"]!.AsArray())!["Extension"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"UseCognitoProvidedValues":false}""")]
    [InlineData("""{"UseCognitoProvidedValues":true,"Settings":{"components":{}}}""")]
    [InlineData("""{"Assets":[]}""")]
    public async Task A_request_chooses_the_provided_style_or_settings(string members)
    {
        var pool = await Pool.Create(server);
        Assert.Equal(("InvalidParameterException", OneSource), await Refusal(() => Create(pool, members)));
        var style = await Create(pool, """{"UseCognitoProvidedValues":true}""");
        Assert.Equal(("InvalidParameterException", OneSource), await Refusal(() => Update(pool, Id(style), members)));
    }

    [Theory]
    [InlineData("""{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG"}""", "The asset FORM_LOGO has no bytes.")]
    [InlineData("""{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":""}""", "The asset FORM_LOGO has no bytes.")]
    [InlineData("""{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"PHN2Zy8+"}""", "The bytes of the asset FORM_LOGO are not of the type PNG.")]
    [InlineData("""{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"SVG","Bytes":"PHN2ZyBvbmxvYWQ9IngiLz4="}""", "The bytes of the asset FORM_LOGO are not of the type SVG.")]
    [InlineData("""{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"ICO","Bytes":"AAABAA=="}""", "The asset FORM_LOGO can't have the extension ICO.")]
    [InlineData("""{"Category":"FAVICON_ICO","ColorMode":"DYNAMIC","Extension":"SVG","Bytes":"PHN2Zy8+"}""", "The asset FAVICON_ICO can't have the extension SVG.")]
    [InlineData("""{"Category":"FAVICON_SVG","ColorMode":"DYNAMIC","Extension":"PNG","Bytes":"iVBORw0KGgo="}""", "The asset FAVICON_SVG can't have the extension PNG.")]
    [InlineData("""{"Category":"HAT","ColorMode":"LIGHT","Extension":"PNG","Bytes":"iVBORw0KGgo="}""", null)]
    [InlineData("""{"Category":"FORM_LOGO","ColorMode":"BROWN","Extension":"PNG","Bytes":"iVBORw0KGgo="}""", null)]
    [InlineData("""{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"iVBORw0KGgo=","ResourceId":"a/b"}""", null)]
    public async Task What_is_no_image_for_its_place_is_refused(string asset, string? text)
    {
        var pool = await Pool.Create(server);
        var (type, said) = await Refusal(() => Create(pool, $$"""{"UseCognitoProvidedValues":true,"Assets":[{{asset}}]}"""));
        Assert.Equal("InvalidParameterException", type);
        if (text is null)
            Assert.Contains("validation error", said, StringComparison.Ordinal);
        else
            Assert.Equal(text, said);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("1")]
    [InlineData("""{"components":{"form":{"lightMode":{"borderColor":"url(x)"}}}}""")]
    [InlineData("""{"x":"\ud800"}""")]
    public async Task Settings_that_can_not_be_shown_are_refused(string settings)
    {
        var pool = await Pool.Create(server);
        using var response = await server.Api.Raw(
            "AWSCognitoIdentityProviderService.CreateManagedLoginBranding", "cognito-idp",
            $$"""{"UserPoolId":"{{pool.Id}}","ClientId":"{{pool.ClientId}}","Settings":{{settings}}}""");
        Assert.Equal("InvalidParameterException", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["__type"]);
        Assert.Equal(("ResourceNotFoundException", $"ManagedLoginBranding for client {pool.ClientId} does not exist."), await Refusal(() => ByClient(pool)));
    }

    [Fact]
    public async Task A_style_has_at_most_forty_images()
    {
        var pool = await Pool.Create(server);
        string Assets(int first, int count) => string.Join(',', Enumerable.Range(first, count).Select(i =>
            $$"""{"Category":"IDP_BUTTON_ICON","ColorMode":"LIGHT","Extension":"PNG","Bytes":"{{Png}}","ResourceId":"provider-{{i}}"}"""));
        var (type, text) = await Refusal(() => Create(pool, $$"""{"Settings":{},"Assets":[{{Assets(0, 41)}}]}"""));
        Assert.Equal("InvalidParameterException", type);
        Assert.EndsWith("at 'assets' failed to satisfy constraint: Member must have length less than or equal to 40", text, StringComparison.Ordinal);

        var style = await Create(pool, $$"""{"Settings":{},"Assets":[{{Assets(0, 40)}}]}""");
        Assert.Equal(40, style["Assets"]!.AsArray().Count);
        Assert.Equal(("InvalidParameterException", "A style can have at most 40 assets."), await Refusal(() => Update(pool, Id(style), $$"""{"Settings":{},"Assets":[{{Assets(40, 1)}}]}""")));
        Assert.Equal(40, (await Update(pool, Id(style), $$"""{"Settings":{},"Assets":[{{Assets(39, 1)}}]}"""))["Assets"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_request_may_bring_two_megabytes_and_an_image_one()
    {
        var pool = await Pool.Create(server);
        var image = new byte[1_000_000];
        Convert.FromBase64String(Png).CopyTo(image, 0);
        string Asset(string mode, int size) => $$"""{"Category":"PAGE_BACKGROUND","ColorMode":"{{mode}}","Extension":"PNG","Bytes":"{{Convert.ToBase64String(image.AsSpan(0, size))}}"}""";
        var style = await Create(pool, $$"""{"UseCognitoProvidedValues":true,"Assets":[{{Asset("LIGHT", 1_000_000)}},{{Asset("DARK", 500_000)}}]}""");
        await Update(pool, Id(style), $$"""{"Settings":{},"Assets":[{{Asset("DYNAMIC", 1_000_000)}}]}""");
        Assert.Equal([500_000, 1_000_000, 1_000_000], (await Describe(pool, Id(style)))["Assets"]!.AsArray().Select(static asset => Convert.FromBase64String((string)asset!["Bytes"]!).Length).Order());

        Array.Resize(ref image, 1_000_001);
        var (type, _) = await Refusal(() => Update(pool, Id(style), $$"""{"Settings":{},"Assets":[{{Asset("DYNAMIC", 1_000_001)}}]}"""));
        Assert.Equal("InvalidParameterException", type);
    }

    [Fact]
    public async Task A_client_has_one_style_and_another_after_its_deletion()
    {
        var pool = await Pool.Create(server);
        Assert.Equal(("ResourceNotFoundException", $"ManagedLoginBranding for client {pool.ClientId} does not exist."), await Refusal(() => ByClient(pool)));
        var style = await Create(pool, $$"""{"Settings":{},"Assets":[{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"{{Png}}"}]}""");
        Assert.Equal(
            ("ManagedLoginBrandingExistsException", $"A ManagedLoginBranding already exists for client {pool.ClientId}"), await Refusal(() => Create(pool, """{"UseCognitoProvidedValues":true}""")));

        Assert.Empty(await server.Api.Call("DeleteManagedLoginBranding", new() { ["UserPoolId"] = pool.Id, ["ManagedLoginBrandingId"] = Id(style) }));
        foreach (var id in new[] { Id(style), Unknown })
        {
            Assert.Equal(("ResourceNotFoundException", "ManagedLoginBranding does not exist."), await Refusal(() => Describe(pool, id)));
            Assert.Equal(("ResourceNotFoundException", "ManagedLoginBranding does not exist."), await Refusal(() => Update(pool, id, """{"Settings":{}}""")));
            var error = await server.Api.Fail("DeleteManagedLoginBranding", new() { ["UserPoolId"] = pool.Id, ["ManagedLoginBrandingId"] = id });
            Assert.Equal(("ResourceNotFoundException", "ManagedLoginBranding does not exist."), (error.Type, error.Text));
        }
        Assert.NotEqual(Id(style), Id(await Create(pool, """{"UseCognitoProvidedValues":true}""")));
    }

    [Fact]
    public async Task Pool_client_and_id_must_be_there_and_belong_together()
    {
        var pool = await Pool.Create(server);
        var other = await Pool.Create(server);
        var style = await Create(pool, """{"UseCognitoProvidedValues":true}""");
        Assert.Equal(("ResourceNotFoundException", "ManagedLoginBranding does not exist."), await Refusal(() => Describe(other, Id(style))));
        foreach (var operation in new[] { "CreateManagedLoginBranding", "DescribeManagedLoginBrandingByClient" })
        {
            var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = other.Id, ["ClientId"] = pool.ClientId, ["UseCognitoProvidedValues"] = true });
            Assert.Equal(("ResourceNotFoundException", $"User pool client {pool.ClientId} does not exist."), (error.Type, error.Text));
        }
        var missing = await server.Api.Fail("UpdateManagedLoginBranding", new() { ["UserPoolId"] = pool.Id, ["UseCognitoProvidedValues"] = true });
        Assert.Equal(("InvalidParameterException", "1 validation error detected: Value null at 'managedLoginBrandingId' failed to satisfy constraint: Member must not be null"), (missing.Type, missing.Text));
        missing = await server.Api.Fail("UpdateManagedLoginBranding", new() { ["ManagedLoginBrandingId"] = Id(style), ["UseCognitoProvidedValues"] = true });
        Assert.Equal(("InvalidParameterException", "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null"), (missing.Type, missing.Text));
        var noId = await server.Api.Fail("DescribeManagedLoginBranding", new() { ["UserPoolId"] = pool.Id, ["ManagedLoginBrandingId"] = "00000000-0000-0000-0000-000000000000" });
        Assert.Equal("InvalidParameterException", noId.Type);
    }

    [Fact]
    public async Task A_style_goes_with_its_client_and_makes_room()
    {
        var pool = await Pool.Create(server);
        var style = await Create(pool, $$"""{"Settings":{},"Assets":[{"Category":"FORM_LOGO","ColorMode":"LIGHT","Extension":"PNG","Bytes":"{{Png}}"}]}""");
        await server.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId });
        Assert.Equal(("ResourceNotFoundException", "ManagedLoginBranding does not exist."), await Refusal(() => Describe(pool, Id(style))));
        await server.Api.Call("DeleteUserPool", new() { ["UserPoolId"] = pool.Id });
    }

    [Fact]
    public async Task A_pool_has_at_most_twenty_styles_even_when_they_are_made_at_once()
    {
        var pool = await Pool.Create(server);
        for (var i = 0; i < 18; i++)
            await Style(await Client());
        var clients = new[] { await Client(), await Client(), await Client(), await Client(), await Client() };
        var outcomes = await Task.WhenAll(clients.Select(async client => (await Refusal(() => Style(client))).Type));
        Assert.Equal(["", "", "LimitExceededException", "LimitExceededException", "LimitExceededException"], outcomes.Order(StringComparer.Ordinal));

        async Task<string> Client() => (string)(await server.Api.Call("CreateUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientName"] = "c" }))["UserPoolClient"]!["ClientId"]!;
        Task<JsonObject> Style(string client) => server.Api.Call("CreateManagedLoginBranding", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = client, ["UseCognitoProvidedValues"] = true });
    }

    [Fact]
    public async Task Changes_at_once_lose_nothing_of_each_other()
    {
        var pool = await Pool.Create(server);
        var style = await Create(pool, """{"Settings":{}}""");
        var saved = await Task.WhenAll(Enumerable.Range(0, 3).Select(async i =>
            (await Refusal(() => Update(pool, Id(style), $$$"""{"Settings":{"later":{"m{{{i}}}":{{{i}}}}},"Assets":[{"Category":"IDP_BUTTON_ICON","ColorMode":"DARK","Extension":"PNG","Bytes":"{{{Png}}}","ResourceId":"{{{i}}}"}]}"""))).Type));
        Assert.All(saved, static type => Assert.Equal("", type));
        var after = await Describe(pool, Id(style));
        Assert.Equal(["m0", "m1", "m2"], after["Settings"]!["later"]!.AsObject().Select(static member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(3, after["Assets"]!.AsArray().Count);
    }

    private static string Id(JsonObject style) => (string)style["ManagedLoginBrandingId"]!;

    private static async Task<(string Type, string? Text)> Refusal(Func<Task<JsonObject>> call)
    {
        try
        {
            await call();
            return ("", null);
        }
        catch (ServiceError error)
        {
            return (error.Type, error.Text);
        }
    }

    private Task<JsonObject> Create(Pool pool, string members) => Call("CreateManagedLoginBranding", members, ("UserPoolId", pool.Id), ("ClientId", pool.ClientId));

    private Task<JsonObject> Update(Pool pool, string id, string members) => Call("UpdateManagedLoginBranding", members, ("UserPoolId", pool.Id), ("ManagedLoginBrandingId", id));

    private Task<JsonObject> Describe(Pool pool, string id, bool merged = false) =>
        Call("DescribeManagedLoginBranding", merged ? """{"ReturnMergedResources":true}""" : "{}", ("UserPoolId", pool.Id), ("ManagedLoginBrandingId", id));

    private Task<JsonObject> ByClient(Pool pool, bool merged = false) =>
        Call("DescribeManagedLoginBrandingByClient", merged ? """{"ReturnMergedResources":true}""" : "{}", ("UserPoolId", pool.Id), ("ClientId", pool.ClientId));

    private async Task<JsonObject> Call(string operation, string members, params (string Name, string Value)[] names)
    {
        var request = JsonNode.Parse(members)!.AsObject();
        foreach (var (name, value) in names)
            request[name] = value;
        return (await server.Api.Call(operation, request))["ManagedLoginBranding"]!.AsObject();
    }
}
