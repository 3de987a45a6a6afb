using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class RegistrationAccessTests(TestServer server)
{
    private const string Closed = "{}";

    [Theory]
    [InlineData("""{"EnableStatus":"Disabled","OpenDcrEnabled":true}""", HttpStatusCode.Forbidden, "access_denied")]
    [InlineData("""{"OpenDcrEnabled":false}""", HttpStatusCode.Unauthorized, "invalid_token")]
    [InlineData("""{"OpenDcrEnabled":true,"OpenDcrGrantTypes":[]}""", HttpStatusCode.Forbidden, "access_denied")]
    [InlineData("""{"OpenDcrEnabled":true,"OpenDcrGrantTypes":["implicit"]}""", HttpStatusCode.Forbidden, "access_denied")]
    public async Task Nobody_registers_without_a_token_where_the_pool_is_not_open(string registration, HttpStatusCode status, string error)
    {
        var pool = await RegistrationCalls.Pool(server, registration);
        var refused = await pool.Register(server);
        Assert.Equal(status, refused.Status);
        Assert.Equal(error, refused.Error);
        Assert.Equal(status is HttpStatusCode.Unauthorized, refused.Answer.Headers.WwwAuthenticate.Any(static challenge => challenge.Scheme == "Bearer"));
    }

    [Fact]
    public async Task A_pool_that_was_never_told_registers_nothing()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal(HttpStatusCode.Forbidden, (await pool.Register(server)).Status);
    }

    [Fact]
    public async Task A_user_with_a_token_of_the_scope_registers_a_client()
    {
        var pool = await RegistrationCalls.Pool(server, Closed, Registrar());
        var made = await pool.Register(server, token: await pool.Token(RegistrationCalls.Scope));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal("DCR", (string?)(await pool.Describe(made.ClientId))["ClientType"]);
    }

    [Fact]
    public async Task A_token_without_the_scope_is_refused_open_or_not()
    {
        var pool = await RegistrationCalls.Pool(server, """{"OpenDcrEnabled":true}""", Registrar());
        var refused = await pool.Register(server, token: await pool.Token("openid"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal("insufficient_scope", refused.Error);
        Assert.Contains("insufficient_scope", refused.Answer.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authenticated_registration_permits_its_own_grant_types()
    {
        var pool = await RegistrationCalls.Pool(server, """{"OpenDcrEnabled":true,"AuthenticatedGrantTypes":[]}""", Registrar());
        var refused = await pool.Register(server, token: await pool.Token(RegistrationCalls.Scope));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal("access_denied", refused.Error);
        Assert.Equal(HttpStatusCode.Created, (await pool.Register(server)).Status);
    }

    [Fact]
    public async Task A_token_that_is_none_of_the_pools_access_tokens_is_refused()
    {
        var pool = await RegistrationCalls.Pool(server, """{"OpenDcrEnabled":true}""", Registrar());
        var other = await RegistrationCalls.Pool(server, Closed, Registrar());
        var (_, tokens) = await pool.Exchange(await pool.Code(await pool.Pool.AddUser(), ("scope", "openid " + RegistrationCalls.Scope)));
        var access = (string)tokens["access_token"]!;
        foreach (var token in new[] { "x", "a.b.c", access[..^8] + "AAAAAAAA", (string)tokens["id_token"]!, (string)tokens["refresh_token"]!, await other.Token(RegistrationCalls.Scope) })
        {
            var refused = await pool.Register(server, token: token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.Equal("invalid_token", refused.Error);
            Assert.Contains("invalid_token", refused.Answer.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.Created, (await pool.Register(server, token: access)).Status);
    }

    [Theory]
    [InlineData("AdminUserGlobalSignOut")]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminDeleteUser")]
    public async Task A_token_dies_with_its_user(string operation)
    {
        var pool = await RegistrationCalls.Pool(server, Closed, Registrar());
        var user = await pool.Pool.AddUser();
        var token = await pool.Token(RegistrationCalls.Scope, user);
        await pool.Pool.Admin(operation, user);
        Assert.Equal("invalid_token", (await pool.Register(server, token: token)).Error);
    }

    [Fact]
    public async Task A_token_is_of_no_use_when_it_expired_or_its_client_is_gone()
    {
        await using var own = await TestServer.Own();
        var pool = await RegistrationCalls.Pool(own, Closed, Registrar());
        var token = await pool.Token(RegistrationCalls.Scope);
        await own.Advance("PT59M");
        Assert.Equal(HttpStatusCode.Created, (await pool.Register(own, token: token)).Status);
        await own.Advance("PT2M");
        Assert.Equal("invalid_token", (await pool.Register(own, token: token)).Error);

        var fresh = await pool.Token(RegistrationCalls.Scope);
        await own.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = pool.ClientId });
        Assert.Equal("invalid_token", (await pool.Register(own, token: fresh)).Error);
    }

    [Fact]
    public async Task Registration_ends_when_the_pool_switches_it_off()
    {
        var pool = await RegistrationCalls.Pool(server, """{"OpenDcrEnabled":true}""");
        Assert.Equal(HttpStatusCode.Created, (await pool.Register(server)).Status);
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Pool.Id, ["DcrConfiguration"] = new JsonObject { ["EnableStatus"] = "Disabled", ["OpenDcrEnabled"] = true } });
        Assert.Equal(HttpStatusCode.Forbidden, (await pool.Register(server)).Status);
    }

    [Fact]
    public async Task Discovery_names_the_endpoint_where_the_pool_allows_registration()
    {
        Assert.EndsWith("/oauth2/register", await Discovered(await RegistrationCalls.Pool(server, Closed)), StringComparison.Ordinal);
        Assert.Null(await Discovered(await RegistrationCalls.Pool(server, """{"EnableStatus":"Disabled"}""")));
        Assert.Null(await Discovered(await OAuthPool.Create(server)));
    }

    private async Task<string?> Discovered(OAuthPool pool) =>
        (string?)(await server.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!["registration_endpoint"];

    private static JsonObject Registrar() => new() { ["AllowedOAuthScopes"] = new JsonArray("openid", RegistrationCalls.Scope) };
}
