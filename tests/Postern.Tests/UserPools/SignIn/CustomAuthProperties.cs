using System.Text.Json.Nodes;
using CsCheck;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>No sequence of calls yields tokens that the pool's functions did not grant to that user: whoever lacks the password, the second factor or
/// the answer may begin and answer in any order, with any session and block, mix in those of an account of his own, and gets nowhere.</summary>
public class CustomAuthProperties
{
    private const int Walks = 6;
    private const int Steps = 40;

    private static readonly string[] Names = ["CUSTOM_CHALLENGE", "PASSWORD_VERIFIER", "SMS_MFA", "NEW_PASSWORD_REQUIRED", "SELECT_CHALLENGE", "DEVICE_SRP_AUTH"];

    [Theory]
    [InlineData("OFF", "password")]
    [InlineData("OFF", "answer")]
    [InlineData("ON", "password answer")]
    [InlineData("ON", "answer phone")]
    [InlineData("ON", "password phone")]
    public async Task Who_lacks_a_factor_gets_no_tokens_whatever_he_does(string mfa, string knows)
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var walk = await Walker.Create(server, mfa, knows);
        // Most rounds get somewhere by the walker's own means; those that do not prove nothing, and are followed by another.
        for (var round = 0; round == 0 || (!walk.HasOwn && round < 10); round++)
            await Gen.Int.Array[Steps].SampleAsync(walk.Go, iter: Walks, threads: 1);
        Assert.False(walk.HasStolen, $"Tokens of the victim were issued to someone who knows only: {knows}");
        Assert.True(walk.HasOwn, "The walks never reached tokens of the walker's own: they prove nothing.");
    }

    private sealed record Actor(string Username, string Password, string Answer, string Number);

    private sealed class Walker(CustomAuth auth, Actor victim, Actor self, string knows)
    {
        private readonly List<(JsonObject Challenge, Actor Of)> seen = [];
        private readonly SrpClient srp = new(987654321);

        public bool HasStolen { get; private set; }

        public bool HasOwn { get; private set; }

        public static async Task<Walker> Create(TestServer server, string mfa, string knows)
        {
            var answers = new Dictionary<string, string>();
            // A client that may use plain SRP where a password alone is not enough.
            var flows = mfa is "OFF" && knows.Contains("password", StringComparison.Ordinal)
                ? new JsonArray("ALLOW_CUSTOM_AUTH") : new JsonArray("ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH");
            if (mfa is "ON" && knows is "password phone")
                flows = new JsonArray("ALLOW_CUSTOM_AUTH");
            var auth = await CustomAuth.Create(
                server, Define, create: sent => new JsonObject { ["privateChallengeParameters"] = new JsonObject { ["answer"] = answers[(string)sent["userName"]!] } },
                client: new() { ["ExplicitAuthFlows"] = flows });
            if (mfa is "ON")
                await MfaPool.Configure(auth.Pool, "ON", "SMS");
            var actors = new List<Actor>();
            foreach (var (password, answer) in new[] { ("Passw0rd!", "victim's"), ("My-0wn-one!", "own") })
            {
                var number = MfaPool.NewNumber();
                var user = await auth.Pool.AddUserWithPhone(number);
                await auth.Pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = password, ["Permanent"] = true });
                answers[user] = answer;
                actors.Add(new(user, password, answer, number));
            }
            return new(auth, actors[0], actors[1], knows);
        }

        public async Task<bool> Go(int[] dice)
        {
            foreach (var die in dice)
            {
                var roll = (uint)die;
                await (roll % 4 == 0 || seen.Count == 0 ? Begin(roll / 4) : Answer(roll / 4));
            }
            return !HasStolen;
        }

        /// <summary>The password, then any number of wrong answers but six, then a right one.</summary>
        private static JsonObject Define(JsonObject sent)
        {
            var session = sent["request"]!["session"]!.AsArray();
            bool Has(string name) => session.Any(past => (string?)past!["challengeName"] == name && (bool)past["challengeResult"]!);
            return new()
            {
                ["failAuthentication"] = !Has("SRP_A") || session.Count > 9,
                ["issueTokens"] = Has("PASSWORD_VERIFIER") && Has("CUSTOM_CHALLENGE"),
                ["challengeName"] = Has("PASSWORD_VERIFIER") ? "CUSTOM_CHALLENGE" : "PASSWORD_VERIFIER",
            };
        }

        private Task Begin(uint roll)
        {
            var actor = Pick(roll);
            var parameters = new List<(string, string)> { ("USERNAME", actor.Username), ("SRP_A", srp.SrpA) };
            if (roll / 2 % 8 != 0)
                parameters.Add(("CHALLENGE_NAME", "SRP_A"));
            return Try(actor, () => auth.Pool.Initiate(roll / 16 % 6 == 0 ? "USER_SRP_AUTH" : "CUSTOM_AUTH", [.. parameters]));
        }

        private async Task Answer(uint roll)
        {
            // Every other time what came last, for the user whom it is about, as a client would.
            var strays = roll % 2 == 0;
            roll /= 2;
            var (last, of) = seen[strays && roll % 3 == 0 ? (int)(roll / 3 % (uint)seen.Count) : seen.Count - 1];
            var challenge = last.DeepClone().AsObject();
            var actor = strays && roll / 7 % 3 == 0 ? Pick(roll / 28) : of;
            if (strays && roll / 11 % 4 == 0)
                challenge["ChallengeName"] = Names[roll / 44 % (uint)Names.Length];
            if (strays && roll / 13 % 4 == 0)
                challenge["Session"] = (string?)seen[(int)(roll / 52 % (uint)seen.Count)].Challenge["Session"];
            if (challenge["Session"] is null)
                challenge.Remove("Session");
            var responses = new List<(string, string)>
            {
                ("ANSWER", Owner(actor, "answer").Answer), ("SMS_MFA_CODE", await Text(Owner(actor, "phone"))), ("NEW_PASSWORD", "An0ther-one!"),
            };
            var block = challenge["ChallengeParameters"]?["SECRET_BLOCK"] is not null ? challenge
                : seen.LastOrDefault(static pair => pair.Challenge["ChallengeParameters"]?["SECRET_BLOCK"] is not null).Challenge;
            if (block is not null && challenge.ChallengeName() is "PASSWORD_VERIFIER")
                responses.AddRange(srp.Proof(auth.Pool, block, Owner(actor, "password").Password));
            await Try(actor, () => auth.Pool.Respond(challenge, actor.Username, [.. responses]));
        }

        private Actor Pick(uint roll) => roll % 2 == 0 ? victim : self;

        private Actor Owner(Actor actor, string secret) => actor == self || knows.Contains(secret, StringComparison.Ordinal) ? actor : self;

        private async Task<string> Text(Actor actor) =>
            (string?)(await auth.Api.Get("/_postern/dev/inbox?to=" + Uri.EscapeDataString(actor.Number)))!.AsArray().FirstOrDefault()?["code"] ?? "000000";

        private async Task Try(Actor actor, Func<Task<JsonObject>> call)
        {
            try
            {
                var answer = await call();
                if (answer["AuthenticationResult"]?["AccessToken"] is { } token)
                {
                    var username = (string?)Jwt.Read((string)token!).Claims["username"];
                    HasStolen |= username == victim.Username;
                    HasOwn |= username == self.Username;
                }
                else
                {
                    seen.Add((answer, actor));
                }
            }
            catch (ServiceError error) when ((int)error.Status == 400)
            {
            }
        }
    }
}
