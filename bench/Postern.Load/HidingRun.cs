using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Postern.Load.Generator;
using Postern.Load.Report;
using Postern.Load.Target;

namespace Postern.Load;

/// <summary>Whether the time of an answer tells a name that somebody has from one that nobody has, where the client hides it. Each operation is
/// called for both in turn, each name once; the share of pairs in which the known name took longer is 50 % where time tells nothing.</summary>
internal static class HidingRun
{
    private const int Warmup = 100;

    public static async Task<int> Run(Options options)
    {
        using var folder = new TemporaryFolder();
        var (server, url) = await ServerProcess.Start(options.Server, "serve", "--urls", "http://127.0.0.1:0", "--data", folder.File("postern.db"), "--quiet");
        using (server)
        {
            using var api = new Api(url);
            var names = new Names(options.Names + Warmup);
            var pool = await Pool(api, names);
            using var connection = new Connection(api.Endpoint);
            var table = new Table($"{options.Names} names each", "known p50 us", "unknown p50 us", "known p90", "unknown p90", "known slower");
            foreach (var (what, prepare, call) in Calls(url, pool))
            {
                var known = new List<double>();
                var unknown = new List<double>();
                for (var i = 0; i < names.Count; i++)
                {
                    // Which comes first changes, and is no rhythm.
                    var order = Random.Shared.Next(2) == 0 ? (bool[])[true, false] : [false, true];
                    foreach (var isKnown in order)
                    {
                        var name = isKnown ? names.Known(what, i) : names.Unknown(what, i);
                        var before = prepare is null ? null : Exchange(connection, prepare(name)).Body;
                        var (_, time) = Exchange(connection, call(name, before));
                        if (i >= Warmup)
                            (isKnown ? known : unknown).Add(time);
                    }
                }
                Add(table, what, known, unknown);
            }
            Console.WriteLine(table);
        }
        return 0;
    }

    private static void Add(Table table, string what, List<double> known, List<double> unknown)
    {
        known.Sort();
        unknown.Sort();
        table.Add(
            what, Table.Number(At(known, 0.5)), Table.Number(At(unknown, 0.5)), Table.Number(At(known, 0.9)), Table.Number(At(unknown, 0.9)),
            string.Create(CultureInfo.InvariantCulture, $"{100 * Slower(known, unknown):F1} %"));
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];

    /// <summary>The share of all pairs in which the first is greater (Mann and Whitney's U); both are sorted.</summary>
    private static double Slower(List<double> first, List<double> second)
    {
        double greater = 0;
        var below = 0;
        foreach (var value in first)
        {
            while (below < second.Count && second[below] < value)
                below++;
            greater += below;
        }
        return greater / first.Count / second.Count;
    }

    /// <summary>What is called: for each, the call before it, whose answer it needs, and the call that is timed.</summary>
    private static IEnumerable<(string What, Func<string, byte[]>? Prepare, Func<string, JsonObject?, byte[]> Call)> Calls(Uri url, (string Id, string Client) pool)
    {
        byte[] Call(string operation, string name, JsonObject more)
        {
            more["ClientId"] = pool.Client;
            if (operation is not ("InitiateAuth" or "RespondToAuthChallenge"))
                more["Username"] = name;
            return WireRequest.Call(url, operation, more);
        }

        byte[] Begin(string flow, string name, params (string Name, string Value)[] more)
        {
            var given = new JsonObject { ["USERNAME"] = name };
            foreach (var (key, value) in more)
                given[key] = value;
            return Call("InitiateAuth", name, new() { ["AuthFlow"] = flow, ["AuthParameters"] = given });
        }

        byte[] Answer(string name, JsonObject challenge, params (string Name, string Value)[] responses)
        {
            var given = new JsonObject { ["USERNAME"] = (string?)challenge["ChallengeParameters"]?["USERNAME"] ?? name };
            foreach (var (key, value) in responses)
                given[key] = value;
            var request = new JsonObject { ["ChallengeName"] = (string?)challenge["ChallengeName"], ["ChallengeResponses"] = given };
            if ((string?)challenge["Session"] is { } session)
                request["Session"] = session;
            return Call("RespondToAuthChallenge", name, request);
        }

        var srpA = string.Concat(Enumerable.Repeat("123456789abcdef0", 48));
        yield return ("USER_PASSWORD_AUTH, wrong", null, (name, _) => Begin("USER_PASSWORD_AUTH", name, ("PASSWORD", "Wr0ng-one!")));
        yield return ("USER_SRP_AUTH", null, (name, _) => Begin("USER_SRP_AUTH", name, ("SRP_A", srpA)));
        yield return ("PASSWORD_VERIFIER, wrong", name => Begin("USER_SRP_AUTH", name, ("SRP_A", srpA)), (name, challenge) => Answer(
            name, challenge!, ("PASSWORD_CLAIM_SECRET_BLOCK", (string)challenge!["ChallengeParameters"]!["SECRET_BLOCK"]!),
            ("PASSWORD_CLAIM_SIGNATURE", new string('A', 43) + "="), ("TIMESTAMP", "Sat Apr 5 08:01:02 UTC 2025")));
        yield return ("USER_AUTH, EMAIL_OTP", null, (name, _) => Begin("USER_AUTH", name, ("PREFERRED_CHALLENGE", "EMAIL_OTP")));
        yield return ("EMAIL_OTP, wrong", name => Begin("USER_AUTH", name, ("PREFERRED_CHALLENGE", "EMAIL_OTP")),
            (name, challenge) => Answer(name, challenge!, ("EMAIL_OTP_CODE", "1234567")));
        yield return ("ForgotPassword", null, (name, _) => Call("ForgotPassword", name, []));
        yield return ("ConfirmForgotPassword, wrong", name => Call("ForgotPassword", name, []),
            (name, _) => Call("ConfirmForgotPassword", name, new() { ["ConfirmationCode"] = "1234567", ["Password"] = "N3w-Passw0rd!" }));
        yield return ("ResendConfirmationCode", null, (name, _) => Call("ResendConfirmationCode", name, []));
        yield return ("ConfirmSignUp, wrong", null, (name, _) => Call("ConfirmSignUp", name, new() { ["ConfirmationCode"] = "1234567" }));
    }

    private static (JsonObject Body, double Microseconds) Exchange(Connection connection, byte[] request)
    {
        var start = Stopwatch.GetTimestamp();
        connection.Send(request);
        HttpAnswer answer;
        while (!connection.Receive(out answer))
        {
        }
        var time = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        var body = connection.Body(answer);
        return (body.IsEmpty ? [] : JsonNode.Parse(body)!.AsObject(), time);
    }

    /// <summary>A client that hides who exists, in a pool where an e-mail's code may begin a sign-in.</summary>
    private static async Task<(string Id, string Client)> Pool(Api api, Names names)
    {
        var pool = await api.Call("CreateUserPool", new()
        {
            ["PoolName"] = "hiding",
            ["AutoVerifiedAttributes"] = new JsonArray("email"),
            ["Policies"] = new JsonObject { ["SignInPolicy"] = new JsonObject { ["AllowedFirstAuthFactors"] = new JsonArray("PASSWORD", "EMAIL_OTP") } },
        });
        var id = (string)pool["UserPool"]!["Id"]!;
        var client = await api.Call("CreateUserPoolClient", new()
        {
            ["UserPoolId"] = id,
            ["ClientName"] = "hiding",
            ["PreventUserExistenceErrors"] = "ENABLED",
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        });
        var clientId = (string)client["UserPoolClient"]!["ClientId"]!;
        for (var i = 0; i < names.Count; i++)
        {
            foreach (var name in names.Everyone(i))
            {
                await api.Call("SignUp", new()
                {
                    ["ClientId"] = clientId,
                    ["Username"] = name,
                    ["Password"] = PoolUnderLoad.Password,
                    ["UserAttributes"] = new JsonArray(PoolUnderLoad.Attribute("email", name + "@example.com")),
                });
                if (!Names.StaysUnconfirmed(name))
                {
                    await api.Call("AdminConfirmSignUp", new() { ["UserPoolId"] = id, ["Username"] = name });
                    await api.Call("AdminUpdateUserAttributes", new()
                    {
                        ["UserPoolId"] = id,
                        ["Username"] = name,
                        ["UserAttributes"] = new JsonArray(PoolUnderLoad.Attribute("email_verified", "true")),
                    });
                }
            }
        }
        return (id, clientId);
    }

    /// <summary>Names of one length: who is confirmed, who is not yet, and nobody.</summary>
    private sealed record Names(int Count)
    {
        public static bool StaysUnconfirmed(string name) => name[0] is 'w';

        public IEnumerable<string> Everyone(int i) => [Text('k', i), Text('w', i)];

        public string Known(string what, int i) => Text(what is "ResendConfirmationCode" or "ConfirmSignUp, wrong" ? 'w' : 'k', i);

        public string Unknown(string what, int i) => Text((char)('a' + (what.Length % 9)), i);

        private static string Text(char kind, int i) => string.Create(CultureInfo.InvariantCulture, $"{kind}user{i:D6}");
    }
}
