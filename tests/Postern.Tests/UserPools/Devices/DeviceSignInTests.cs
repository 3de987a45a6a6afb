using System.Text.Json.Nodes;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Devices;

public class DeviceSignInTests(TestServer server)
{
    private const string Missing = "Device does not exist.";
    private const string Wrong = "Incorrect username or password.";

    [Fact]
    public async Task A_sign_in_with_a_confirmed_device_offers_no_other()
    {
        var pool = await TrackedPool.Create(server, isChallenged: true);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name));
        var tokens = (await pool.Begin(name, device.Key))["AuthenticationResult"]!.AsObject();
        Assert.False(tokens.ContainsKey("NewDeviceMetadata"));
        Assert.Equal(device.Key, (string?)Jwt.Read((string)tokens["AccessToken"]!).Claims["device_key"]);
        Assert.Equal("DeviceKeyExistsException", (await pool.HolderFails("ConfirmDevice", (string)tokens["AccessToken"]!, device.Confirmation())).Type);
    }

    [Fact]
    public async Task A_sign_in_with_a_device_is_noted_in_its_record()
    {
        await using var own = await TestServer.Own();
        var pool = await TrackedPool.Create(own);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name));
        var before = await Record();
        await own.Advance("PT10M");
        await pool.Begin(name, device.Key);
        var after = await Record();
        Assert.InRange((double)after["DeviceLastAuthenticatedDate"]! - (double)before["DeviceLastAuthenticatedDate"]!, 600, 660);
        Assert.Equal(before["DeviceLastModifiedDate"]!.ToJsonString(), after["DeviceLastModifiedDate"]!.ToJsonString());

        async Task<JsonNode> Record() => (await pool.Admin("AdminGetDevice", name, new() { ["DeviceKey"] = device.Key }))["Device"]!;
    }

    [Fact]
    public async Task A_device_that_nobody_or_another_user_has_is_told_exactly_and_only_after_the_password()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var other = await pool.AddUser();
        var others = await pool.ConfirmDevice(other, await pool.Begin(other));
        var offered = DeviceClient.Offered(pool, name, await pool.SignIn(name));
        var forgotten = await pool.ConfirmDevice(name, await pool.Begin(name));
        await pool.Holder("ForgetDevice", forgotten.Token, new() { ["DeviceKey"] = forgotten.Key });
        foreach (var key in new[] { "us-east-1_" + Guid.NewGuid(), others.Key, others.Key.ToUpperInvariant(), offered.Key, forgotten.Key, "nonsense" })
        {
            AssertError(await pool.BeginFails(name, key), "ResourceNotFoundException", Missing);
            AssertError(await pool.BeginFails(name, key, "Wr0ng-password"), "NotAuthorizedException", Wrong);
            await pool.SignIn(name);
        }
    }

    [Fact]
    public async Task An_SRP_answer_that_named_a_forgotten_device_can_be_sent_again_without_it()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var (challenge, client) = await SignIn.SrpSignInTests.Begin(pool, name);
        var answer = SignIn.SrpSignInTests.Answer(pool, challenge["ChallengeParameters"]!, client, Pool.Password);
        var responses = answer["ChallengeResponses"]!.AsObject();
        responses["DEVICE_KEY"] = "us-east-1_" + Guid.NewGuid();
        AssertError(await server.Api.Fail("RespondToAuthChallenge", answer, sign: false), "ResourceNotFoundException", Missing);
        // As one client sends it.
        responses["DEVICE_KEY"] = null;
        var tokens = (await server.Api.Call("RespondToAuthChallenge", answer, sign: false))["AuthenticationResult"]!;
        Assert.NotNull(tokens["NewDeviceMetadata"]);
        AssertError(await server.Api.Fail("RespondToAuthChallenge", answer, sign: false), "NotAuthorizedException", Wrong);
    }

    [Fact]
    public async Task A_remembered_device_stands_for_the_second_factor()
    {
        var pool = await TrackedPool.Create(server, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        var (next, client) = await device.Begin(await pool.Begin(name, device.Key));
        var parameters = next["ChallengeParameters"]!.AsObject();
        Assert.Equal(["DEVICE_KEY", "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME"], parameters.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal((device.Key, name, device.Salt), ((string?)parameters["DEVICE_KEY"], (string?)parameters["USERNAME"], (string?)parameters["SALT"]));

        var proof = device.Proof(next, client);
        var answer = await pool.Respond("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, proof);
        Assert.Empty(answer["ChallengeParameters"]!.AsObject());
        var tokens = answer["AuthenticationResult"]!.AsObject();
        Assert.False(tokens.ContainsKey("NewDeviceMetadata"));
        Assert.Equal(device.Key, (string?)Jwt.Read((string)tokens["AccessToken"]!).Claims["device_key"]);
        var again = await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, (JsonObject)proof.DeepClone());
        AssertError(again, "NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    }

    [Fact]
    public async Task After_SRP_too_and_without_the_session_where_the_block_tells_which()
    {
        var pool = await TrackedPool.Create(server, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        var (challenge, srp) = await SignIn.SrpSignInTests.Begin(pool, name);
        var answer = SignIn.SrpSignInTests.Answer(pool, challenge["ChallengeParameters"]!, srp, Pool.Password);
        answer["ChallengeResponses"]!["DEVICE_KEY"] = device.Key;
        var (next, client) = await device.Begin(await server.Api.Call("RespondToAuthChallenge", answer, sign: false));
        var proof = device.Proof(next, client);
        Assert.NotNull((await pool.Respond("DEVICE_PASSWORD_VERIFIER", null, proof))["AuthenticationResult"]);
        var again = await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", null, (JsonObject)proof.DeepClone());
        AssertError(again, "NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    }

    [Fact]
    public async Task A_client_that_sends_no_session_is_found_by_its_device()
    {
        await using var own = await TestServer.Own();
        var pool = await TrackedPool.Create(own, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        var client = new SrpClient(123456789);
        JsonObject Responses(string user, string key) => new() { ["USERNAME"] = user, ["DEVICE_KEY"] = key, ["SRP_A"] = client.SrpA };
        const string missing = "Missing required parameter Session";
        Assert.Equal(missing, (await pool.RespondFails("DEVICE_SRP_AUTH", null, Responses(name, device.Key))).Text);

        await pool.Begin(name, device.Key);
        Assert.Equal(missing, (await pool.RespondFails("DEVICE_SRP_AUTH", null, Responses("nobody", device.Key))).Text);
        Assert.Equal(missing, (await pool.RespondFails("DEVICE_SRP_AUTH", null, Responses(await pool.AddUser(), device.Key))).Text);
        var (other, _) = await pool.AddClient();
        var elsewhere = pool.Answer("DEVICE_SRP_AUTH", null, Responses(name, device.Key));
        elsewhere["ClientId"] = other;
        Assert.Equal(missing, (await own.Api.Fail("RespondToAuthChallenge", elsewhere, sign: false)).Text);

        var next = await pool.Respond("DEVICE_SRP_AUTH", null, Responses(name, device.Key));
        Assert.NotNull((await pool.Respond("DEVICE_PASSWORD_VERIFIER", null, device.Proof(next, client)))["AuthenticationResult"]);
        Assert.Equal(
            "Invalid session for the user, session can only be used once.",
            (await pool.RespondFails("DEVICE_SRP_AUTH", null, Responses(name, device.Key))).Text);
        await pool.Begin(name, device.Key);
        await own.Advance("PT3M1S");
        Assert.Equal(missing, (await pool.RespondFails("DEVICE_SRP_AUTH", null, Responses(name, device.Key))).Text);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Where_a_device_is_not_remembered_or_not_asked_for_the_second_factor_stays(bool isChallenged, bool isRemembered)
    {
        var pool = await TrackedPool.Create(server, isChallenged, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        if (!isRemembered)
            await device.Remember("not_remembered");
        var answer = await pool.SendCode(name, phone, await pool.Begin(name, device.Key));
        var tokens = answer["AuthenticationResult"]!.AsObject();
        Assert.False(tokens.ContainsKey("NewDeviceMetadata"));
        Assert.Equal(device.Key, (string?)Jwt.Read((string)tokens["AccessToken"]!).Claims["device_key"]);
    }

    [Fact]
    public async Task Each_wrong_answer_of_the_device_steps_is_refused_and_the_right_one_passes_after_all()
    {
        var pool = await TrackedPool.Create(server, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        var (stranger, strangersPhone) = await pool.AddPhoneUser();
        var strangers = await pool.ConfirmDevice(stranger, await pool.SendCode(stranger, strangersPhone, await pool.Begin(stranger)));
        var challenge = await pool.Begin(name, device.Key);
        var session = (string)challenge["Session"]!;

        async Task<(string, string?)> Start(Action<JsonObject> change)
        {
            JsonObject responses = new() { ["USERNAME"] = name, ["DEVICE_KEY"] = device.Key, ["SRP_A"] = new SrpClient(12345).SrpA };
            change(responses);
            var error = await pool.RespondFails("DEVICE_SRP_AUTH", session, responses);
            return (error.Type, error.Text);
        }

        Assert.Equal(("ResourceNotFoundException", Missing), await Start(responses => responses["DEVICE_KEY"] = strangers.Key));
        Assert.Equal(("ResourceNotFoundException", Missing), await Start(static responses => responses["DEVICE_KEY"] = "nonsense"));
        Assert.Equal(("InvalidParameterException", "Missing required parameter DEVICE_KEY"), await Start(static responses => responses.Remove("DEVICE_KEY")));
        Assert.Equal(("InvalidParameterException", "Missing required parameter SRP_A"), await Start(static responses => responses.Remove("SRP_A")));
        Assert.Equal(("InvalidParameterException", "Missing required parameter USERNAME"), await Start(static responses => responses.Remove("USERNAME")));
        Assert.Equal("InvalidParameterException", (await Start(static responses => responses["SRP_A"] = "0")).Item1);
        Assert.Equal("InvalidParameterException", (await Start(static responses => responses["SRP_A"] = SrpClient.Minimal(SrpClient.Modulus))).Item1);
        Assert.Equal(("NotAuthorizedException", "Invalid session for the user."), await Start(responses => responses["USERNAME"] = stranger));
        Assert.Equal("Invalid session for the user.", (await pool.RespondFails(
            "SMS_MFA", session, new() { ["USERNAME"] = name, ["SMS_MFA_CODE"] = "123456" })).Text);

        async Task<(string, string?)> Prove(Action<JsonObject> change, string? password = null, string? given = null)
        {
            var (next, client) = await device.Begin(challenge);
            var proof = device.Proof(next, client, password);
            change(proof);
            var error = await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", given ?? (string)next["Session"]!, proof);
            return (error.Type, error.Text);
        }

        var wrong = ("NotAuthorizedException", Wrong);
        Assert.Equal(wrong, await Prove(static _ => { }, password: "another"));
        Assert.Equal(wrong, await Prove(static proof => proof["PASSWORD_CLAIM_SIGNATURE"] = "nonsense!"));
        Assert.Equal(wrong, await Prove(static proof => proof["TIMESTAMP"] = "Sat Apr 5 08:01:02 UTC 2025"));
        Assert.Equal(wrong, await Prove(static proof => proof["PASSWORD_CLAIM_SECRET_BLOCK"] = "nonsense!"));
        var (foreign, _) = await device.Begin(challenge);
        Assert.Equal(wrong, await Prove(proof => proof["PASSWORD_CLAIM_SECRET_BLOCK"] = (string)foreign["ChallengeParameters"]!["SECRET_BLOCK"]!));
        Assert.Equal(wrong, await Prove(static _ => { }, given: (string)foreign["Session"]!));
        Assert.Equal(("ResourceNotFoundException", Missing), await Prove(proof => proof["DEVICE_KEY"] = strangers.Key));
        Assert.Equal(("NotAuthorizedException", "Invalid session for the user."), await Prove(static _ => { }, given: session));
        Assert.Equal(("InvalidParameterException", "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."), await Prove(static proof => proof["TIMESTAMP"] = "now"));
        foreach (var name2 in new[] { "USERNAME", "DEVICE_KEY", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP" })
            Assert.Equal(("InvalidParameterException", $"Missing required parameter {name2}"), await Prove(proof => proof.Remove(name2)));
        Assert.NotNull((await device.Prove(challenge))["AuthenticationResult"]);
        Assert.Equal(("NotAuthorizedException", "Invalid session for the user, session can only be used once."), await Start(static _ => { }));
    }

    [Fact]
    public async Task A_proof_is_taken_once_whether_it_was_right_or_wrong()
    {
        var pool = await TrackedPool.Create(server, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        var (next, client) = await device.Begin(await pool.Begin(name, device.Key));
        var wrong = device.Proof(next, client, "another");
        Assert.Equal(Wrong, (await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, wrong)).Text);
        Assert.Equal(Wrong, (await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, device.Proof(next, client))).Text);
    }

    [Fact]
    public async Task Wrong_proofs_of_a_device_lock_its_user_out()
    {
        var pool = await TrackedPool.Create(server, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        var challenge = await pool.Begin(name, device.Key);
        var (prepared, right) = await device.Begin(challenge);
        for (var i = 0; i < 5; i++)
        {
            var (next, client) = await device.Begin(challenge);
            Assert.Equal(Wrong, (await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, device.Proof(next, client, "another"))).Text);
        }
        Assert.Equal("Password attempts exceeded", (await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", (string)prepared["Session"]!, device.Proof(prepared, right))).Text);
    }

    [Fact]
    public async Task A_device_that_is_forgotten_in_the_middle_of_a_sign_in_is_of_no_use()
    {
        var pool = await TrackedPool.Create(server, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));
        var challenge = await pool.Begin(name, device.Key);
        var (next, client) = await device.Begin(challenge);
        await pool.Holder("ForgetDevice", device.Token, new() { ["DeviceKey"] = device.Key });
        AssertError(await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, device.Proof(next, client)), "ResourceNotFoundException", Missing);
        AssertError(await pool.RespondFails(
            "DEVICE_SRP_AUTH", (string)challenge["Session"]!, new() { ["USERNAME"] = name, ["DEVICE_KEY"] = device.Key, ["SRP_A"] = "2" }), "ResourceNotFoundException", Missing);
    }

    [Fact]
    public async Task The_sessions_of_the_device_steps_end_in_time_and_with_a_new_password_or_a_disabled_user()
    {
        await using var own = await TestServer.Own();
        var pool = await TrackedPool.Create(own, isChallenged: true, mfa: "ON");
        var (name, phone) = await pool.AddPhoneUser();
        var device = await pool.ConfirmDevice(name, await pool.SendCode(name, phone, await pool.Begin(name)));

        async Task<string?> Try(Func<Task> between)
        {
            var (next, client) = await device.Begin(await pool.Begin(name, device.Key));
            await between();
            return (await pool.RespondFails("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, device.Proof(next, client))).Text;
        }

        Assert.Equal("Invalid session for the user, session is expired.", await Try(() => own.Advance("PT3M1S")));
        Assert.Equal("Invalid session for the user.", await Try(() =>
            pool.Admin("AdminSetUserPassword", name, new() { ["Password"] = Pool.Password, ["Permanent"] = true })));
        Assert.Equal("User is disabled.", await Try(() => pool.Admin("AdminDisableUser", name)));
    }
}
