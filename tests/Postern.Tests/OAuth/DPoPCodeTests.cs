using System.Net;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class DPoPCodeTests(TestServer server)
{
    private const string Bound = "The code is bound to a key: a DPoP proof of it is required";

    [Fact]
    public async Task A_code_is_bound_to_the_key_that_the_request_names_on_the_pages_and_silently()
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var user = await pool.Pool.AddUser();
        var session = (await Visit.SignIn(pool, user)).Session;
        foreach (var code in new[]
        {
            await pool.Code(user, ("dpop_jkt", key.Thumbprint)), (await Visit.To(pool.Url("/oauth2/authorize", ("dpop_jkt", key.Thumbprint)), session)).Code(),
        })
        {
            AssertRefused(await pool.ExchangeWith(code, null), "invalid_grant", Bound);
            AssertRefused(await pool.ExchangeWith(code, pool.TokenProof(other)), "invalid_grant", Bound);
            var tokens = await pool.ExchangeWith(code, pool.TokenProof(key));
            Assert.Equal(key.Thumbprint, DPoPCalls.BoundTo(tokens.Body.Text("access_token")));
        }
    }

    [Fact]
    public async Task What_names_a_key_is_one_thumbprint()
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        foreach (var wrong in new[] { "x", key.Thumbprint + "A", key.Thumbprint[1..], key.Thumbprint[1..] + "=", key.Thumbprint[1..] + " ", new string('é', 43) })
        {
            var answer = await Visit.Authorize(pool, ("dpop_jkt", wrong));
            Assert.Equal(("invalid_request", "dpop_jkt must be the SHA-256 thumbprint of a key, in base64url"), (answer.Given("error"), answer.Given("error_description")));
        }
        var twice = await Visit.To($"{pool.Url("/oauth2/authorize", ("dpop_jkt", key.Thumbprint))}&dpop_jkt={key.Thumbprint}");
        Assert.Equal(("invalid_request", "dpop_jkt is given more than once"), (twice.Given("error"), twice.Given("error_description")));
        (await Visit.Authorize(pool, ("dpop_jkt", ""))).AssertAsks(pool);
    }

    [Fact]
    public async Task A_pushed_request_binds_its_code_by_name_or_by_a_proof()
    {
        var pool = await DPoPCalls.Pool(server, "dpop", "pushed-requests");
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        string Proof() => key.Proof("POST", pool.Base + "/oauth2/par");
        Task<OAuthAnswer> Push(string? proof, params (string, string)[] more) => pool.Ask(
            "/oauth2/par", proof is null ? [] : [proof], null, [("client_id", pool.ClientId), ("response_type", "code"), ("redirect_uri", OAuthPool.Callback), .. more]);
        var user = await pool.Pool.AddUser();
        foreach (var pushed in new[]
        {
            await Push(Proof()), await Push(null, ("dpop_jkt", key.Thumbprint)), await Push(Proof(), ("dpop_jkt", key.Thumbprint)),
        })
        {
            Assert.True(pushed.Status is HttpStatusCode.Created, pushed.Body.ToJsonString());
            using var browser = pool.Browser();
            // What the browser adds does not count.
            await browser.Open($"{pool.Base}/oauth2/authorize?client_id={pool.ClientId}&request_uri={Uri.EscapeDataString(pushed.Body.Text("request_uri"))}&dpop_jkt={other.Thumbprint}");
            await browser.Submit(("username", user), ("password", Pool.Password));
            var code = browser.Given("code")!;
            AssertRefused(await pool.ExchangeWith(code, pool.TokenProof(other)), "invalid_grant", Bound);
            Assert.Equal(HttpStatusCode.OK, (await pool.ExchangeWith(code, pool.TokenProof(key))).Status);
        }
        AssertRefused(await Push(Proof(), ("dpop_jkt", other.Thumbprint)), "invalid_dpop_proof", "The DPoP proof is by another key than dpop_jkt names");
        AssertRefused(await Push(pool.TokenProof(key)), "invalid_dpop_proof", "The DPoP proof is for another address");
        AssertRefused(await Push(null, ("dpop_jkt", "x")), "invalid_request", "dpop_jkt must be the SHA-256 thumbprint of a key, in base64url");
        var once = Proof();
        Assert.Equal(HttpStatusCode.Created, (await Push(once)).Status);
        AssertRefused(await Push(once), "invalid_dpop_proof", "The DPoP proof was used already");
    }
}
