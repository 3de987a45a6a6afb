using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Users;

public class OwnUserTests(TestServer server)
{
    [Fact]
    public async Task A_user_reads_what_the_client_may_read_and_no_more()
    {
        var pool = await Pool.Create(server, VerifiesEmail, new() { ["ReadAttributes"] = new JsonArray("email") });
        var name = NewName();
        var sub = (string)(await pool.SignUp(name, ("email", Address(name)), ("nickname", "F")))["UserSub"]!;
        await pool.Confirm(name, await pool.Api.Code(Address(name)));
        var user = await pool.Holder("GetUser", await pool.AccessToken(name));
        Assert.Equal(
            $$"""{"Username":"{{name}}","UserAttributes":[{"Name":"sub","Value":"{{sub}}"},{"Name":"email","Value":"{{Address(name)}}"}]}""",
            user.ToJsonString());
    }

    [Fact]
    public async Task A_deleted_user_is_gone_and_the_name_is_free()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        using (var response = await pool.Api.Raw("AWSCognitoIdentityProviderService.DeleteUser", "cognito-idp", new JsonObject { ["AccessToken"] = token }.ToJsonString(), sign: false))
        {
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal("", await response.Content.ReadAsStringAsync());
        }
        AssertError(await pool.HolderFails("GetUser", token), "UserNotFoundException", "User does not exist.");
        AssertError(await pool.HolderFails("DeleteUser", token), "UserNotFoundException", "User does not exist.");
        await pool.SignUp(name, ("email", Address(name)));
        await pool.Confirm(name, await pool.Api.Code(Address(name)));
        var again = await pool.Holder("GetUser", await pool.AccessToken(Address(name)));
        Assert.Equal(name, (string)again["Username"]!);
    }
}
