using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Users;

namespace Postern.Tests.UserPools.SignUp;

public class AdminConfirmSignUpTests(TestServer server)
{
    [Fact]
    public async Task A_sign_up_is_confirmed_once_and_nothing_is_verified()
    {
        var pool = await Pool.Create(server, new() { ["AutoVerifiedAttributes"] = new JsonArray("email"), ["AliasAttributes"] = new JsonArray("email") });
        await pool.SignUp("anna", ("email", "anna@example.com"));
        Assert.Equal("UserNotConfirmedException", (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn("anna"))).Type);
        Assert.Empty(await pool.Admin("AdminConfirmSignUp", "anna"));
        Assert.Equal("CONFIRMED", await pool.Status("anna"));
        Assert.NotEqual("true", (await pool.Get("anna")).Attribute("email_verified"));
        Assert.Equal("UserNotFoundException", (await pool.Refuse("AdminGetUser", "anna@example.com")).Type);
        Assert.NotNull((await pool.SignIn("anna"))["AccessToken"]);
        Assert.Equal(("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"), await pool.Refuse("AdminConfirmSignUp", "anna"));
    }

    [Fact]
    public async Task A_user_whom_an_administrator_created_can_t_be_confirmed()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        Assert.Equal(("NotAuthorizedException", "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD"), await pool.Refuse("AdminConfirmSignUp", "anna"));
    }
}
