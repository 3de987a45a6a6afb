using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Tokens;

public class SignOutTests(TestServer server)
{
    private const string Revoked = "Access Token has been revoked";

    [Fact]
    public async Task A_global_sign_out_ends_every_sign_in_and_no_later_one()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var (first, second) = (await pool.SignIn(name), await pool.SignIn(name));
        Assert.Equal("{}", (await pool.Holder("GlobalSignOut", (string)first["AccessToken"]!)).ToJsonString());
        AssertError(await pool.HolderFails("GlobalSignOut", (string)first["AccessToken"]!), "NotAuthorizedException", Revoked);
        AssertError(await pool.HolderFails("GetUser", (string)second["AccessToken"]!), "NotAuthorizedException", Revoked);
        AssertError(await Refresh(pool, second), "NotAuthorizedException", "Refresh Token has been revoked");
        await pool.Holder("GetUser", await pool.AccessToken(name));
    }

    [Fact]
    public async Task A_revoked_refresh_token_takes_its_access_tokens_along_and_no_others()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var (revoked, other) = (await pool.SignIn(name), await pool.SignIn(name));
        Assert.Equal("{}", (await Revoke(pool, (string)revoked["RefreshToken"]!)).ToJsonString());
        AssertError(await pool.HolderFails("GetUser", (string)revoked["AccessToken"]!), "NotAuthorizedException", Revoked);
        AssertError(await Refresh(pool, revoked), "NotAuthorizedException", "Refresh Token has been revoked");
        await pool.Holder("GetUser", (string)other["AccessToken"]!);
        Assert.Equal("{}", (await Revoke(pool, (string)revoked["RefreshToken"]!)).ToJsonString());
    }

    [Fact]
    public async Task What_is_no_token_of_ours_is_revoked_already()
    {
        var pool = await Pool.Create(server);
        foreach (var token in (string[])["x", "a.b.c", "a.b.c.d.e", new string('A', 4000)])
            Assert.Equal("{}", (await Revoke(pool, token)).ToJsonString());
        Assert.Equal("InvalidParameterException", (await RevokeFails(pool, "")).Type);
        Assert.Equal("InvalidParameterException", (await RevokeFails(pool, "not a token")).Type);
    }

    [Fact]
    public async Task Only_refresh_tokens_are_revoked()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var signedIn = await pool.SignIn(await pool.Join());
        Assert.Equal("UnsupportedTokenTypeException", (await RevokeFails(pool, (string)signedIn["AccessToken"]!)).Type);
        Assert.Equal("UnsupportedTokenTypeException", (await RevokeFails(pool, (string)signedIn["IdToken"]!)).Type);
        await pool.Holder("GetUser", (string)signedIn["AccessToken"]!);
    }

    [Fact]
    public async Task A_client_that_does_not_revoke_says_so()
    {
        var pool = await Pool.Create(server, VerifiesEmail, new() { ["EnableTokenRevocation"] = false });
        var signedIn = await pool.SignIn(await pool.Join());
        Assert.Equal("UnsupportedOperationException", (await RevokeFails(pool, (string)signedIn["RefreshToken"]!)).Type);
        await pool.Holder("GetUser", (string)signedIn["AccessToken"]!);
    }

    [Fact]
    public async Task A_wrong_client_or_secret_is_unauthorized_and_revokes_nothing()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var (other, secret) = await pool.AddClient(new() { ["GenerateSecret"] = true });
        var signedIn = await pool.SignIn(await pool.Join());
        var token = (string)signedIn["RefreshToken"]!;
        Assert.Equal("UnauthorizedException", (await RevokeFails(pool, token, "nosuchclient")).Type);
        Assert.Equal("UnauthorizedException", (await RevokeFails(pool, token, other)).Type);
        Assert.Equal("UnauthorizedException", (await RevokeFails(pool, token, other, new string('x', 51))).Type);
        Assert.Equal("UnauthorizedException", (await RevokeFails(pool, token, other, secret)).Type);
        await pool.Holder("GetUser", (string)signedIn["AccessToken"]!);
        Assert.Null(await Refreshed(pool, signedIn));
    }

    private static Task<JsonObject> Revoke(Pool pool, string token) => pool.Api.Call("RevokeToken", new() { ["Token"] = token, ["ClientId"] = pool.ClientId }, sign: false);

    private static Task<ServiceError> RevokeFails(Pool pool, string token, string? client = null, string? secret = null)
    {
        var request = new JsonObject { ["Token"] = token, ["ClientId"] = client ?? pool.ClientId };
        if (secret is not null)
            request["ClientSecret"] = secret;
        return pool.Api.Fail("RevokeToken", request, sign: false);
    }

    private static async Task<ServiceError> Refresh(Pool pool, JsonObject signedIn) => await Refreshed(pool, signedIn) ?? throw new Xunit.Sdk.XunitException("The refresh token was taken");

    private static async Task<ServiceError?> Refreshed(Pool pool, JsonObject signedIn)
    {
        try
        {
            await pool.Api.Call("InitiateAuth", new()
            {
                ["ClientId"] = pool.ClientId,
                ["AuthFlow"] = "REFRESH_TOKEN_AUTH",
                ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = (string)signedIn["RefreshToken"]! },
            }, sign: false);
            return null;
        }
        catch (ServiceError error)
        {
            return error;
        }
    }
}
