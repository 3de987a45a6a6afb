using System.Net;
using System.Text.Json.Nodes;
using Postern.Federation;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.BackChannelLogoutTests;

namespace Postern.Tests.OAuth;

/// <summary>How logout tokens are delivered, and where to.</summary>
public sealed class LogoutDeliveryTests(TestServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Accepted)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task What_failed_is_tried_again_with_a_token_of_its_own(HttpStatusCode failure)
    {
        await using var receiver = await LogoutReceiver.Start(failure, failure, HttpStatusCode.NoContent);
        var (pool, sid) = await SignedOut(receiver);
        var tokens = new List<JsonObject>();
        while (tokens.Count < 3)
            tokens.Add(await receiver.Next(server, pool, pool.ClientId));
        Assert.All(tokens, token => Assert.Equal(sid, (string?)token["sid"]));
        Assert.Equal(3, tokens.Select(static token => (string?)token["jti"]).Distinct().Count());
        await AssertOver(pool, receiver, 3);
    }

    [Fact]
    public async Task A_refusal_is_final()
    {
        await using var receiver = await LogoutReceiver.Start(HttpStatusCode.BadRequest);
        var (pool, sid) = await SignedOut(receiver);
        Assert.Equal(sid, (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
        await AssertOver(pool, receiver, 1);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await LogoutReceiver.Start();
        await using var receiver = await LogoutReceiver.Start((context, number) =>
        {
            if (number == 1)
            {
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = elsewhere.Url;
            }
            return Task.CompletedTask;
        });
        var (pool, _) = await SignedOut(receiver);
        await receiver.Next(server, pool, pool.ClientId);
        await receiver.Next(server, pool, pool.ClientId);
        Assert.Equal(0, elsewhere.Count);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        var gone = new TaskCompletionSource();
        await using var receiver = await LogoutReceiver.Start(async (context, _) =>
        {
            context.RequestAborted.Register(gone.SetResult);
            var junk = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(junk);
        });
        var (pool, sid) = await SignedOut(receiver);
        Assert.Equal(sid, (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        // The status was a success.
        Assert.Equal(1, receiver.Count);
    }

    [Fact]
    public async Task A_client_that_never_answers_holds_up_neither_sign_out_nor_other_clients()
    {
        var never = new TaskCompletionSource();
        await using var slow = await LogoutReceiver.Start((_, _) => never.Task);
        await using var receiver = await LogoutReceiver.Start();
        var (pool, _) = await Create(slow);
        var (second, _) = await pool.AddUsersClient();
        await Name(pool, second, receiver);
        var user = await pool.Pool.AddUser();
        for (var turn = 0; turn < 20; turn++)
        {
            var signedIn = await Visit.SignIn(pool, user);
            var other = await Visit.To(pool.Url("/oauth2/authorize", ("client_id", second)), signedIn.Session);
            var sid = Claims(await Exchange(pool, other, second))["sid"];
            await Logout(pool, signedIn.Session);
            Assert.Equal((string?)sid, (string?)(await receiver.Next(server, pool, second))["sid"]);
        }
        Assert.True(slow.Count > 0);
        never.SetResult();
    }

    [Fact]
    public async Task What_was_not_delivered_survives_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"postern-{Guid.NewGuid():n}.db");
        await using var receiver = await LogoutReceiver.Start(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        try
        {
            await using (var before = await TestServer.Own(options => options with { Data = file }))
            {
                var (pool, _) = await Create(receiver, before);
                var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
                await Exchange(pool, signedIn);
                await Logout(pool, signedIn.Session);
                await receiver.Raw();
            }
            Assert.Equal(1, receiver.Count);
            await using var after = await TestServer.Own(options => options with { Data = file });
            await receiver.Raw();
            Assert.Equal(2, receiver.Count);
        }
        finally
        {
            foreach (var left in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(file) + "*"))
                File.Delete(left);
        }
    }

    [Theory]
    [InlineData("http://app.example/out")]
    [InlineData("https://app.example/out#x")]
    [InlineData("https://app.example/out#")]
    [InlineData("https://user:password@app.example/out")]
    [InlineData("https://")]
    [InlineData("/out")]
    [InlineData("")]
    [InlineData("ftp://app.example/out")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://app.example/ out")]
    public async Task An_address_is_https_or_of_this_machine_without_a_fragment(string address)
    {
        var described = await server.Api.Call("CreateUserPool", new() { ["PoolName"] = "p" });
        var tags = new JsonObject { ["postern:backchannel-logout-uri:abc"] = address };
        var id = (string?)described["UserPool"]!["Id"];
        foreach (var refused in new[]
        {
            await server.Api.Fail("CreateUserPool", new() { ["PoolName"] = "p", ["UserPoolTags"] = tags.DeepClone() }),
            await server.Api.Fail("UpdateUserPool", new() { ["UserPoolId"] = id, ["UserPoolTags"] = tags.DeepClone() }),
            await server.Api.Fail("TagResource", new() { ["ResourceArn"] = (string?)described["UserPool"]!["Arn"], ["Tags"] = tags.DeepClone() }),
        })
        {
            Assert.Equal("InvalidParameterException", refused.Type);
            Assert.Contains("postern:backchannel-logout-uri:abc' is an address by https", refused.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://app.example:8443/out?tenant=1")]
    [InlineData("http://localhost:3000/out")]
    [InlineData("http://127.0.0.1/out")]
    [InlineData("http://[::1]:3000/out")]
    public async Task Such_an_address_is_taken(string address) =>
        await server.Api.Call("CreateUserPool", new() { ["PoolName"] = "p", ["UserPoolTags"] = new JsonObject { ["postern:backchannel-logout-uri:abc"] = address } });

    [Theory]
    [InlineData(NetworkReach.Network)]
    [InlineData(NetworkReach.Public)]
    [InlineData(NetworkReach.Anywhere)]
    public async Task Production_does_not_call_this_machine(NetworkReach reach)
    {
        await using var receiver = await LogoutReceiver.Start();
        using var forms = new OutsideForms(reach);
        foreach (var address in new[] { receiver.Url, receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) })
            Assert.Equal(reach is NetworkReach.Anywhere ? HttpStatusCode.OK : null, await forms.Post(address, "logout_token", "x", Stop));
        Assert.Equal(reach is NetworkReach.Anywhere ? 2 : 0, receiver.Count);
    }

    private async Task<(OAuthPool Pool, string? Sid)> SignedOut(LogoutReceiver receiver)
    {
        var (pool, user) = await Create(receiver);
        var signedIn = await Visit.SignIn(pool, user);
        var sid = (string?)Claims(await Exchange(pool, signedIn))["sid"];
        await Logout(pool, signedIn.Session);
        return (pool, sid);
    }

    private async Task<(OAuthPool Pool, string User)> Create(LogoutReceiver receiver, TestServer? of = null)
    {
        var pool = await OAuthPool.Create(of ?? server);
        await Visit.Switch(pool, "backchannel-logout");
        await Name(pool, pool.ClientId, receiver);
        return (pool, await pool.Pool.AddUser());
    }

    /// <summary>Nothing of the session is sent any more: a later one is the next.</summary>
    private async Task AssertOver(OAuthPool pool, LogoutReceiver receiver, int count)
    {
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        var sid = (string?)Claims(await Exchange(pool, signedIn))["sid"];
        await Logout(pool, signedIn.Session);
        Assert.Equal(sid, (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
        Assert.Equal(count + 1, receiver.Count);
    }
}
