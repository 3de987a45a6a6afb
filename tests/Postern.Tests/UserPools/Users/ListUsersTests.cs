using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Users;

public class ListUsersTests(TestServer server)
{
    [Fact]
    public async Task Users_are_shown_with_all_attributes_and_a_last_page_has_no_token()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna", ("email", "anna@example.com"), ("name", "Anna"));
        var page = await List(pool);
        Assert.Equal(["Users"], page.Members());
        var user = Assert.Single(page["Users"]!.AsArray())!.AsObject();
        Assert.Equal(["Attributes", "Enabled", "UserCreateDate", "UserLastModifiedDate", "UserStatus", "Username"], user.Members().Order());
        Assert.Equal(["sub", "email", "name"], user.AttributeNames());
        Assert.Equal("""{"Users":[]}""", (await List(await Pool.Create(server))).ToJsonString());
    }

    [Fact]
    public async Task Pages_hold_every_user_once()
    {
        var pool = await Pool.Create(server);
        var names = Enumerable.Range(0, 130).Select(i => $"user{i:000}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, _) =>
            await pool.Create(name, ("name", $"Name {name[^1]}"), ("email", $"{name}@example.com")));

        Assert.Equal(60, (await List(pool))["Users"]!.AsArray().Count);
        Assert.Equal(60, (await List(pool, new() { ["Limit"] = 0 }))["Users"]!.AsArray().Count);
        foreach (var limit in new int?[] { null, 7, 60 })
            Assert.Equal(names, (await pool.Find(null, limit)).Order());
        Assert.Equal(names, await pool.Find("username ^= \"user\"", 50));
        Assert.Equal(names, await pool.Find("email ^= \"user\""));
        Assert.Equal(names.Where(name => name.EndsWith('3')), (await pool.Find("name = \"Name 3\"", 5)).Order());
        Assert.Equal(names.OrderBy(name => name[^1]).Select(name => name[^1]), (await pool.Find("name ^= \"name\"", 11)).Select(name => name[^1]));
        Assert.Equal(names, (await pool.Find("cognito:user_status = \"force_change_password\"", 50)).Order());
        Assert.Equal(names, (await pool.Find("sub ^= \"\"", 50)).Order());
    }

    [Fact]
    public async Task Each_attribute_of_the_index_is_searched_by_value_and_prefix()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna", ("email", "anna@example.com"), ("phone_number", "+15555550100"), ("name", "Anna Lee"), ("given_name", "Anna"), ("family_name", "Lee"), ("preferred_username", "ann"));
        await pool.Create("bert", ("email", "bert@example.com"), ("phone_number", "+15555550200"), ("name", "Bert Lee"), ("given_name", "Bert"), ("family_name", "Lee"), ("preferred_username", "ben"));
        foreach (var (attribute, value, prefix) in new[]
        {
            ("username", "anna", "an"), ("email", "anna@example.com", "anna@"), ("phone_number", "+15555550100", "+155555501"), ("name", "Anna Lee", "Anna "),
            ("given_name", "Anna", "A"), ("preferred_username", "ann", "an"),
        })
        {
            Assert.Equal(["anna"], await pool.Find($"{attribute} = \"{value}\""));
            Assert.Equal(["anna"], await pool.Find($"{attribute}^=\"{prefix}\""));
            Assert.Empty(await pool.Find($"{attribute} = \"{prefix}\""));
            Assert.Empty(await pool.Find($"{attribute} ^= \"{value}x\""));
        }
        Assert.Equal(["anna", "bert"], (await pool.Find("family_name = \"Lee\"")).Order());
        Assert.Equal(["anna", "bert"], await pool.Find("email ^= \"\""));
        Assert.Equal(["anna", "bert"], (await pool.Find("")).Order());
    }

    [Fact]
    public async Task The_index_follows_changes()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna", ("email", "old@example.com"));
        await pool.Admin("AdminUpdateUserAttributes", "anna", new() { ["UserAttributes"] = Pool.Attributes(("email", "new@example.com")) });
        Assert.Empty(await pool.Find("email = \"old@example.com\""));
        Assert.Equal(["anna"], await pool.Find("email = \"new@example.com\""));
        await pool.Admin("AdminDeleteUser", "anna");
        Assert.Empty(await pool.Find("email = \"new@example.com\""));
    }

    [Fact]
    public async Task Case_counts_as_the_pool_says_for_names_and_never_for_the_rest()
    {
        var sensitive = await Pool.Create(server);
        await sensitive.Create("Anna", ("email", "Anna@example.com"), ("given_name", "Anna"));
        Assert.Empty(await sensitive.Find("username = \"anna\""));
        Assert.Empty(await sensitive.Find("email ^= \"anna\""));
        Assert.Equal(["Anna"], await sensitive.Find("email ^= \"Anna\""));
        Assert.Equal(["Anna"], await sensitive.Find("given_name = \"aNNA\""));

        var insensitive = await Pool.Create(server, new() { ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false } });
        await insensitive.Create("Anna", ("email", "Anna@example.com"));
        Assert.Equal(["anna"], await insensitive.Find("username = \"ANNA\""));
        Assert.Equal(["anna"], await insensitive.Find("email ^= \"anNA@\""));
    }

    [Fact]
    public async Task Status_is_searched_enabled_and_disabled()
    {
        var pool = await Pool.Create(server);
        foreach (var name in new[] { "anna", "bert", "carl", "dora", "emil" })
            await pool.Create(name);
        await pool.Admin("AdminDisableUser", "bert");
        await pool.Admin("AdminDisableUser", "dora");
        foreach (var limit in new int?[] { null, 1, 2 })
        {
            Assert.Equal(["anna", "carl", "emil"], (await pool.Find("status = \"Enabled\"", limit)).Order());
            Assert.Equal(["bert", "dora"], (await pool.Find("status = \"Disabled\"", limit)).Order());
            Assert.Equal(["bert", "dora"], (await pool.Find("status ^= \"Dis\"", limit)).Order());
            Assert.Equal(5, (await pool.Find("status ^= \"\"", limit)).Count);
        }
        Assert.Empty(await pool.Find("status = \"disabled\""));
        Assert.Empty(await pool.Find("status = \"CONFIRMED\""));
    }

    [Fact]
    public async Task The_user_status_is_searched_without_case()
    {
        var pool = await Pool.Create(server);
        await pool.AddUser("anna");
        await pool.Create("bert");
        Assert.Equal(["anna"], await pool.Find("cognito:user_status = \"CONFIRMED\""));
        Assert.Equal(["anna"], await pool.Find("cognito:user_status = \"Confirmed\""));
        Assert.Equal(["bert"], await pool.Find("cognito:user_status ^= \"FORCE\""));
        Assert.Empty(await pool.Find("cognito:user_status = \"UNCONFIRMED\""));
    }

    [Fact]
    public async Task A_sub_is_searched_whole_and_by_its_beginning()
    {
        var pool = await Pool.Create(server);
        var subs = new List<string>();
        for (var i = 0; i < 20; i++)
            subs.Add((await pool.Create($"user{i}")).Attribute("sub")!);
        var sub = subs[0];
        Assert.Equal(["user0"], await pool.Find($"sub = \"{sub}\""));
        Assert.Equal(["user0"], await pool.Find($"sub = \"{sub.ToUpperInvariant()}\""));
        Assert.Equal(["user0"], await pool.Find($"sub ^= \"{sub}\""));
        Assert.Equal(["user0"], await pool.Find($"sub ^= \"{sub[..20]}\""));
        Assert.Empty(await pool.Find($"sub ^= \"{sub}0\""));
        Assert.Empty(await pool.Find("sub = \"x\""));
        Assert.Empty(await pool.Find("sub ^= \"x\""));
        for (var digit = 0; digit < 16; digit++)
        {
            var expected = Enumerable.Range(0, 20).Where(i => subs[i][0] == "0123456789abcdef"[digit]).Select(i => $"user{i}").Order();
            Assert.Equal(expected, (await pool.Find($"sub ^= \"{digit:x}\"", 1)).Order());
        }
    }

    [Fact]
    public async Task A_username_filter_matches_no_alias_and_an_unverified_mail_is_found()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") });
        var user = await pool.Create("anna@example.com");
        Assert.Empty(await pool.Find("username = \"anna@example.com\""));
        Assert.Equal([user.Attribute("sub")!], await pool.Find("email = \"anna@example.com\""));
        Assert.Equal([user.Attribute("sub")!], await pool.Find($"username = \"{user.Attribute("sub")}\""));
    }

    [Fact]
    public async Task Quotes_in_values_are_escaped()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna", ("name", "Anna \"the\\first\" Lee"));
        Assert.Equal(["anna"], await pool.Find("name = \"Anna \\\"the\\\\first\\\" Lee\""));
    }

    [Fact]
    public async Task Only_the_attributes_asked_for_are_shown()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna", ("email", "anna@example.com"), ("name", "Anna"));
        async Task<IEnumerable<string>> Shown(params string[] names) => (await List(pool, new() { ["AttributesToGet"] = new JsonArray([.. names.Select(name => (JsonNode)name)]) }))["Users"]![0]!.AsObject().AttributeNames();
        Assert.Equal(["email"], await Shown("email"));
        Assert.Equal(["sub", "email"], await Shown("email", "sub", "nickname"));
        Assert.Empty(await Shown("nickname"));
        Assert.Equal(["sub", "email", "name"], await Shown());
    }

    [Fact]
    public async Task A_token_is_of_use_for_the_same_question_only()
    {
        var pool = await Pool.Create(server);
        for (var i = 0; i < 3; i++)
            await pool.Create($"user{i}");
        var token = (string)(await List(pool, new() { ["Limit"] = 1, ["Filter"] = "username ^= \"user\"" }))["PaginationToken"]!;
        var other = await Pool.Create(server);
        foreach (var (asked, id) in new[] { ("username ^= \"use\"", pool.Id), ("email ^= \"user\"", pool.Id), ("", pool.Id), ("username ^= \"user\"", other.Id) })
        {
            var error = await server.Api.Fail("ListUsers", new() { ["UserPoolId"] = id, ["Filter"] = asked, ["PaginationToken"] = token });
            Assert.Equal(("InvalidParameterException", "Invalid pagination token"), (error.Type, error.Text));
        }
        var garbage = await server.Api.Fail("ListUsers", new() { ["UserPoolId"] = pool.Id, ["PaginationToken"] = "garbage" });
        Assert.Equal(("InvalidParameterException", "Invalid pagination token"), (garbage.Type, garbage.Text));
        Assert.Equal("user1", (string?)(await List(pool, new() { ["Limit"] = 1, ["Filter"] = "username^=\"user\"", ["PaginationToken"] = token }))["Users"]![0]!["Username"]);
    }

    [Fact]
    public async Task A_token_expires_after_an_hour()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        await pool.Create("anna");
        await pool.Create("bert");
        var token = (string)(await List(pool, new() { ["Limit"] = 1 }))["PaginationToken"]!;
        await own.Advance("PT59M");
        await List(pool, new() { ["Limit"] = 1, ["PaginationToken"] = token });
        await own.Advance("PT2M");
        Assert.Equal("Invalid pagination token", (await own.Api.Fail("ListUsers", new() { ["UserPoolId"] = pool.Id, ["PaginationToken"] = token })).Text);
    }

    [Theory]
    [InlineData("username = anna", "Error while parsing filter")]
    [InlineData("username \"anna\"", "Error while parsing filter")]
    [InlineData("custom:team = \"blue\"", "Invalid search attribute: custom:team")]
    public async Task A_filter_that_can_t_be_served_is_refused(string filter, string error)
    {
        var pool = await Pool.Create(server);
        var refused = await server.Api.Fail("ListUsers", new() { ["UserPoolId"] = pool.Id, ["Filter"] = filter });
        Assert.Equal(("InvalidParameterException", error), (refused.Type, refused.Text));
    }

    [Fact]
    public async Task Limits_and_lengths_are_checked_and_a_pool_must_exist()
    {
        var pool = await Pool.Create(server);
        Assert.Equal("InvalidParameterException", (await server.Api.Fail("ListUsers", new() { ["UserPoolId"] = pool.Id, ["Limit"] = 61 })).Type);
        Assert.Equal("InvalidParameterException", (await server.Api.Fail("ListUsers", new() { ["UserPoolId"] = pool.Id, ["Filter"] = $"name = \"{new string('a', 250)}\"" })).Type);
        Assert.Equal("User pool us-east-1_nosuchpol does not exist.", (await server.Api.Fail("ListUsers", new() { ["UserPoolId"] = "us-east-1_nosuchpol" })).Text);
    }

    private static Task<JsonObject> List(Pool pool, JsonObject? more = null)
    {
        var request = more ?? [];
        request["UserPoolId"] = pool.Id;
        return pool.Api.Call("ListUsers", request);
    }
}
