using System.Net;
using System.Text.Json.Nodes;
using Postern.ManagedLogin;
using Postern.Tests.OAuth;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;

namespace Postern.Tests.ManagedLogin;

public sealed class LanguageTests(TestServer server)
{
    public static TheoryData<string> All => [.. Languages.All];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_language_shows_on_the_pages_and_can_be_read_in_their_source(string language)
    {
        var pool = await OAuthPool.Create(server);
        var texts = new Languages().Of(language);
        using var browser = pool.Browser();
        foreach (var (path, key) in new[] { ("/login", "sign-in.forgot"), ("/signup", "sign-up.have-account"), ("/forgotPassword", "forgot.instruction") })
        {
            await browser.Open(pool.Url(path, ("lang", language)));
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            Assert.Equal("text/html; charset=utf-8", browser.Answer.Content.Headers.ContentType!.ToString());
            AssertSpeaks(browser, language);
            Assert.Contains(texts[key], WebUtility.HtmlDecode(browser.Html), StringComparison.Ordinal);
            // Letters are letters; only what markup needs, and spaces that join words, are written as entities.
            Assert.DoesNotMatch("&#x(?!27;|22;|2B;|A0;)[0-9A-Fa-f]+;", browser.Html);
        }
    }

    [Theory]
    [InlineData("DE", "de")]
    [InlineData("pt_BR", "pt-BR")]
    [InlineData("PT-br", "pt-BR")]
    [InlineData("zh_tw", "zh-TW")]
    [InlineData("pt", "en")]
    [InlineData("de-AT", "en")]
    [InlineData("nl", "en")]
    [InlineData("", "en")]
    [InlineData("../de", "en")]
    public async Task Case_and_underscore_of_lang_do_not_matter_and_what_is_no_language_of_the_pages_counts_as_none(string lang, string language)
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", ("lang", lang)));
        AssertSpeaks(browser, language);
    }

    [Fact]
    public async Task The_choice_is_kept_until_another_comes()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        foreach (var (lang, language) in new[] { (null, "en"), ("de", "de"), (null, "de"), ("xx", "de"), ("", "de"), ("ja", "ja"), (null, "ja"), ("en", "en"), (null, "en") })
        {
            await browser.Open(pool.Url("/oauth2/authorize", ("lang", lang)));
            AssertSpeaks(browser, language);
        }
        var set = (await Visit.To(pool.Url("/login", ("lang", "PT_br")))).Cookies.Single(static cookie => cookie.StartsWith("lang=", StringComparison.Ordinal));
        Assert.StartsWith("lang=pt-BR; max-age=31536000; path=/_domains/", set, StringComparison.Ordinal);
        Assert.EndsWith("; samesite=lax; httponly", set, StringComparison.Ordinal);
        Assert.DoesNotContain((await Visit.To(pool.Url("/login"))).Cookies, static cookie => cookie.StartsWith("lang=", StringComparison.Ordinal));
        AssertSpeaks((await Visit.To(pool.Url("/login"), "lang=pt_br")).Html, "pt-BR");
        AssertSpeaks((await Visit.To(pool.Url("/login"), "lang=\"><script>")).Html, "en");
    }

    [Fact]
    public async Task Another_domain_knows_nothing_of_the_choice()
    {
        var (pool, other) = (await OAuthPool.Create(server), await OAuthPool.Create(server));
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", ("lang", "de")));
        await browser.Open(other.Url("/login"));
        AssertSpeaks(browser, "en");
    }

    [Fact]
    public async Task Classic_pages_are_English_whatever_is_asked()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        await Visit.Switch(pool, "accept-language");
        using var browser = pool.Browser();
        browser.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", "de");
        await browser.Open(pool.Url("/login", ("lang", "de"), ("ui_locales", "de")));
        AssertSpeaks(browser, "en");
        Assert.DoesNotContain(browser.Answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [], static cookie => cookie.StartsWith("lang=", StringComparison.Ordinal));
        AssertSpeaks((await Visit.To(pool.Url("/signup"), "lang=de")).Html, "en");
        await browser.Submit(("username", "nobody"), ("password", "wrong"));
        Assert.Equal("User does not exist.", browser.Problem());
    }

    [Theory]
    [InlineData("de", "de")]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("en-US,en;q=0.9,de;q=0.8", "en")]
    [InlineData("nl-NL, nl;q=0.9, fr;q=0.5, it;q=0.7", "it")]
    [InlineData("fr;q=0, es", "es")]
    [InlineData("zh", "zh-CN")]
    [InlineData("zh-Hans-HK", "zh-CN")]
    [InlineData("zh-HK", "zh-TW")]
    [InlineData("zh-Hant", "zh-TW")]
    [InlineData("pt-PT", "pt-BR")]
    [InlineData("in", "id")]
    [InlineData("*", "en")]
    [InlineData("nl", "en")]
    [InlineData(";;;q=,,", "en")]
    [InlineData("", "en")]
    public async Task A_pool_can_have_the_pages_speak_the_browsers_language(string header, string language)
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        browser.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", header);
        await browser.Open(pool.Url("/login"));
        AssertSpeaks(browser, "en");
        await Visit.Switch(pool, "accept-language");
        await browser.Open(pool.Url("/login"));
        AssertSpeaks(browser, language);
        // What somebody chose comes first.
        await browser.Open(pool.Url("/login", ("lang", "ko")));
        AssertSpeaks(browser, "ko");
        await browser.Open(pool.Url("/login"));
        AssertSpeaks(browser, "ko");
    }

    [Fact]
    public async Task Refusals_are_told_in_the_language()
    {
        var pool = await AccountPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", ("lang", "de")));
        await browser.Submit(("username", "nobody@example.com"), ("password", "wrong"));
        Assert.Equal("Der Benutzer existiert nicht.", browser.Problem());
        await browser.Open(pool.Url("/signup"));
        await browser.Submit(("username", AccountPool.NewAddress()), ("password", "short"));
        Assert.Equal("Das Passwort entspricht nicht den Richtlinien: Das Passwort ist zu kurz", browser.Problem());
        await browser.Open(pool.Url("/signup"));
        await browser.Submit(("username", "jane"), ("password", Pool.Password));
        Assert.Equal("Der Benutzername muss eine E-Mail-Adresse sein.", browser.Problem());
        var address = AccountPool.NewAddress();
        await browser.Open(pool.Url("/signup"));
        await browser.Submit(("username", address), ("password", Pool.Password));
        browser.AssertAt("/confirm");
        Assert.Contains("Wir haben einen Code per E-Mail an j***@e*** gesendet.", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", "000000"));
        Assert.Equal("Der Bestätigungscode ist ungültig. Bitte versuchen Sie es erneut.", browser.Problem());
        using var another = pool.Browser();
        await another.Open(pool.Url("/signup", ("lang", "de")));
        await another.Submit(("username", address), ("password", Pool.Password));
        Assert.Equal("Es gibt bereits ein Konto mit dieser E-Mail-Adresse.", another.Problem());
        await another.Open(pool.Url("/login"));
        await another.Submit(("username", address), ("password", "wrong"));
        Assert.Equal("Benutzername oder Passwort ist falsch.", another.Problem());
    }

    [Fact]
    public async Task What_is_wrong_with_a_field_is_told_in_the_language()
    {
        var pool = await OAuthPool.Create(server, new() { ["Schema"] = AccountPool.Requires("birthdate", "given_name") });
        var (user, unfinished) = (await pool.Pool.AddUser(), SelfService.NewName());
        await pool.Pool.Admin("AdminCreateUser", unfinished, new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = Pool.Password });
        using var browser = pool.Browser();
        async Task AssertTold(string path, string problem, params (string Name, string Value)[] fields)
        {
            await browser.Open(pool.Url(path));
            await browser.Submit(fields);
            Assert.Equal(problem, browser.Problem());
        }
        await browser.Open(pool.Url("/login", ("lang", "de")));
        await AssertTold("/login", "Bitte ausfüllen: Benutzername", ("username", ""), ("password", "x"));
        await AssertTold("/login", "Bitte ausfüllen: Passwort", ("username", user), ("password", ""));
        foreach (var path in (string[])["/signup", "/forgotPassword"])
        {
            (string, string)[] others = [("password", Pool.Password), ("requiredAttributes[given_name]", "Jane"), ("requiredAttributes[birthdate]", "2000-02-29")];
            await AssertTold(path, "Bitte ausfüllen: Benutzername", [("username", " "), .. others]);
            await AssertTold(path, "Nicht in der richtigen Form: Benutzername", [("username", "jane doe"), .. others]);
            await AssertTold(path, "Zu lang: Benutzername. Höchstens 128 Zeichen sind erlaubt.", [("username", new('a', 129)), .. others]);
        }
        await AssertTold(
            "/signup", "Nicht in der richtigen Form: Geburtsdatum",
            ("username", SelfService.NewName()), ("password", Pool.Password), ("requiredAttributes[given_name]", "Jane"), ("requiredAttributes[birthdate]", "soon"));
        await AssertTold(
            "/signup", "Zu lang: Vorname. Höchstens 2048 Zeichen sind erlaubt.",
            ("username", SelfService.NewName()), ("password", Pool.Password), ("requiredAttributes[given_name]", new('a', 2049)), ("requiredAttributes[birthdate]", "2000-02-29"));

        await AssertTold("/login", null!, ("username", unfinished), ("password", Pool.Password));
        await browser.Submit(
            ("new_password", "N3w-Passw0rd!"), ("confirm_password", "N3w-Passw0rd!"), ("requiredAttributes[given_name]", "Jane"), ("requiredAttributes[birthdate]", ""));
        Assert.Equal("Bitte ausfüllen: Geburtsdatum", browser.Problem());
    }

    [Fact]
    public async Task A_code_that_was_left_out_is_asked_for_in_the_language()
    {
        var pool = await OAuthPool.Create(server);
        await MfaPool.Configure(pool.Pool, "OPTIONAL", "EMAIL TOTP");
        var user = await pool.Pool.AddUser();
        await pool.Pool.Enable(user, "EMAIL");
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", ("lang", "de")));
        await browser.Submit(("username", user), ("password", Pool.Password));
        await browser.Submit(("code", " "));
        Assert.Equal("Bitte ausfüllen: Code", browser.Problem());
        await browser.Submit(("code", await server.Api.Code(user + "@example.com")));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Faults_of_a_request_are_told_in_the_language()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", ("lang", "fr"), ("redirect_uri", "https://evil.example/")));
        AssertSpeaks(browser, "fr");
        Assert.Contains("Une erreur s’est produite sur la page demandée.", browser.Html, StringComparison.Ordinal);
        await browser.Open(pool.Base + "/error?error=redirect_mismatch");
        AssertSpeaks(browser, "fr");
        Assert.Equal("redirect_mismatch", browser.Problem());
        await browser.Open(pool.Base + "/confirmUser?client_id=nobody");
        AssertSpeaks(browser, "fr");
    }

    [Fact]
    public async Task A_second_factor_is_set_up_in_the_language_that_the_request_began_with()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Pool.Api.Call("SetUserPoolMfaConfig", new()
        {
            ["UserPoolId"] = pool.Pool.Id, ["MfaConfiguration"] = "ON", ["SoftwareTokenMfaConfiguration"] = new JsonObject { ["Enabled"] = true },
        });
        using var browser = await pool.SignIn(await pool.Pool.AddUser(), Pool.Password, ("lang", "ja"));
        AssertSpeaks(browser, "ja");
        Assert.Contains("認証アプリの設定", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", "000000"));
        AssertSpeaks(browser, "ja");
        Assert.Equal("コードが一致しないため、認証アプリを設定できませんでした", browser.Problem());
    }

    private static void AssertSpeaks(WebBrowser browser, string language) => AssertSpeaks(browser.Html, language);

    private static void AssertSpeaks(string html, string language) => Assert.Contains($"<html lang=\"{language}\" dir=\"ltr\">", html, StringComparison.Ordinal);
}
