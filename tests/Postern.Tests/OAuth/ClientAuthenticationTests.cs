using System.Net;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class ClientAuthenticationTests(TestServer server)
{
    private const string WrongSecret = "invalid_client_secret";

    [Fact]
    public async Task A_secret_is_taken_from_the_header_or_the_form_and_both_must_agree()
    {
        var pool = await OAuthPool.Create(server);
        var (id, secret) = await Machine(pool);
        await Accepted(pool, Basic(id, secret));
        await Accepted(pool, Basic(id, secret), ("client_id", id));
        await Accepted(pool, Basic(id, secret).Replace("Basic", "basic", StringComparison.Ordinal));
        await Accepted(pool, null, ("client_id", id), ("client_secret", secret));
        await Accepted(pool, Basic(id, secret), ("client_id", id), ("client_secret", secret));

        await Refused(pool, null, Basic(id, secret), ("client_id", pool.ClientId));
        await Refused(pool, null, Basic(id, secret), ("client_id", id), ("client_secret", secret + "x"));
        await Refused(pool, null, Basic(id, secret + "x"), ("client_id", id), ("client_secret", secret));
    }

    [Fact]
    public async Task Every_live_secret_is_right_and_no_other()
    {
        var pool = await OAuthPool.Create(server);
        var (id, first) = await Machine(pool);
        var added = (await server.Api.Call("AddUserPoolClientSecret", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = id }))["ClientSecretDescriptor"]!;
        var second = (string)added["ClientSecretValue"]!;
        foreach (var secret in new[] { first, second })
        {
            await Accepted(pool, Basic(id, secret));
            await Accepted(pool, null, ("client_id", id), ("client_secret", secret));
        }
        await server.Api.Call("DeleteUserPoolClientSecret", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = id, ["ClientSecretId"] = (string)added["ClientSecretId"]! });
        await Refused(pool, WrongSecret, Basic(id, second));
        await Accepted(pool, Basic(id, first));
        foreach (var wrong in new[] { first[..^1], first + "A", first.ToUpperInvariant(), "", " ", first + first })
            await Refused(pool, WrongSecret, Basic(id, wrong));
        await Refused(pool, WrongSecret, null, ("client_id", id), ("client_secret", "wrong"));
        await Refused(pool, WrongSecret, null, ("client_id", id));
    }

    [Fact]
    public async Task A_header_that_is_no_Basic_is_refused_whatever_the_form_says()
    {
        var pool = await OAuthPool.Create(server);
        var (id, secret) = await Machine(pool);
        foreach (var header in new[] { "Bearer " + secret, "Basic", "Basic ", "Basic !!!", "Basic " + Convert.ToBase64String("nocolon"u8), "Basic " + Convert.ToBase64String(":secret"u8), "Digest x", "Basic " + new string('A', 8000), "x" })
            await Refused(pool, null, header, ("client_id", id), ("client_secret", secret));
    }

    [Fact]
    public async Task Who_is_unknown_or_of_another_pool_is_refused()
    {
        var pool = await OAuthPool.Create(server);
        var (id, secret) = await Machine(await OAuthPool.Create(server));
        await Refused(pool, null, Basic(id, secret));
        await Refused(pool, null, Basic("nosuchclient", secret));
        await Refused(pool, null, null, ("client_id", new string('a', 1000)));
        await Refused(pool, null, null, ("client_id", "tökén\n"));
    }

    [Fact]
    public async Task A_public_client_has_no_secret_to_send()
    {
        var pool = await OAuthPool.Create(server);
        await Refused(pool, WrongSecret, null, ("client_id", pool.ClientId), ("client_secret", "something"));
        await Refused(pool, WrongSecret, Basic(pool.ClientId, "something"));
        // An empty one, as some libraries send it, is none.
        AssertRefused(await pool.Grant(Basic(pool.ClientId, ""), ("grant_type", "nothing")), "unsupported_grant_type");
        AssertRefused(await pool.Grant(null, ("grant_type", "nothing"), ("client_id", pool.ClientId), ("client_secret", "")), "unsupported_grant_type");
    }

    private static async Task<(string Id, string Secret)> Machine(OAuthPool pool)
    {
        await pool.AddServer("api", "read");
        return await pool.AddMachine("api/read");
    }

    private static async Task Accepted(OAuthPool pool, string? authorization, params (string Name, string Value)[] fields) =>
        Assert.Equal(HttpStatusCode.OK, (await pool.Grant(authorization, [("grant_type", "client_credentials"), .. fields])).Status);

    private static async Task Refused(OAuthPool pool, string? description, string? authorization, params (string Name, string Value)[] fields) =>
        AssertRefused(await pool.Grant(authorization, [("grant_type", "client_credentials"), .. fields]), "invalid_client", description);
}
