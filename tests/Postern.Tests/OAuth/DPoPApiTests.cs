using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

/// <summary>Bound tokens at the API, whose requests carry them in the body.</summary>
public sealed class DPoPApiTests(TestServer server)
{
    private const string NoProof = "Access Token is bound to a key: a DPoP proof is required";

    [Theory]
    [InlineData("GetUser", "{}")]
    [InlineData("UpdateUserAttributes", """{"UserAttributes":[{"Name":"name","Value":"x"}]}""")]
    [InlineData("ChangePassword", """{"PreviousPassword":"Passw0rd!","ProposedPassword":"Passw0rd!2"}""")]
    [InlineData("ListDevices", "{}")]
    [InlineData("GetDevice", """{"DeviceKey":"us-east-1_3f2504e0-4f89-41d3-9a0c-0305e82c3301"}""")]
    [InlineData("AssociateSoftwareToken", "{}")]
    [InlineData("SetUserMFAPreference", "{}")]
    [InlineData("GlobalSignOut", "{}")]
    [InlineData("DeleteUser", "{}")]
    public async Task A_bound_token_without_a_proof_is_refused_in_every_operation(string operation, string members)
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        var token = (await pool.BoundTokens(await pool.Pool.AddUser(), key)).Text("access_token");
        var request = JsonNode.Parse(members)!.AsObject();
        request["AccessToken"] = token;
        AssertError(await DPoPCalls.Call(server.Api, operation, request, null), NoProof);
        Assert.Equal(HttpStatusCode.OK, (await DPoPCalls.Call(server.Api, "GetUser", new() { ["AccessToken"] = token }, Proof(key, token))).Status);
    }

    [Fact]
    public async Task A_bound_token_is_good_with_a_proof_of_its_key_for_this_request()
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var user = await pool.Pool.AddUser();
        var token = (await pool.BoundTokens(user, key)).Text("access_token");
        Task<(HttpStatusCode, JsonObject Body)> Get(string? proof) => DPoPCalls.Call(server.Api, "GetUser", new() { ["AccessToken"] = token }, proof);
        Assert.Equal(user, (await Get(Proof(key, token))).Body.Text("Username"));
        Assert.Equal(user, (await Get(key.Proof("POST", server.PublicUrl, token))).Body.Text("Username"));
        AssertError(await Get(Proof(other, token)), "The DPoP proof is by another key than the Access Token is bound to");
        AssertError(await Get(Proof(key, token, ("ath", null))), "The DPoP proof is for another access token");
        AssertError(await Get(Proof(key, token + "x")), "The DPoP proof is for another access token");
        AssertError(await Get(pool.TokenProof(key)), "The DPoP proof is for another address");
        AssertError(await Get(Proof(key, token, ("htm", "GET"))), "The DPoP proof is for another method");
        AssertError(await Get(Proof(key, token, ("iat", 1))), "The DPoP proof was not made now");
        AssertError(await Get("x"), "DPoP must be one JWT of type dpop+jwt, with a public jwk, an algorithm that fits it, jti, htm, htu and iat");
        // A proof that was seen once does not open another operation.
        var proof = Proof(key, token);
        Assert.Equal(user, (await Get(proof)).Body.Text("Username"));
        AssertError(await DPoPCalls.Call(server.Api, "DeleteUser", new() { ["AccessToken"] = token }, proof), "The DPoP proof was used already");
        // Switched off, what is bound stays bound.
        await Visit.Switch(pool, "dpop", "false");
        AssertError(await Get(null), NoProof);
        Assert.Equal(user, (await Get(Proof(key, token))).Body.Text("Username"));
    }

    [Fact]
    public async Task An_unbound_token_is_good_whatever_the_header_says()
    {
        var pool = await DPoPCalls.Pool(server);
        var user = await pool.Pool.AddUser();
        foreach (var token in new[] { (await pool.Tokens(user)).Text("access_token"), await pool.Pool.AccessToken(user) })
            Assert.Equal(HttpStatusCode.OK, (await DPoPCalls.Call(server.Api, "GetUser", new() { ["AccessToken"] = token }, "x")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bound_refresh_token_is_good_at_the_API_with_a_proof_of_its_key(bool byInitiateAuth)
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var token = (await pool.BoundTokens(await pool.Pool.AddUser(), key)).Text("refresh_token");
        Task<(HttpStatusCode, JsonObject Body)> Refresh(string? proof) => byInitiateAuth
            ? DPoPCalls.Call(server.Api, "InitiateAuth", new() { ["ClientId"] = pool.ClientId, ["AuthFlow"] = "REFRESH_TOKEN_AUTH", ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = token } }, proof)
            : DPoPCalls.Call(server.Api, "GetTokensFromRefreshToken", new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = token }, proof);
        AssertError(await Refresh(null), "Refresh Token is bound to a key: a DPoP proof of it is required");
        AssertError(await Refresh(other.Proof("POST", server.Url + "/")), "Refresh Token is bound to a key: a DPoP proof of it is required");
        AssertError(await Refresh("x"), "DPoP must be one JWT of type dpop+jwt, with a public jwk, an algorithm that fits it, jti, htm, htu and iat");
        var result = (await Refresh(key.Proof("POST", server.Url + "/"))).Body["AuthenticationResult"]!.AsObject();
        Assert.Equal(("DPoP", key.Thumbprint), (result.Text("TokenType"), DPoPCalls.BoundTo(result.Text("AccessToken"))));
    }

    private string Proof(HeldKey key, string token, params (string Name, JsonNode? Value)[] changed) => key.Proof("POST", server.Url + "/", token, changed: changed);

    private static void AssertError((HttpStatusCode Status, JsonObject Body) answer, string text) => Assert.Equal(
        (HttpStatusCode.BadRequest, "NotAuthorizedException", text), (answer.Status, (string?)answer.Body["__type"], (string?)(answer.Body["message"] ?? answer.Body["Message"])));
}
