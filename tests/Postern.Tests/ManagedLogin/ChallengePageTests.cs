using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;

namespace Postern.Tests.ManagedLogin;

public sealed class ChallengePageTests(TestServer server)
{
    private const string NewPassword = "N3w-Passw0rd!";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_temporary_password_is_followed_by_a_new_one_with_the_required_attributes_that_are_missing(int version)
    {
        var pool = await OAuthPool.Create(server, new() { ["Schema"] = AccountPool.Requires("given_name", "phone_number") }, version: version);
        var user = await AddTemporary(pool);
        using var browser = await pool.SignIn(user);
        Assert.Equal("Change Password", Heading(browser));
        Assert.Contains("Password must contain at least 8 characters", browser.Html, StringComparison.Ordinal);

        await browser.Submit(("new_password", NewPassword), ("confirm_password", "other"), ("requiredAttributes[given_name]", "Jane"));
        Assert.Equal("Passwords do not match", browser.Problem());
        Assert.Contains("value=\"Jane\"", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(NewPassword, browser.Html, StringComparison.Ordinal);

        await browser.Submit(("new_password", NewPassword), ("confirm_password", NewPassword), ("requiredAttributes[given_name]", "Jane"), ("requiredAttributes[phone_number]", ""));
        Assert.Equal("Invalid attributes given, phone_number is missing", browser.Problem());

        await browser.Submit(("new_password", "short"), ("confirm_password", "short"), ("requiredAttributes[given_name]", "Jane"), ("requiredAttributes[phone_number]", "+1 432 555-1212"));
        Assert.Equal("Password did not conform with policy: Password not long enough", browser.Problem());

        await browser.Submit(("new_password", NewPassword), ("confirm_password", NewPassword), ("requiredAttributes[given_name]", "Jane"), ("requiredAttributes[phone_number]", "+1 432 555-1212"));
        await pool.AssertSignedIn(browser);
        Assert.Equal("+14325551212", (await pool.Attributes(user))["phone_number"]);
        Assert.Equal("CONFIRMED", await pool.Status(user));
    }

    [Fact]
    public async Task Only_attributes_that_are_asked_for_are_taken_from_the_form()
    {
        var pool = await OAuthPool.Create(server);
        var user = await AddTemporary(pool);
        using var browser = await pool.SignIn(user);
        await browser.Submit(("new_password", NewPassword), ("confirm_password", NewPassword), ("requiredAttributes[nickname]", "x"), ("userAttributes.nickname", "x"));
        await pool.AssertSignedIn(browser);
        Assert.False((await pool.Attributes(user)).ContainsKey("nickname"));
    }

    [Theory]
    [InlineData("SMS", 1)]
    [InlineData("SMS", 2)]
    [InlineData("EMAIL", 2)]
    public async Task A_code_that_was_sent_is_asked_for_in_one_field_and_sent_again_on_demand(string method, int version)
    {
        var pool = await Create("OPTIONAL", method, version);
        var number = MfaPool.NewNumber();
        var user = await pool.Pool.AddUserWithPhone(number);
        await pool.Pool.Enable(user, method);
        var to = method is "SMS" ? number : user + "@example.com";
        using var browser = await pool.SignIn(user);
        var masked = method is "SMS" ? "+*******" + number[^4..] : "u***@e***";
        Assert.Contains(masked, browser.Text("class", "textDescription-customizable"), StringComparison.Ordinal);
        Assert.Contains("""inputmode="numeric" autocomplete="one-time-code" """.TrimEnd(), browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(to, browser.Html, StringComparison.Ordinal);

        var first = await server.Api.Code(to);
        await browser.Submit(("code", first == "000000" ? "000001" : "000000"));
        Assert.Equal("Invalid code or auth state for the user.", browser.Problem());
        await browser.Submit(("action", "resend"));
        Assert.Null(browser.Problem());
        Assert.Equal("A new code was sent.", browser.Text("role", "status"));
        var second = await server.Api.Code(to);
        Assert.NotEqual(first, second);
        await browser.Submit(("code", $"{second[..3]} {second[3..]}"));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task The_code_of_an_app_is_asked_for_by_its_name_and_wrong_ones_are_counted()
    {
        var pool = await Create("OPTIONAL", "TOTP");
        var user = await pool.Pool.AddUser();
        var app = await pool.Pool.SetUpToken(user, "My <phone>");
        await pool.Pool.Enable(user, "TOTP");
        using var browser = await pool.SignIn(user);
        Assert.Equal("Enter the code that the authenticator app on My <phone> shows.", browser.Text("class", "textDescription-customizable"));
        Assert.DoesNotContain("value=\"resend\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", app.Wrong()));
        Assert.Equal("Invalid code received for user", browser.Problem());
        await browser.Submit(("code", app.Next()));
        await pool.AssertSignedIn(browser);

        await browser.Open(pool.Url("/login", ("prompt", "login")));
        await browser.Submit(("username", user), ("password", Pool.Password));
        for (var wrong = 0; wrong < 6 && browser.Problem() is not "Password attempts exceeded"; wrong++)
            await browser.Submit(("code", app.Wrong()));
        Assert.Equal("Password attempts exceeded", browser.Problem());
    }

    [Fact]
    public async Task Of_several_second_factors_the_user_chooses_and_a_preferred_one_comes_at_once()
    {
        var pool = await Create("OPTIONAL", "SMS TOTP EMAIL");
        var user = await pool.Pool.AddUserWithPhone();
        var app = await pool.Pool.SetUpToken(user);
        await pool.Pool.Enable(user, "SMS", "TOTP", "EMAIL");
        using var browser = await pool.SignIn(user);
        foreach (var name in new[] { "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP" })
            Assert.Contains($"""type="radio" name="choice" value="{name}" """.TrimEnd(), browser.Html, StringComparison.Ordinal);
        await browser.Submit(("choice", "CUSTOM_CHALLENGE"));
        Assert.Equal("Invalid MFA type selected: choose one of MFAS_CAN_CHOOSE.", browser.Problem());
        await browser.Submit(("choice", "SOFTWARE_TOKEN_MFA"));
        await browser.Submit(("code", app.Next()));
        await pool.AssertSignedIn(browser);

        await pool.Pool.Enable(user, "EMAIL*");
        using var next = await pool.SignIn(user);
        await next.Submit(("code", await server.Api.Code(user + "@example.com")));
        await pool.AssertSignedIn(next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_app_is_set_up_with_a_picture_and_its_secret_and_asked_for_from_then_on(int version)
    {
        var pool = await Create("ON", "TOTP", version);
        var user = await pool.Pool.AddUser();
        using var browser = await pool.SignIn(user);
        Assert.Contains("<svg class=\"qr\"", browser.Html, StringComparison.Ordinal);
        var secret = browser.Text("id", "totpSecret")!;
        var app = new AuthenticatorApp(secret);
        await browser.Submit(("code", app.Wrong()));
        Assert.Equal("Code mismatch and fail enable Software Token MFA", browser.Problem());
        Assert.Equal(secret, browser.Text("id", "totpSecret"));
        await browser.Submit(("code", app.Next()), ("device_name", "phone"));
        await pool.AssertSignedIn(browser);

        using var next = await pool.SignIn(user);
        Assert.Contains("the authenticator app on phone", next.Text("class", "textDescription-customizable"), StringComparison.Ordinal);
        await next.Submit(("code", app.Next()));
        await pool.AssertSignedIn(next);
    }

    [Fact]
    public async Task An_address_is_set_up_by_a_code_that_goes_there_and_the_choice_can_be_changed()
    {
        var pool = await Create("ON", "TOTP EMAIL SMS");
        foreach (var (choice, address) in new[] { ("EMAIL_OTP", AccountPool.NewAddress()), ("SMS_MFA", MfaPool.NewNumber()) })
        {
            // Who has none of both is asked where.
            var user = "u" + Guid.NewGuid().ToString("N")[..12];
            await pool.Pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS" });
            await pool.Pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = Pool.Password, ["Permanent"] = true });
            using var browser = await pool.SignIn(user);
            await browser.Submit(("choice", "SOFTWARE_TOKEN_MFA"));
            Assert.NotNull(browser.Text("id", "totpSecret"));
            await browser.Submit(("action", "back"));
            await browser.Submit(("choice", choice));
            await browser.Submit(("address", "nothing"));
            Assert.Equal(choice is "SMS_MFA" ? "Invalid phone number format." : "Invalid email address format.", browser.Problem());
            await browser.Submit(("address", address));
            await browser.Submit(("code", await server.Api.Code(address)));
            await pool.AssertSignedIn(browser);
        }
    }

    [Fact]
    public async Task The_picture_holds_the_address_that_apps_read()
    {
        var pool = await Create("ON", "TOTP");
        var user = await pool.Pool.AddUser("a+b@example.com");
        using var browser = await pool.SignIn(user);
        var address = $"otpauth://totp/test:a%2Bb%40example.com?secret={browser.Text("id", "totpSecret")}&issuer=test";
        var drawn = Postern.ManagedLogin.SignIn.QrCode.Of(address);
        Assert.Contains($"d=\"{drawn.Path}\"", browser.Html, StringComparison.Ordinal);
    }

    private async Task<OAuthPool> Create(string mode, string methods, int version = 2)
    {
        var pool = await OAuthPool.Create(server, version: version);
        await MfaPool.Configure(pool.Pool, mode, methods);
        return pool;
    }

    private static async Task<string> AddTemporary(OAuthPool pool)
    {
        var user = "u" + Guid.NewGuid().ToString("N")[..12];
        await pool.Pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = Pool.Password });
        return user;
    }

    private static string? Heading(WebBrowser browser) =>
        System.Text.RegularExpressions.Regex.Match(browser.Html, "<h1[^>]*>(?<text>[^<]*)</h1>") is { Success: true } found ? found.Groups["text"].Value : null;
}
