using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

public sealed class RecoveryPageTests(TestServer server)
{
    private const string NewPassword = "N3w-Passw0rd";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_forgotten_password_is_set_anew_by_the_code_of_the_mail(int version)
    {
        var pool = await AccountPool.Create(server, version: version);
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = await Forgot(pool, address);
        browser.AssertAt("/confirmforgotPassword");
        Assert.Contains("We have sent a password reset code by email to j***@e***.", browser.Html, StringComparison.Ordinal);

        await browser.Submit(("code", await server.Api.Code(address)), ("new_password", NewPassword), ("confirm_password", NewPassword));
        browser.AssertAt("/login");
        Assert.Equal("Your password has been changed. Sign in with the new one.", browser.Text("role", "status"));
        var page = browser.Html;
        await browser.Open(pool.Url("/login"));
        Assert.Null(browser.Text("role", "status"));

        browser.Show(page);
        await browser.Submit(("username", address), ("password", NewPassword));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Where_a_switch_says_so_the_new_password_signs_in_at_once()
    {
        var pool = await AccountPool.Create(server, new() { ["UserPoolTags"] = new JsonObject { ["postern:sign-in-after-reset"] = "true" } });
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = await Forgot(pool, address);
        await browser.Submit(("code", await server.Api.Code(address)), ("new_password", NewPassword), ("confirm_password", NewPassword));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task What_is_wrong_with_the_new_password_is_told_before_a_try_is_counted()
    {
        var pool = await AccountPool.Create(server);
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = await Forgot(pool, address);
        var code = await server.Api.Code(address);
        for (var tried = 0; tried < 25; tried++)
            await browser.Submit(("code", code), ("new_password", NewPassword), ("confirm_password", "other"));
        Assert.Equal("Passwords do not match", browser.Problem());
        await browser.Submit(("code", code), ("new_password", "short"), ("confirm_password", "short"));
        Assert.Equal("Password did not conform with policy: Password not long enough", browser.Problem());
        await browser.Submit(("code", code), ("new_password", NewPassword + " "), ("confirm_password", NewPassword + " "));
        Assert.Equal("Password must not contain a leading or trailing space", browser.Problem());
        Assert.DoesNotContain(NewPassword, browser.Html, StringComparison.Ordinal);
        foreach (var wrong in (string[])[SelfService.Wrong(code), "", "no code", new('1', 5000)])
        {
            await browser.Submit(("code", wrong), ("new_password", NewPassword), ("confirm_password", NewPassword));
            Assert.Equal(AccountPool.Mismatch, browser.Problem());
        }
        await browser.Submit(("code", code), ("new_password", NewPassword), ("confirm_password", NewPassword));
        browser.AssertAt("/login");
    }

    [Fact]
    public async Task A_name_that_nobody_has_goes_the_same_way_where_users_are_hidden()
    {
        var pool = await AccountPool.Create(server, client: SelfService.HidesUsers);
        var known = await pool.Pool.AddUser(AccountPool.NewAddress());
        var unknown = AccountPool.NewAddress();
        using var real = await Forgot(pool, known);
        using var made = await Forgot(pool, unknown);
        made.AssertAt("/confirmforgotPassword");
        Assert.Equal(Same(real.Html, known), Same(made.Html, unknown));

        foreach (var browser in (WebBrowser[])[real, made])
            await browser.Submit(("code", SelfService.Wrong(await server.Api.Code(known))), ("new_password", NewPassword), ("confirm_password", NewPassword));
        Assert.Equal(AccountPool.Mismatch, made.Problem());
        Assert.Equal(Same(real.Html, known), Same(made.Html, unknown));
    }

    [Fact]
    public async Task Disabled_users_and_users_without_a_verified_contact_look_like_any_other_where_users_are_hidden()
    {
        var pool = await AccountPool.Create(server, client: SelfService.HidesUsers);
        var (disabled, unverified) = (await pool.Pool.AddUser(AccountPool.NewAddress()), await pool.Pool.AddUser(AccountPool.NewAddress()));
        await pool.Pool.Admin("AdminDisableUser", disabled);
        await pool.Pool.Admin("AdminUpdateUserAttributes", unverified, new() { ["UserAttributes"] = Pool.Attributes(("email_verified", "false")) });
        foreach (var name in (string[])[disabled, unverified])
        {
            using var browser = await Forgot(pool, name);
            browser.AssertAt("/confirmforgotPassword");
            Assert.Contains("to j***@e***", browser.Html, StringComparison.Ordinal);
            Assert.Empty((await server.Api.Get("/_postern/dev/inbox?to=" + Uri.EscapeDataString(name)))!.AsArray());
        }
    }

    [Fact]
    public async Task Where_users_are_not_hidden_the_page_says_who_cannot_be_helped()
    {
        var pool = await AccountPool.Create(server);
        using var nobody = await Forgot(pool, AccountPool.NewAddress());
        nobody.AssertAt("/forgotPassword");
        Assert.Equal("Username/client id combination not found.", nobody.Problem());

        var unverified = await pool.Pool.AddUser(AccountPool.NewAddress());
        await pool.Pool.Admin("AdminUpdateUserAttributes", unverified, new() { ["UserAttributes"] = Pool.Attributes(("email_verified", "false")) });
        using var browser = await Forgot(pool, unverified);
        Assert.Equal("Could not reset password for the account, please contact support or try again", browser.Problem());
        Assert.Contains($"value=\"{unverified}\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_only_administrators_recover_accounts_the_page_sends_to_support()
    {
        var pool = await AccountPool.Create(server, new()
        {
            ["AccountRecoverySetting"] = new JsonObject { ["RecoveryMechanisms"] = new JsonArray(new JsonObject { ["Name"] = "admin_only", ["Priority"] = 1 }) },
        });
        using var browser = await Forgot(pool, await pool.Pool.AddUser(AccountPool.NewAddress()));
        Assert.Equal("Could not reset password for the account, please contact support or try again", browser.Problem());
    }

    [Fact]
    public async Task A_new_code_can_be_asked_for_until_there_were_too_many()
    {
        var pool = await AccountPool.Create(server);
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = await Forgot(pool, address);
        for (var sent = 1; sent < 20; sent++)
        {
            await browser.Submit(1);
            browser.AssertAt("/confirmforgotPassword");
        }
        await browser.Submit(1);
        Assert.Equal("Attempt limit exceeded, please try after some time.", browser.Problem());
    }

    [Fact]
    public async Task A_link_without_response_type_shows_the_page_and_ends_at_the_sign_in_page()
    {
        var pool = await AccountPool.Create(server);
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/forgotPassword", ("response_type", null), ("scope", null)));
        await browser.Submit(("username", address));
        await browser.Submit(("code", await server.Api.Code(address)), ("new_password", NewPassword), ("confirm_password", NewPassword));
        browser.AssertAt("/login");
        await browser.Submit(("username", address), ("password", NewPassword));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task A_code_of_an_hour_ago_is_no_longer_of_use()
    {
        await using var own = await TestServer.Own();
        var pool = await AccountPool.Create(own);
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = await Forgot(pool, address);
        await own.Advance("PT61M");
        await browser.Submit(("code", await own.Api.Code(address)), ("new_password", NewPassword), ("confirm_password", NewPassword));
        Assert.Equal("Invalid code provided, please request a code again.", browser.Problem());
    }

    [Fact]
    public async Task What_is_typed_is_shown_as_text_and_never_as_markup()
    {
        var pool = await AccountPool.Create(server);
        const string Hostile = "\"><script>alert(1)</script>";
        using var browser = await Forgot(pool, Hostile);
        browser.AssertAt("/forgotPassword");
        Assert.DoesNotContain("<script>alert", browser.Html, StringComparison.Ordinal);
        Assert.NotNull(browser.Problem());
    }

    private static async Task<WebBrowser> Forgot(OAuthPool pool, string username)
    {
        var browser = pool.Browser();
        await browser.Open(pool.Url("/forgotPassword"));
        await browser.Submit(("username", username));
        return browser;
    }

    /// <summary>A page without what differs from one request to the next, and without the name: with the lengths of all of it.</summary>
    private static string Same(string html, string name) => Regex.Replace(
        Regex.Replace(html, "name=\"(?<name>_csrf|page_data)\" value=\"(?<value>[^\"]*)\"", static found => $"{found.Groups["name"].Value} of {found.Groups["value"].Length}"),
        Regex.Escape(name), "NAME");
}
