using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Postern.Tests.Server;

/// <summary>The disk is full: what writes is refused whole, and what only reads goes on.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_refuses_sign_ups_with_an_error_that_SDKs_retry_and_sign_in_goes_on()
    {
        await using var server = await TestServer.Own(static options => options with { SqliteSettings = "PRAGMA max_page_count = 120" });
        var pool = await Pool.Create(server);
        await pool.AddUser("jane");
        var signedIn = await pool.SignIn("jane");

        var count = 0;
        ServiceError? refusal = null;
        while (refusal is null)
        {
            Assert.InRange(count, 0, 5000);
            try
            {
                await SignUp(count);
                count++;
            }
            catch (ServiceError error)
            {
                refusal = error;
            }
        }
        Assert.Equal(("InternalErrorException", HttpStatusCode.InternalServerError), (refusal.Type, refusal.Status));

        // Nothing of the user who was refused stays, nor is anything lost of those before.
        Assert.Equal("UserNotFoundException", (await Missing(count)).Type);
        await pool.Admin("AdminGetUser", $"user{count - 1}");
        Assert.NotNull((await pool.SignIn("jane"))["IdToken"]);
        Assert.Equal("jane", (string?)(await server.Api.Call("GetUser", new() { ["AccessToken"] = (string?)signedIn["AccessToken"] }, sign: false))["Username"]);
        Assert.True((await server.Api.Http.GetAsync("/_postern/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode);

        // What is given back is used again.
        for (var user = 0; user < Math.Min(40, count); user++)
            await pool.Admin("AdminDeleteUser", $"user{user}");
        await SignUp(count);

        Task SignUp(int number) => server.Api.Call(
            "SignUp", new() { ["ClientId"] = pool.ClientId, ["Username"] = $"user{number}", ["Password"] = Pool.Password }, sign: false);

        Task<ServiceError> Missing(int number) => server.Api.Fail("AdminGetUser", new() { ["UserPoolId"] = pool.Id, ["Username"] = $"user{number}" });
    }

    [Fact]
    public async Task A_full_disk_is_told_to_browsers_on_a_page_and_to_scripts_as_JSON()
    {
        await using var server = await TestServer.Own(static options => options with { SqliteSettings = "PRAGMA max_page_count = 120" });
        var pool = await OAuthPool.Create(server, new() { ["DcrConfiguration"] = new JsonObject { ["OpenDcrEnabled"] = true } });
        using var browser = pool.Browser();
        for (var count = 0; browser.Status is not HttpStatusCode.InternalServerError; count++)
        {
            Assert.InRange(count, 0, 5000);
            await browser.Open(pool.Url("/signup"));
            await browser.Submit(("username", $"user{count}"), ("password", Pool.Password));
        }
        Assert.Contains("""role="alert">Something went wrong</p>""", browser.Html, StringComparison.Ordinal);
        Assert.Contains("Content-Security-Policy", browser.Answer.Headers.Select(static header => header.Key));

        string answer;
        do
        {
            using var metadata = new StringContent("""{"redirect_uris":["https://app.example/callback"]}""", Encoding.UTF8, "application/json");
            using var registered = await server.Api.Http.PostAsync(pool.Base + "/oauth2/register", metadata);
            answer = $"{(int)registered.StatusCode} {await registered.Content.ReadAsStringAsync()}";
        }
        while (answer.StartsWith("201", StringComparison.Ordinal));
        Assert.Equal("""500 {"error":"server_error"}""", answer);

        await browser.Open(pool.Url("/login"));
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }
}
