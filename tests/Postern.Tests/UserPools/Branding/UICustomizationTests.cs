using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Branding;

public class UICustomizationTests(TestServer server)
{
    private const string Css = ".label-customizable {font-weight: 400;}";
    private const string NoDomain = "There has to be an existing domain associated with this user pool";

    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

    [Fact]
    public async Task What_is_set_for_all_is_shown_as_it_was_sent()
    {
        var pool = await WithDomain();
        var set = await Set(pool, null, Css, Png);
        Assert.Equal(["UserPoolId", "ClientId", "ImageUrl", "CSS", "CSSVersion", "LastModifiedDate", "CreationDate"], set.Select(static member => member.Key));
        Assert.Equal((pool.Id, "ALL", Css), ((string?)set["UserPoolId"], (string?)set["ClientId"], (string?)set["CSS"]));
        Assert.Matches("^20[0-9]{12}$", (string)set["CSSVersion"]!);
        Assert.Equal($"{server.PublicUrl}/{pool.Id}/ALL/{set["CSSVersion"]}/assets/images/image.jpg", (string?)set["ImageUrl"]);
        foreach (var clientId in new[] { null, "ALL", pool.ClientId })
            Assert.Equal(set.ToJsonString(), (await Get(pool, clientId)).ToJsonString());
    }

    [Fact]
    public async Task A_client_s_own_customization_replaces_the_pool_s_wholly()
    {
        var pool = await WithDomain();
        await Set(pool, "ALL", Css, Png);
        var own = await Set(pool, pool.ClientId, null, Jpeg);
        Assert.Equal(pool.ClientId, (string?)own["ClientId"]);
        Assert.False(own.ContainsKey("CSS"));
        Assert.Contains($"/{pool.ClientId}/", (string)own["ImageUrl"]!, StringComparison.Ordinal);
        Assert.Equal(own.ToJsonString(), (await Get(pool, pool.ClientId)).ToJsonString());
        Assert.Equal(Css, (string?)(await Get(pool, null))["CSS"]);

        Assert.Equal($$"""{"UserPoolId":"{{pool.Id}}","ClientId":"{{pool.ClientId}}"}""", (await Set(pool, pool.ClientId, null, null)).ToJsonString());
        Assert.Equal("ALL", (string?)(await Get(pool, pool.ClientId))["ClientId"]);
    }

    [Fact]
    public async Task CSS_and_logo_are_set_together_and_removed_together()
    {
        var pool = await WithDomain();
        Assert.Equal($$"""{"UserPoolId":"{{pool.Id}}","ClientId":"ALL"}""", (await Get(pool, null)).ToJsonString());
        var first = await Set(pool, null, Css, Png);
        var second = await Set(pool, null, Css, null);
        Assert.False(second.ContainsKey("ImageUrl"));
        Assert.Equal((double)first["CreationDate"]!, (double)second["CreationDate"]!);
        Assert.True(string.CompareOrdinal((string?)second["CSSVersion"], (string?)first["CSSVersion"]) > 0);
        Assert.False((await Set(pool, null, "", Png)).ContainsKey("CSS"));

        Assert.Equal($$"""{"UserPoolId":"{{pool.Id}}","ClientId":"ALL"}""", (await Set(pool, null, "", [])).ToJsonString());
        Assert.Equal($$"""{"UserPoolId":"{{pool.Id}}","ClientId":"ALL"}""", (await Set(pool, null, null, null)).ToJsonString());
        Assert.Equal($$"""{"UserPoolId":"{{pool.Id}}","ClientId":"{{pool.ClientId}}"}""", (await Get(pool, pool.ClientId)).ToJsonString());
    }

    [Fact]
    public async Task Without_a_domain_nothing_is_set_shown_or_removed()
    {
        var pool = await Pool.Create(server);
        await Refused(pool, "SetUICustomization", NoDomain, new() { ["CSS"] = Css });
        await Refused(pool, "GetUICustomization", NoDomain, []);

        var name = await AddDomain(pool);
        await Set(pool, pool.ClientId, Css, null);
        await server.Api.Call("DeleteUserPoolDomain", new() { ["UserPoolId"] = pool.Id, ["Domain"] = name });
        await Refused(pool, "SetUICustomization", NoDomain, new() { ["ClientId"] = pool.ClientId });
        await Refused(pool, "GetUICustomization", NoDomain, new() { ["ClientId"] = pool.ClientId });

        await AddDomain(pool);
        Assert.Equal(Css, (string?)(await Get(pool, pool.ClientId))["CSS"]);
    }

    [Theory]
    [InlineData("body {color: red}", "The CSS class body is not in the list of allowed classes.")]
    [InlineData("@import 'x';", "The CSS is not valid: at-rules are not allowed.")]
    [InlineData(".label-customizable {background: url(x)}", "The CSS is not valid: the function url is not allowed.")]
    [InlineData(".label-customizable {color: red}</style>", "The CSS is not valid: '</' is not allowed.")]
    public async Task CSS_that_is_more_than_harmless_rules_is_refused_whole(string css, string text)
    {
        var pool = await WithDomain();
        await Set(pool, null, Css, null);
        await Refused(pool, "SetUICustomization", text, new() { ["CSS"] = Css + css });
        Assert.Equal(Css, (string?)(await Get(pool, null))["CSS"]);
    }

    [Fact]
    public async Task A_logo_is_a_PNG_or_a_JPEG_of_a_hundred_kilobytes_at_most()
    {
        var pool = await WithDomain();
        var largest = new byte[100 * 1024];
        Png.CopyTo(largest, 0);
        Assert.NotNull((await Set(pool, null, null, largest))["ImageUrl"]);
        await Refused(pool, "SetUICustomization", "The image file must not be larger than 100 KB.", new() { ["ImageFile"] = Convert.ToBase64String([.. largest, 0]) });
        await Refused(pool, "SetUICustomization", "The image file must be a PNG, JPG or JPEG file.", new() { ["ImageFile"] = Convert.ToBase64String("GIF89a"u8) });
        await Refused(pool, "SetUICustomization", "The image file must be a PNG, JPG or JPEG file.", new() { ["ImageFile"] = Convert.ToBase64String("<svg/>"u8) });
        await Refused(pool, "SetUICustomization", "CSS and image file together must not be larger than 135 KB.", new()
        {
            ["ImageFile"] = Convert.ToBase64String(largest),
            ["CSS"] = Css + new string(' ', 4000),
        });
    }

    [Fact]
    public async Task A_client_must_be_there()
    {
        var pool = await WithDomain();
        foreach (var operation in new[] { "SetUICustomization", "GetUICustomization" })
        {
            var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = pool.Id, ["ClientId"] = "nobody" });
            Assert.Equal(("ResourceNotFoundException", "User pool client nobody does not exist."), (error.Type, error.Text));
            error = await server.Api.Fail(operation, new() { ["UserPoolId"] = "us-east-1_nowhere00" });
            Assert.Equal(("ResourceNotFoundException", "User pool us-east-1_nowhere00 does not exist."), (error.Type, error.Text));
        }
    }

    [Fact]
    public async Task Of_several_customizations_at_once_one_stays_whole()
    {
        var pool = await WithDomain();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            try
            {
                await Set(pool, pool.ClientId, $".label-customizable {{font-weight: {i}00;}}", [.. Png, (byte)i]);
            }
            catch (ServiceError error)
            {
                Assert.Equal("TooManyRequestsException", error.Type);
            }
        }));
        Assert.Matches("font-weight: [0-3]00", (string)(await Get(pool, pool.ClientId))["CSS"]!);
        await Set(pool, pool.ClientId, null, null);
        Assert.False((await Get(pool, pool.ClientId)).ContainsKey("CSS"));
    }

    private async Task<Pool> WithDomain()
    {
        var pool = await Pool.Create(server);
        await AddDomain(pool);
        return pool;
    }

    private async Task<string> AddDomain(Pool pool)
    {
        var name = "d" + Guid.NewGuid().ToString("N");
        await server.Api.Call("CreateUserPoolDomain", new() { ["UserPoolId"] = pool.Id, ["Domain"] = name });
        return name;
    }

    private async Task<JsonObject> Set(Pool pool, string? clientId, string? css, byte[]? image)
    {
        var request = new JsonObject { ["UserPoolId"] = pool.Id };
        if (clientId is not null)
            request["ClientId"] = clientId;
        if (css is not null)
            request["CSS"] = css;
        if (image is not null)
            request["ImageFile"] = Convert.ToBase64String(image);
        return (await server.Api.Call("SetUICustomization", request))["UICustomization"]!.AsObject();
    }

    private async Task<JsonObject> Get(Pool pool, string? clientId)
    {
        var request = new JsonObject { ["UserPoolId"] = pool.Id };
        if (clientId is not null)
            request["ClientId"] = clientId;
        return (await server.Api.Call("GetUICustomization", request))["UICustomization"]!.AsObject();
    }

    private async Task Refused(Pool pool, string operation, string text, JsonObject members)
    {
        members["UserPoolId"] = pool.Id;
        var error = await server.Api.Fail(operation, members);
        Assert.Equal(("InvalidParameterException", text), (error.Type, error.Text));
    }
}
