using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>Pools that confirm sign-ups with a link in the mail.</summary>
public sealed class ConfirmationLinkTests(TestServer server)
{
    [Fact]
    public async Task The_link_of_the_mail_confirms_in_another_browser_and_signs_nobody_in()
    {
        var pool = await Create(server);
        var address = AccountPool.NewAddress();
        using var first = await pool.SignUp(address);
        first.AssertAt("/confirm");
        Assert.Contains("We have sent a link by email to j***@e***.", first.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("verification_code", first.Html, StringComparison.Ordinal);

        var mail = await pool.Newest(address);
        Assert.Null(mail["code"]);
        Assert.Equal("Your verification link", (string)mail["subject"]!);
        var link = (string)mail["link"]!;
        Assert.Contains($"<a href=\"{WebUtility.HtmlEncode(link)}\">Verify Email</a>", (string)mail["body"]!, StringComparison.Ordinal);
        Assert.StartsWith($"{server.PublicUrl.Replace("//", $"//{pool.Domain}.auth.", StringComparison.Ordinal)}/confirmUser?client_id={pool.ClientId}&user_name=", link, StringComparison.Ordinal);

        using var second = pool.Browser();
        await second.Open(Here(pool, link));
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Contains("Your registration has been confirmed!", second.Html, StringComparison.Ordinal);
        Assert.Equal("CONFIRMED", await pool.Status(address));
        Assert.Equal("true", (await pool.Attributes(address))["email_verified"]);
        await second.Open(pool.Url("/oauth2/authorize", ("prompt", "none")));
        Assert.Equal("login_required", second.Given("error"));

        await second.Open(Here(pool, link));
        Assert.Equal(HttpStatusCode.BadRequest, second.Status);
        Assert.Equal(AccountPool.Mismatch, second.Problem());
    }

    [Fact]
    public async Task The_pool_s_own_text_and_subject_are_used()
    {
        var pool = await Create(server, new() { ["EmailMessageByLink"] = "Hello. {##<b>Go</b> on##} or {##here##}", ["EmailSubjectByLink"] = "Welcome" });
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(address);
        var mail = await pool.Newest(address);
        var link = WebUtility.HtmlEncode((string)mail["link"]!);
        Assert.Equal("Welcome", (string)mail["subject"]!);
        Assert.Equal($"Hello. <a href=\"{link}\"><b>Go</b> on</a> or <a href=\"{link}\">here</a>", (string)mail["body"]!);
    }

    [Fact]
    public async Task A_wrong_link_confirms_nobody()
    {
        var pool = await Create(server, client: new() { ["PreventUserExistenceErrors"] = "ENABLED" });
        var other = await Create(server);
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(address);
        var link = Here(pool, (string)(await pool.Newest(address))["link"]!);
        using var browser = pool.Browser();
        foreach (var (wrong, problem) in ((string, string)[])
        [
            (link[..^6] + SelfService.Wrong(link[^6..]), AccountPool.Mismatch),
            (link[..^6], AccountPool.Mismatch),
            (link.Replace(pool.ClientId, other.ClientId, StringComparison.Ordinal), "Client does not exist."),
            (link.Replace(pool.ClientId, "", StringComparison.Ordinal), "Client does not exist."),
            (pool.Base + "/confirmUser", "Client does not exist."),
            (pool.Base + $"/confirmUser?client_id={pool.ClientId}&user_name=nobody&confirmation_code=123456", "Invalid code provided, please request a code again."),
            (pool.Base + $"/confirmUser?client_id={pool.ClientId}&user_name=&confirmation_code=%00", AccountPool.Mismatch),
        ])
        {
            await browser.Open(wrong);
            Assert.Equal((wrong, HttpStatusCode.BadRequest, problem), (wrong, browser.Status, browser.Problem()));
        }
        Assert.Equal("UNCONFIRMED", await pool.Status(address));
        await browser.Open(link.Replace("/confirmUser?", "/confirmUser/?", StringComparison.Ordinal));
        Assert.Equal("CONFIRMED", await pool.Status(address));
    }

    [Fact]
    public async Task A_program_that_looks_at_the_link_by_HEAD_confirms_nobody()
    {
        var pool = await Create(server);
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(address);
        using var head = new HttpRequestMessage(HttpMethod.Head, Here(pool, (string)(await pool.Newest(address))["link"]!));
        Assert.Equal(HttpStatusCode.OK, (await server.Api.Http.SendAsync(head)).StatusCode);
        Assert.Equal("UNCONFIRMED", await pool.Status(address));
    }

    [Fact]
    public async Task Where_a_switch_says_so_the_link_shows_a_button_that_confirms()
    {
        var pool = await AccountPool.Create(server, new()
        {
            ["VerificationMessageTemplate"] = new JsonObject { ["DefaultEmailOption"] = "CONFIRM_WITH_LINK" },
            ["UserPoolTags"] = new JsonObject { ["postern:confirm-link-button"] = "true" },
        });
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(address);
        using var browser = pool.Browser();
        await browser.Open(Here(pool, (string)(await pool.Newest(address))["link"]!));
        Assert.Equal("UNCONFIRMED", await pool.Status(address));
        var page = browser.Html;
        await browser.Submit(("_csrf", "made-up"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("UNCONFIRMED", await pool.Status(address));

        using var cut = new StringContent("--x");
        cut.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };
        using var refused = await browser.Http.PostAsync(browser.Location, cut);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        browser.Show(page);
        await browser.Submit();
        Assert.Contains("Your registration has been confirmed!", browser.Html, StringComparison.Ordinal);
        Assert.Equal("CONFIRMED", await pool.Status(address));
    }

    [Fact]
    public async Task A_link_is_of_use_for_a_day()
    {
        await using var own = await TestServer.Own();
        var pool = await Create(own);
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(address);
        var link = Here(pool, (string)(await pool.Newest(address))["link"]!);
        await own.Advance("PT25H");
        using var browser = pool.Browser();
        await browser.Open(link);
        Assert.Equal("Invalid code provided, please request a code again.", browser.Problem());
    }

    [Fact]
    public async Task A_link_sent_again_takes_the_place_of_the_first()
    {
        var pool = await Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        var first = Here(pool, (string)(await pool.Newest(address))["link"]!);
        await browser.Open(pool.Url("/resendcode"));
        browser.AssertAt("/confirm");
        var second = Here(pool, (string)(await pool.Newest(address))["link"]!);
        if (first != second)
        {
            await browser.Open(first);
            Assert.Equal(AccountPool.Mismatch, browser.Problem());
        }
        await browser.Open(second);
        Assert.Equal("CONFIRMED", await pool.Status(address));
    }

    [Fact]
    public async Task A_forgotten_password_s_mail_holds_a_code_all_the_same()
    {
        var pool = await Create(server);
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        await pool.Pool.Anyone("ForgotPassword", address);
        var mail = await pool.Newest(address);
        Assert.Null(mail["link"]);
        Assert.Matches("^[0-9]{6}$", (string)mail["code"]!);
    }

    [Fact]
    public async Task The_custom_domain_comes_first_and_without_a_domain_there_is_no_link()
    {
        var pool = await Create(server);
        var custom = $"auth-{Guid.NewGuid():N}.example.com";
        await server.Api.Call("CreateUserPoolDomain", new()
        {
            ["UserPoolId"] = pool.Pool.Id, ["Domain"] = custom,
            ["CustomDomainConfig"] = new JsonObject { ["CertificateArn"] = "arn:aws:acm:us-east-1:123456789012:certificate/1" },
        });
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(address);
        Assert.Equal(custom, new Uri((string)(await pool.Newest(address))["link"]!).Host);

        foreach (var domain in (string[])[custom, pool.Domain])
            await server.Api.Call("DeleteUserPoolDomain", new() { ["UserPoolId"] = pool.Pool.Id, ["Domain"] = domain });
        var refused = await pool.Pool.SignUpFails(AccountPool.NewAddress());
        Assert.Equal("InvalidParameterException", refused.Type);
    }

    [Fact]
    public async Task A_name_of_any_characters_is_found_again_by_its_link()
    {
        var pool = await OAuthPool.Create(server, new()
        {
            ["AutoVerifiedAttributes"] = new JsonArray("email"), ["VerificationMessageTemplate"] = new JsonObject { ["DefaultEmailOption"] = "CONFIRM_WITH_LINK" },
        });
        var name = SelfService.NewName() + "+a&b=c#\"<é>";
        var address = AccountPool.NewAddress();
        await pool.Pool.SignUp(name, ("email", address));
        using var browser = pool.Browser();
        await browser.Open(Here(pool, (string)(await pool.Newest(address))["link"]!));
        Assert.Equal("CONFIRMED", await pool.Status(name));
    }

    /// <summary>The same page by the path that needs no name to be resolved.</summary>
    private static string Here(OAuthPool pool, string link) => pool.Base + new Uri(link).PathAndQuery;

    private static Task<OAuthPool> Create(TestServer server, JsonObject? template = null, JsonObject? client = null)
    {
        template ??= [];
        template["DefaultEmailOption"] = "CONFIRM_WITH_LINK";
        return AccountPool.Create(server, new() { ["VerificationMessageTemplate"] = template }, client);
    }
}
