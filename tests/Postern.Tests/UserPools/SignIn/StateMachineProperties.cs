using System.Text.Json.Nodes;
using CsCheck;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>No sequence of calls yields tokens of a user without the factors that the pool demands of him: whoever lacks one may begin any flow,
/// answer any challenge with any session, mix in what belongs to an account of his own, and gets nowhere.</summary>
public class StateMachineProperties
{
    private const int Walks = 8;
    private const int Steps = 40;

    private static readonly string[] Names =
    [
        "NEW_PASSWORD_REQUIRED", "PASSWORD_VERIFIER", "SMS_MFA", "EMAIL_OTP", "SMS_OTP", "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "MFA_SETUP", "SELECT_CHALLENGE",
        "PASSWORD", "PASSWORD_SRP", "WEB_AUTHN", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "ADMIN_NO_SRP_AUTH",
    ];

    [Theory]
    [InlineData("ON", "TOTP", "password mail phone")]
    [InlineData("ON", "SMS,TOTP", "token phone mail")]
    [InlineData("OPTIONAL", "EMAIL,TOTP", "password phone")]
    [InlineData("OPTIONAL", "SMS,EMAIL", "mail phone token")]
    [InlineData("OFF", "", "token phone")]
    public async Task Who_lacks_a_factor_gets_no_tokens_whatever_he_does(string mode, string methods, string knows)
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var stage = await Stage.Create(server, mode, methods);
        await Gen.Int.Array[Steps].SampleAsync(dice => stage.Walk(dice, knows), iter: Walks, threads: 1);
        Assert.False(stage.HasStolen, $"Tokens of the victim were issued to someone who knows only: {knows}");
        Assert.True(await stage.SignInHonestly(), "Not even who has everything gets tokens: the walks prove nothing.");
    }

    /// <summary>A pool with two users, and what the walker has seen.</summary>
    private sealed class Stage
    {
        private readonly Pool pool;
        private readonly Actor victim;
        private readonly Actor self;
        private readonly Actor honest;
        private readonly List<JsonObject> seen = [];
        private readonly SrpClient srp = new(987654321);

        private Stage(Pool pool, Actor victim, Actor self, Actor honest) =>
            (this.pool, this.victim, this.self, this.honest) = (pool, victim, self, honest);

        public bool HasStolen { get; private set; }

        public static async Task<Stage> Create(TestServer server, string mode, string methods)
        {
            string[] factors = mode is "ON" ? ["PASSWORD"] : ["PASSWORD", "EMAIL_OTP"];
            var pool = await Pool.Create(
                server, new() { ["Policies"] = SigningIn.FirstFactors(factors) },
                new() { ["ExplicitAuthFlows"] = SigningIn.AllFlows });
            if (methods.Contains("TOTP", StringComparison.Ordinal))
                await MfaPool.Configure(pool, "OPTIONAL", "TOTP");
            var victim = await Actor.Create(pool, "Passw0rd!", methods);
            var self = await Actor.Create(pool, "My-0wn-one!", methods);
            var honest = await Actor.Create(pool, "H0nest-one!", methods);
            if (mode is not "OFF")
                await MfaPool.Configure(pool, mode, methods);
            foreach (var actor in new[] { victim, self, honest })
            {
                if (mode is "OPTIONAL")
                    await pool.Enable(actor.Username, methods.Split(','));
            }
            return new(pool, victim, self, honest);
        }

        public async Task<bool> Walk(int[] dice, string knows)
        {
            foreach (var die in dice)
            {
                var roll = (uint)die;
                var answer = (roll % 10) switch
                {
                    < 3 => await Begin(roll / 10, knows),
                    < 9 => await Answer(roll / 10, knows),
                    _ => await SetUp(roll / 10),
                };
                if (answer?["AuthenticationResult"]?["AccessToken"] is { } token)
                    Note((string)token!);
                else if (answer?["Session"] is not null || answer?["ChallengeName"] is not null)
                    seen.Add(answer!);
            }
            return !HasStolen;
        }

        /// <summary>Signs in someone who has every factor.</summary>
        public async Task<bool> SignInHonestly()
        {
            var answer = await pool.ByPassword(honest.Username, honest.Password);
            for (var step = 0; step < 3 && answer["AuthenticationResult"] is null; step++)
            {
                answer = await pool.Respond(
                    answer, honest.Username, ("ANSWER", answer.Parameter("MFAS_CAN_CHOOSE")?.Split((char)34)[1] ?? ""), ("EMAIL_OTP_CODE", await honest.Mail(pool)), ("SMS_MFA_CODE", await honest.Text(pool)),
                    ("SOFTWARE_TOKEN_MFA_CODE", answer.ChallengeName() is "SOFTWARE_TOKEN_MFA" ? honest.App!.Next() : ""));
            }
            return answer["AuthenticationResult"]?["AccessToken"] is not null;
        }

        private async Task<JsonObject?> Begin(uint roll, string knows)
        {
            var actor = Pick(roll);
            var password = actor == self || knows.Contains("password", StringComparison.Ordinal) ? actor.Password : "Wr0ng-one!";
            var parameters = new List<(string, string)> { ("USERNAME", actor.Username), ("PASSWORD", password), ("SRP_A", srp.SrpA) };
            string[] preferences = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", ""];
            if (preferences[roll / 2 % 6] is { Length: > 0 } preferred)
                parameters.Add(("PREFERRED_CHALLENGE", preferred));
            if (roll / 12 % 5 == 0 && seen.Count > 0 && seen[(int)(roll % (uint)seen.Count)]["Session"] is { } session)
                parameters.Add(("Session", (string)session!));
            string[] flows = ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"];
            return await Call(() => pool.Initiate(flows[roll / 60 % 3], [.. parameters]));
        }

        private async Task<JsonObject?> Answer(uint roll, string knows)
        {
            if (seen.Count == 0)
                return null;
            // Mostly what came last, as a client would.
            var challenge = seen[roll % 3 == 0 ? (int)(roll / 3 % (uint)seen.Count) : seen.Count - 1].DeepClone().AsObject();
            var actor = Pick(roll / 7);
            if (roll / 11 % 4 == 0 || challenge["ChallengeName"] is null)
                challenge["ChallengeName"] = Names[roll / 44 % (uint)Names.Length];
            if (roll / 13 % 6 == 0)
                challenge["Session"] = (string?)seen[(int)(roll / 78 % (uint)seen.Count)]["Session"];
            if (challenge["Session"] is null)
                challenge.Remove("Session");
            var passwordOwner = actor == self || knows.Contains("password", StringComparison.Ordinal) ? actor : self;
            var mailOwner = actor == self || knows.Contains("mail", StringComparison.Ordinal) ? actor : self;
            var phoneOwner = actor == self || knows.Contains("phone", StringComparison.Ordinal) ? actor : self;
            var tokenOwner = actor == self || knows.Contains("token", StringComparison.Ordinal) ? actor : self;
            string[] choices = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "WEB_AUTHN"];
            var responses = new List<(string, string)>
            {
                ("PASSWORD", passwordOwner.Password), ("NEW_PASSWORD", "An0ther-one!"), ("SRP_A", srp.SrpA), ("ANSWER", choices[roll / 17 % (uint)choices.Length]),
                ("EMAIL_OTP_CODE", await mailOwner.Mail(pool)), ("SMS_OTP_CODE", await phoneOwner.Text(pool)), ("SMS_MFA_CODE", await phoneOwner.Text(pool)),
                ("SOFTWARE_TOKEN_MFA_CODE", tokenOwner.App?.Off((int)(roll / 19 % 3) - 1) ?? "123456"),
                // Not in the way of users who have an address.
                ("EMAIL", "walker@example.com"), ("PHONE_NUMBER", "+15550100001"),
            };
            var proved = seen.LastOrDefault(static answer => answer["ChallengeParameters"]?["SECRET_BLOCK"] is not null);
            if (proved is not null)
                responses.AddRange(srp.Proof(pool, challenge["ChallengeParameters"]?["SECRET_BLOCK"] is null ? proved : challenge, passwordOwner.Password));
            return await Call(() => pool.Respond(challenge, actor.Username, [.. responses]));
        }

        /// <summary>Tries to get a software token of the walker's own onto whatever session there is.</summary>
        private async Task<JsonObject?> SetUp(uint roll)
        {
            if (seen.Count == 0 || seen[(int)(roll % (uint)seen.Count)]["Session"] is not { } session)
                return null;
            var associated = await Call(() => pool.Api.Call("AssociateSoftwareToken", new() { ["Session"] = (string)session! }, sign: false));
            if (associated is null)
                return null;
            var app = new AuthenticatorApp((string)associated["SecretCode"]!);
            return await Call(() => pool.Api.Call(
                "VerifySoftwareToken", new() { ["Session"] = (string)associated["Session"]!, ["UserCode"] = app.Next() }, sign: false));
        }

        private Actor Pick(uint roll) => roll % 2 == 0 ? victim : self;

        private void Note(string accessToken)
        {
            HasStolen |= (string?)Jwt.Read(accessToken).Claims["username"] == victim.Username;
        }

        private static async Task<JsonObject?> Call(Func<Task<JsonObject>> call)
        {
            try
            {
                return await call();
            }
            catch (ServiceError error) when ((int)error.Status == 400)
            {
                return null;
            }
        }
    }

    private sealed record Actor(string Username, string Password, string Number, AuthenticatorApp? App)
    {
        public static async Task<Actor> Create(Pool pool, string password, string methods)
        {
            var number = MfaPool.NewNumber();
            var user = await pool.AddUserWithPhone(number);
            var app = methods.Contains("TOTP", StringComparison.Ordinal) ? await pool.SetUpToken(user) : null;
            await pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = password, ["Permanent"] = true });
            return new(user, password, number, app);
        }

        public Task<string> Mail(Pool pool) => Newest(pool, SelfService.Address(Username));

        public Task<string> Text(Pool pool) => Newest(pool, Number);

        private static async Task<string> Newest(Pool pool, string to) =>
            (string?)(await pool.Api.Get("/_postern/dev/inbox?to=" + Uri.EscapeDataString(to)))!.AsArray().FirstOrDefault()?["code"] ?? "000000";
    }
}
