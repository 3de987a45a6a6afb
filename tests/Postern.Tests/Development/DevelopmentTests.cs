using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.Development;

public class DevelopmentTests(TestServer server)
{
    [Fact]
    public async Task The_inbox_shows_each_message_newest_first_and_by_address_and_pool()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own, new() { ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var other = await Pool.Create(own, new() { ["AutoVerifiedAttributes"] = new JsonArray("email") });
        await SignUp(pool, "ina", "ina@example.com");
        await SignUp(pool, "jon", "jon@example.com");
        await SignUp(other, "ina", "ina@example.com");

        var all = (await own.Api.Get("/_postern/dev/inbox"))!.AsArray();
        Assert.Equal(["ina@example.com", "jon@example.com", "ina@example.com"], all.Select(static message => (string?)message!["to"]));
        Assert.Equal(2, (await own.Api.Get("/_postern/dev/inbox?to=ina@example.com"))!.AsArray().Count);
        var mine = (await own.Api.Get($"/_postern/dev/inbox?to=ina@example.com&pool={pool.Id}"))!.AsArray().Single()!.AsObject();
        Assert.Equal(["at", "body", "code", "id", "medium", "subject", "to", "trigger", "userPoolId", "username"], mine.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("EMAIL", pool.Id, "ina", "CustomMessage_SignUp"), ((string?)mine["medium"], (string?)mine["userPoolId"], (string?)mine["username"], (string?)mine["trigger"]));
        Assert.Matches("^[0-9]{6}$", (string)mine["code"]!);
        Assert.Equal($"Your confirmation code is {(string)mine["code"]!}", (string?)mine["body"]);

        using var deleted = await own.Api.Http.DeleteAsync("/_postern/dev/inbox");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Empty((await own.Api.Get("/_postern/dev/inbox"))!.AsArray());
    }

    [Fact]
    public async Task The_clock_moves_sets_and_returns()
    {
        await using var own = await TestServer.Own();
        await own.Advance("PT1H");
        Assert.InRange(await Now(own) - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        await own.Advance("PT1H");
        Assert.InRange(await Now(own) - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(121));
        await own.Api.Post("/_postern/dev/clock", new JsonObject { ["set"] = "2030-01-01T00:00:00Z" });
        Assert.InRange(await Now(own), new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2030, 1, 1, 0, 1, 0, TimeSpan.Zero));
        var pool = await Pool.Create(own);
        var issued = UserPools.Tokens.Jwt.Read((string)(await pool.SignIn(await pool.AddUser()))["IdToken"]!).Claims["iat"]!;
        Assert.Equal(2030, DateTimeOffset.FromUnixTimeSeconds((long)issued).Year);
        await own.Api.Post("/_postern/dev/clock", new JsonObject());
        Assert.InRange(await Now(own) - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("""{"advance":"an hour"}""")]
    [InlineData("""{"set":"tomorrow"}""")]
    [InlineData("""{"advance":"P300Y"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task A_clock_that_can_not_be_set_so_says_why(string body)
    {
        using var response = await server.Api.Http.PostAsync("/_postern/dev/clock", new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEmpty((string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]!);
    }

    [Fact]
    public async Task A_reset_takes_everything_away()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var user = await pool.AddUser();
        var tokens = await pool.SignIn(user);
        await own.Advance("PT1H");
        await own.Api.Post("/_postern/dev/reset");
        Assert.Equal("NotAuthorizedException", (await own.Api.Fail("GetUser", new() { ["AccessToken"] = (string)tokens["AccessToken"]! }, sign: false)).Type);
        Assert.Equal("ResourceNotFoundException", (await own.Api.Fail("AdminGetUser", new() { ["UserPoolId"] = pool.Id, ["Username"] = user })).Type);
        Assert.InRange(await Now(own) - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        await Pool.Create(own);
    }

    [Fact]
    public async Task A_snapshot_brings_the_whole_state_back()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var user = await pool.AddUser();
        var tokens = await pool.SignIn(user);
        using (var saved = await own.Api.Http.PutAsync("/_postern/dev/snapshots/one", null))
            Assert.Equal(HttpStatusCode.OK, saved.StatusCode);

        await pool.AddUser("later");
        await pool.Admin("AdminDeleteUser", user);
        await own.Api.Post("/_postern/dev/snapshots/one/restore");
        Assert.Equal("UserNotFoundException", (await own.Api.Fail("AdminGetUser", new() { ["UserPoolId"] = pool.Id, ["Username"] = "later" })).Type);
        Assert.Equal(user, (string?)(await own.Api.Call("GetUser", new() { ["AccessToken"] = (string)tokens["AccessToken"]! }, sign: false))["Username"]);

        using var missing = await own.Api.Http.PostAsync("/_postern/dev/snapshots/two/restore", null);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        using var malformed = await own.Api.Http.PutAsync("/_postern/dev/snapshots/..%2Fetc", null);
        Assert.True(malformed.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Requests_in_flight_finish_before_a_reset_and_later_ones_wait_for_it()
    {
        await using var own = await TestServer.Own();
        await own.Api.Post("/_postern/dev/faults", new JsonArray(new JsonObject { ["operation"] = "DescribeUserPool", ["delay"] = "PT0.3S", ["times"] = 1 }));
        var pool = await Pool.Create(own);
        var slow = own.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id });
        await Task.WhenAll([slow, .. Enumerable.Range(0, 8).Select(_ => own.Api.Post("/_postern/dev/reset"))]);
        Assert.Equal("ResourceNotFoundException", (await own.Api.Fail("DescribeUserPool", new() { ["UserPoolId"] = pool.Id })).Type);
    }

    [Fact]
    public async Task A_scripted_fault_happens_as_often_as_it_says()
    {
        await using var own = await TestServer.Own();
        await own.Api.Post("/_postern/dev/faults", new JsonArray(new JsonObject { ["operation"] = "DescribeUserPool", ["error"] = "TooManyRequestsException", ["times"] = 2 }));
        var pool = await Pool.Create(own);
        for (var i = 0; i < 2; i++)
            Assert.Equal("TooManyRequestsException", (await own.Api.Fail("DescribeUserPool", new() { ["UserPoolId"] = pool.Id })).Type);
        await own.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id });
    }

    private static async Task<DateTimeOffset> Now(TestServer server) =>
        DateTimeOffset.Parse((string)(await server.Api.Get("/_postern/dev/clock"))!["now"]!, System.Globalization.CultureInfo.InvariantCulture);

    private static Task<JsonObject> SignUp(Pool pool, string username, string email) => pool.Api.Call("SignUp", new()
    {
        ["ClientId"] = pool.ClientId,
        ["Username"] = username,
        ["Password"] = Pool.Password,
        ["UserAttributes"] = Pool.Attributes(("email", email)),
    }, sign: false);
}
