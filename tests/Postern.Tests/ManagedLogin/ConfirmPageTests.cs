using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

public sealed class ConfirmPageTests(TestServer server)
{
    [Theory]
    [InlineData("/confirm")]
    [InlineData("/resendcode")]
    [InlineData("/confirmforgotPassword")]
    [InlineData("/confirmForgotPassword")]
    public async Task A_page_that_another_leads_to_cannot_be_opened_alone(string path)
    {
        var pool = await AccountPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url(path));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("Something went wrong", browser.Problem());
    }

    [Fact]
    public async Task A_wrong_code_is_told_and_the_right_one_still_signs_in()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        var code = await server.Api.Code(address);
        foreach (var wrong in (string[])[SelfService.Wrong(code), "", "not a code", new('1', 5000), "<b>"])
        {
            await browser.Submit(("code", wrong));
            browser.AssertAt("/confirm");
            Assert.Equal(AccountPool.Mismatch, browser.Problem());
        }
        await browser.Submit(("code", $" {code} "));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Tries_are_counted_as_at_the_API()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        var code = await server.Api.Code(address);
        for (var tried = 0; tried < 15; tried++)
            await browser.Submit(("code", SelfService.Wrong(code)));
        Assert.Equal(AccountPool.Mismatch, browser.Problem());
        await browser.Submit(("code", code));
        Assert.Equal("Attempt limit exceeded, please try after some time.", browser.Problem());
        Assert.Equal("UNCONFIRMED", await pool.Status(address));
    }

    [Fact]
    public async Task A_code_sent_again_takes_the_place_of_the_first()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        var first = await server.Api.Code(address);
        await browser.Open(pool.Url("/resendcode"));
        browser.AssertAt("/confirm");
        Assert.Equal("A new code was sent.", browser.Text("class", "notice"));
        var second = await server.Api.Code(address);

        await browser.Open(pool.Url("/confirm"));
        Assert.Null(browser.Text("class", "notice"));
        if (first != second)
        {
            await browser.Submit(("code", first));
            Assert.Equal(AccountPool.Mismatch, browser.Problem());
        }
        await browser.Submit(("code", second));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Codes_are_sent_again_five_times_an_hour()
    {
        var pool = await AccountPool.Create(server);
        using var browser = await pool.SignUp(AccountPool.NewAddress());
        for (var sent = 0; sent < 5; sent++)
            await browser.Open(pool.Url("/resendcode"));
        Assert.Null(browser.Problem());
        await browser.Open(pool.Url("/resendcode"));
        Assert.Equal("Attempt limit exceeded, please try after some time.", browser.Problem());
    }

    [Fact]
    public async Task Whom_the_page_is_about_is_of_one_client_alone_and_cannot_be_made_up()
    {
        var pool = await AccountPool.Create(server);
        var (id, _) = await pool.Pool.AddClient(new()
        {
            ["SupportedIdentityProviders"] = new JsonArray("COGNITO"), ["CallbackURLs"] = new JsonArray(OAuthPool.Callback), ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("code"), ["AllowedOAuthScopes"] = new JsonArray("openid"),
        });
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        var data = browser.Cookies.GetCookies(new Uri(pool.Base + "/confirm"))["page-data"]!;
        Assert.DoesNotContain(address, Uri.UnescapeDataString(data.Value), StringComparison.Ordinal);
        Assert.True(data.HttpOnly);
        await browser.Open(pool.Url("/confirm", ("client_id", id)));
        Assert.Equal("Something went wrong", browser.Problem());

        await browser.Open(pool.Url("/confirm"));
        await browser.Submit(("code", await server.Api.Code(address)), ("page_data", "made-up"));
        Assert.Equal("Something went wrong", browser.Problem());
        Assert.Equal("UNCONFIRMED", await pool.Status(address));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_signs_in_unconfirmed_is_signed_in_once_confirmed_for_the_password_was_right(bool choosesFactor)
    {
        var pool = choosesFactor
            ? await AccountPool.Create(server, new() { ["Policies"] = SigningIn.FirstFactors("PASSWORD") }, new() { ["ExplicitAuthFlows"] = SigningIn.AllFlows })
            : await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(address);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", address), ("password", "Wr0ng-Passw0rd"));
        Assert.Equal("Incorrect username or password.", browser.Problem());
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", address), ("password", Pool.Password));
        browser.AssertAt("/confirm");
        Assert.Contains("We have sent a code by email to j***@e***.", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", await server.Api.Code(address)));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Slow_mail_still_signs_in_and_a_code_of_yesterday_does_not()
    {
        await using var own = await TestServer.Own();
        var pool = await AccountPool.Create(own);
        var (soon, late) = (AccountPool.NewAddress(), AccountPool.NewAddress());
        using var browser = await pool.SignUp(soon);
        using var other = await pool.SignUp(late);
        await own.Advance("PT23H");
        await browser.Submit(("code", await own.Api.Code(soon)));
        await pool.AssertSignedIn(browser);

        await own.Advance("PT2H");
        await other.Submit(("code", await own.Api.Code(late)));
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Equal("UNCONFIRMED", await pool.Status(late));
    }

    [Fact]
    public async Task A_mail_that_no_server_takes_leads_to_the_page_where_it_can_be_sent_again()
    {
        await using var own = await TestServer.Own(static options => options with { Smtp = "127.0.0.1:1" });
        var pool = await AccountPool.Create(own);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        Assert.Contains("Unable to deliver the message", browser.Problem(), StringComparison.Ordinal);
        await browser.Open(pool.Url("/resendcode"));
        Assert.Contains("Unable to deliver the message", browser.Problem(), StringComparison.Ordinal);
        await browser.Submit(("code", await own.Api.Code(address)));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Who_was_confirmed_meanwhile_is_not_signed_in_by_the_old_page()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        var code = await server.Api.Code(address);
        await pool.Pool.Admin("AdminConfirmSignUp", address);
        await browser.Submit(("code", code));
        Assert.Equal("User cannot be confirmed. Current status is CONFIRMED", browser.Problem());
    }

    [Fact]
    public async Task Who_got_another_password_meanwhile_has_to_sign_in()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        var code = await server.Api.Code(address);
        await pool.Pool.Admin("AdminUpdateUserAttributes", address, new() { ["UserAttributes"] = Pool.Attributes(("email_verified", "true")) });
        await pool.Pool.Anyone("ForgotPassword", address);
        await pool.Pool.Anyone("ConfirmForgotPassword", address, new() { ["ConfirmationCode"] = await server.Api.Code(address), ["Password"] = "0ther-Passw0rd" });
        await browser.Submit(("code", code));
        Assert.Null(browser.Given("code"));
        Assert.NotNull(browser.Problem());
    }
}
