using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Tokens;

/// <summary>No text that is not an access token of the pool, alive and unchanged, gets anything out of an operation that a token authorises.</summary>
public class BadTokenTests(TestServer server)
{
    private const string Invalid = "Invalid Access Token";
    private const string WrongSignature = "Could not verify signature for Access Token";

    /// <summary>Every operation that takes an access token, with what else it needs.</summary>
    private static readonly (string Operation, string More)[] Operations =
    [
        ("GetUser", "{}"),
        ("UpdateUserAttributes", """{"UserAttributes":[{"Name":"name","Value":"Mallory"}]}"""),
        ("DeleteUserAttributes", """{"UserAttributeNames":["email"]}"""),
        ("GetUserAttributeVerificationCode", """{"AttributeName":"email"}"""),
        ("VerifyUserAttribute", """{"AttributeName":"email","Code":"123456"}"""),
        ("ChangePassword", """{"PreviousPassword":"Passw0rd!","ProposedPassword":"Mall0ry-was-here"}"""),
        ("ConfirmDevice", """{"DeviceKey":"us-east-1_0","DeviceSecretVerifierConfig":{"PasswordVerifier":"AQ==","Salt":"AQ=="}}"""),
        ("GetDevice", """{"DeviceKey":"us-east-1_0"}"""),
        ("ListDevices", "{}"),
        ("UpdateDeviceStatus", """{"DeviceKey":"us-east-1_0","DeviceRememberedStatus":"remembered"}"""),
        ("ForgetDevice", """{"DeviceKey":"us-east-1_0"}"""),
        ("GlobalSignOut", "{}"),
        ("ListUserSessions", "{}"),
        ("RevokeUserSession", """{"SessionId":"tkn0000000000000000000000000"}"""),
        ("StartWebAuthnRegistration", "{}"),
        ("CompleteWebAuthnRegistration", """{"Credential":{}}"""),
        ("ListWebAuthnCredentials", "{}"),
        ("DeleteWebAuthnCredential", """{"CredentialId":"AAAA"}"""),
        ("DeleteUser", "{}"),
        ("SetUserMFAPreference", """{"SMSMfaSettings":{"Enabled":false}}"""),
        ("SetUserSettings", """{"MFAOptions":[]}"""),
        ("GetUserAuthFactors", "{}"),
    ];

    [Fact]
    public void The_list_holds_every_operation_of_the_service_that_takes_a_token_and_is_served()
    {
        // Those of later issues join the list as they are served: this test tells.
        string[] known = [.. Operations.Select(static operation => operation.Operation)];
        string[] tokenOptional = ["AssociateSoftwareToken", "VerifySoftwareToken"];
        var model = JsonNode.Parse(File.ReadAllText(Path.Combine(Architecture.SourceFile.Root, "api", "cognito-idp.json")))!;
        var takesToken = model["operations"]!.AsObject()
            .Where(operation => model["shapes"]![(string)operation.Value!["input"]!]!["members"]?["AccessToken"] is not null)
            .Select(static operation => operation.Key).ToHashSet();
        var served = BoundOperations.Descriptions.Where(static operation => operation.SigningName is "cognito-idp").Select(static operation => operation.Name);
        Assert.Equal(served.Where(takesToken.Contains).Except(tokenOptional).Order(), known.Order());
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_token_every_operation_refuses_it_alike()
    {
        var victim = await Victim.Create(server);
        var attacker = await Victim.Create(server);
        foreach (var (what, token, text) in await Forgeries(victim, attacker))
        {
            foreach (var (operation, more) in Operations)
            {
                var error = await victim.Pool.HolderFails(operation, token, JsonNode.Parse(more)!.AsObject());
                Assert.True((error.Type, error.Text) == ("NotAuthorizedException", text), $"{operation} with {what}: {error.Type} {error.Text}, not {text}");
            }
        }
        await victim.IsUntouched();
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_token_userInfo_refuses_it_alike()
    {
        var victim = await Victim.Create(server);
        var attacker = await Victim.Create(server);
        var domain = "d" + Guid.NewGuid().ToString("N")[..12];
        await server.Api.Call("CreateUserPoolDomain", new() { ["UserPoolId"] = victim.Pool.Id, ["Domain"] = domain });
        foreach (var (what, token, _) in (await Forgeries(victim, attacker)).Where(static forgery => forgery.Token.Length < 40_000))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Url}/_domains/{domain}/oauth2/userInfo");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            using var response = await server.Api.Http.SendAsync(request);
            var error = (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"];
            Assert.True(((int)response.StatusCode, error) == (401, "invalid_token"), $"{what}: {response.StatusCode} {error}");
        }
    }

    [Fact]
    public async Task A_token_of_a_client_that_is_gone_is_as_invalid_as_one_that_was_never_seen()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var (seen, unseen) = (await pool.AccessToken(user), await pool.AccessToken(user));
        await pool.Holder("GetUser", seen);
        await pool.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId });
        foreach (var token in new[] { seen, unseen })
            AssertError(await pool.HolderFails("GetUser", token), "NotAuthorizedException", Invalid);
    }

    [Fact]
    public async Task No_random_text_is_a_token()
    {
        var victim = await Victim.Create(server);
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.";
        var part = Gen.Char[alphabet].Array[0, 40].Select(static characters => new string(characters));
        var text = Gen.OneOf(
            part.Where(static one => one.Length > 0),
            Gen.Select(part, part, part, static (a, b, c) => $"{a}.{b}.{c}"),
            Gen.Select(part, part, (a, b) => $"{victim.Part(0)}.{a}.{b}"),
            Gen.Select(part, b => $"{victim.Part(0)}.{victim.Part(1)}.{b}"),
            Gen.Int[0, victim.Token.Length - 1].Select(length => length == 0 ? "x" : victim.Token[..length]),
            Gen.Select(Gen.Int[0, victim.Token.Length - 1], Gen.Char[alphabet], (at, character) =>
                victim.Token[at] == character ? victim.Token + character : victim.Token[..at] + character + victim.Token[(at + 1)..]));
        await text.SampleAsync(async token =>
        {
            // The last character of a base64url text holds bits that mean nothing: only those may differ.
            if (token.Length == victim.Token.Length && token[..^1] == victim.Token[..^1])
                return;
            var error = await victim.Pool.HolderFails("GetUser", token);
            Assert.Equal("NotAuthorizedException", error.Type);
            Assert.Contains(error.Text, (string[])[Invalid, WrongSignature]);
        }, iter: 300, threads: 1);
        await victim.IsUntouched();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("to ken")]
    [InlineData("tökén")]
    [InlineData("a\nb")]
    public async Task A_text_outside_the_model_s_pattern_is_a_constraint_violation(string token)
    {
        var pool = await Pool.Create(server);
        foreach (var (operation, more) in Operations)
        {
            var error = await pool.HolderFails(operation, token, JsonNode.Parse(more)!.AsObject());
            Assert.Equal("InvalidParameterException", error.Type);
            Assert.Equal("1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+", error.Text);
        }
    }

    [Fact]
    public async Task An_expired_token_says_so_in_every_operation()
    {
        await using var own = await TestServer.Own();
        var victim = await Victim.Create(own);
        await own.Advance("PT59M");
        await victim.Pool.Holder("GetUser", victim.Token);
        await own.Advance("PT1M");
        foreach (var (operation, more) in Operations)
        {
            var error = await victim.Pool.HolderFails(operation, victim.Token, JsonNode.Parse(more)!.AsObject());
            AssertError(error, "NotAuthorizedException", "Access Token has expired");
        }
    }

    [Fact]
    public async Task A_token_of_a_disabled_user_is_of_no_use()
    {
        var victim = await Victim.Create(server);
        await victim.Pool.Admin("AdminDisableUser", victim.Name);
        foreach (var (operation, more) in Operations)
            Assert.Equal("NotAuthorizedException", (await victim.Pool.HolderFails(operation, victim.Token, JsonNode.Parse(more)!.AsObject())).Type);
    }

    private static async Task<List<(string What, string Token, string Text)>> Forgeries(Victim victim, Victim attacker)
    {
        var key = await victim.PublicKey();
        using var rsa = RSA.Create(new RSAParameters { Modulus = key.Modulus, Exponent = key.Exponent });
        using var own = RSA.Create(2048);
        var payload = victim.Payload();
        var later = With(payload, "exp", DateTimeOffset.UtcNow.AddYears(1).ToUnixTimeSeconds());
        var none = $$"""{"kid":"{{key.Kid}}","alg":"none"}""";
        var hmac = $$"""{"kid":"{{key.Kid}}","alg":"HS256"}""";
        var rs256 = $$"""{"kid":"{{key.Kid}}","alg":"RS256"}""";
        return
        [
            ("a word", "token", Invalid),
            ("dots", "..", Invalid),
            ("many dots", "a.b.c.d.e", Invalid),
            ("a very long text", new string('A', 200_000), Invalid),
            ("the ID token", victim.IdToken, Invalid),
            ("the refresh token", victim.RefreshToken, Invalid),
            ("no signature", $"{victim.Part(0)}.{victim.Part(1)}.", Invalid),
            ("a short signature", victim.Token[..^10], Invalid),
            ("a long signature", victim.Token + "AAAA", Invalid),
            ("a signature of zeros", $"{victim.Part(0)}.{victim.Part(1)}.{Text(new byte[256])}", WrongSignature),
            ("alg none without a signature", $"{Text(none)}.{victim.Part(1)}.", Invalid),
            ("alg none with the old signature", $"{Text(none)}.{victim.Part(1)}.{victim.Part(2)}", Invalid),
            ("HS256 under the public key as PEM", Hmac(hmac, payload, Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem())), Invalid),
            ("HS256 under the public key as PKCS#1", Hmac(hmac, payload, Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem())), Invalid),
            ("HS256 under the modulus", Hmac(hmac, payload, key.Modulus), Invalid),
            ("another key under our kid", Signed(rs256, payload, own), WrongSignature),
            ("an embedded key", Signed(With(rs256, "jwk", new JsonObject { ["kty"] = "RSA", ["n"] = Text(own.ExportParameters(false).Modulus!), ["e"] = "AQAB" }), payload, own), Invalid),
            ("an unknown kid", Signed("""{"kid":"nosuchkid","alg":"RS256"}""", payload, own), Invalid),
            ("a kid that is a path", Signed("""{"kid":"../../../../dev/null","alg":"RS256"}""", payload, own), Invalid),
            ("no kid", Signed("""{"alg":"RS256"}""", payload, own), Invalid),
            ("a critical header", Signed($$"""{"kid":"{{key.Kid}}","alg":"RS256","crit":["exp"]}""", payload, own), Invalid),
            ("PS256", Signed($$"""{"kid":"{{key.Kid}}","alg":"PS256"}""", payload, own), Invalid),
            ("a later expiry", $"{victim.Part(0)}.{Text(later)}.{victim.Part(2)}", WrongSignature),
            ("another sub", $"{victim.Part(0)}.{Text(With(payload, "sub", Guid.NewGuid().ToString()))}.{victim.Part(2)}", WrongSignature),
            ("no sub", $"{victim.Part(0)}.{Text(With(payload, "sub", null))}.{victim.Part(2)}", Invalid),
            ("a sub that is no id", $"{victim.Part(0)}.{Text(With(payload, "sub", "'; DROP TABLE users --"))}.{victim.Part(2)}", Invalid),
            ("an expiry that is no number", $"{victim.Part(0)}.{Text(With(payload, "exp", "soon"))}.{victim.Part(2)}", Invalid),
            ("a client that does not exist", $"{victim.Part(0)}.{Text(With(payload, "client_id", "nosuchclient"))}.{victim.Part(2)}", Invalid),
            ("another pool's client", $"{victim.Part(0)}.{Text(With(payload, "client_id", attacker.Pool.ClientId))}.{victim.Part(2)}", Invalid),
            ("another pool's signature", $"{attacker.Part(0)}.{victim.Part(1)}.{attacker.Part(2)}", Invalid),
            ("another pool's payload", $"{victim.Part(0)}.{attacker.Part(1)}.{victim.Part(2)}", Invalid),
            ("another pool's signature under our kid", $"{victim.Part(0)}.{victim.Part(1)}.{attacker.Part(2)}", WrongSignature),
            ("a payload that is an array", $"{victim.Part(0)}.{Text("[]")}.{victim.Part(2)}", Invalid),
            ("a payload that is no JSON", $"{victim.Part(0)}.{Text("nonsense")}.{victim.Part(2)}", Invalid),
            ("a payload with a claim twice", $"{victim.Part(0)}.{Text(payload[..^1] + ",\"sub\":\"x\"}")}.{victim.Part(2)}", Invalid),
            ("a payload nested too deep", $"{victim.Part(0)}.{Text(new string('[', 500) + new string(']', 500))}.{victim.Part(2)}", Invalid),
            ("base64 with padding", victim.Token + "=", Invalid),
        ];
    }

    private static string Hmac(string header, string payload, byte[] key)
    {
        var signed = $"{Text(header)}.{Text(payload)}";
        return $"{signed}.{Text(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Signed(string header, string payload, RSA key)
    {
        var signed = $"{Text(header)}.{Text(payload)}";
        return $"{signed}.{Text(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string With(string payload, string claim, JsonNode? value)
    {
        var claims = JsonNode.Parse(payload)!.AsObject();
        claims.Remove(claim);
        if (value is not null)
            claims[claim] = value;
        return claims.ToJsonString();
    }

    private static string Text(string plain) => Text(Encoding.UTF8.GetBytes(plain));

    private static string Text(byte[] plain) => Base64Url.EncodeToString(plain);

    /// <summary>A user who is signed in, and whose tokens are tampered with.</summary>
    private sealed record Victim(Pool Pool, string Name, string Token, string IdToken, string RefreshToken)
    {
        public static async Task<Victim> Create(TestServer server)
        {
            var pool = await Pool.Create(server, VerifiesEmail);
            var name = await pool.Join();
            var tokens = await pool.SignIn(name);
            return new(pool, name, (string)tokens["AccessToken"]!, (string)tokens["IdToken"]!, (string)tokens["RefreshToken"]!);
        }

        public string Part(int index) => Token.Split('.')[index];

        public string Payload() => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Part(1)));

        public async Task<(string Kid, byte[] Modulus, byte[] Exponent)> PublicKey()
        {
            var kid = (string)JsonNode.Parse(Base64Url.DecodeFromChars(Part(0)))!["kid"]!;
            var keys = (await Pool.Api.Get($"/{Pool.Id}/.well-known/jwks.json"))!["keys"]!.AsArray();
            var key = keys.Single(key => (string)key!["kid"]! == kid)!;
            return (kid, Base64Url.DecodeFromChars((string)key["n"]!), Base64Url.DecodeFromChars((string)key["e"]!));
        }

        public async Task IsUntouched()
        {
            var own = await Pool.OwnAttributes(Token);
            Assert.Equal((Address(Name), "true", false), (own["email"], own["email_verified"], own.ContainsKey("name")));
            await Pool.AccessToken(Name);
        }
    }
}
