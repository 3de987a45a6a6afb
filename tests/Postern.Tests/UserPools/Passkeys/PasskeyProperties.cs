using System.Text.Json.Nodes;
using CsCheck;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Passkeys;

/// <summary>However sessions, challenges, users and passkeys are mixed, exactly the answers that belong together sign in.</summary>
public class PasskeyProperties(TestServer server)
{
    private const int Users = 2;
    private const int Passkeys = 2;

    [Fact]
    public async Task Only_the_user_s_own_passkey_over_the_session_s_own_challenge_signs_in_and_once()
    {
        var pool = await PasskeyPool.Create(server);
        var users = new List<(string Name, SoftwareAuthenticator[] Own)>();
        for (var i = 0; i < Users; i++)
        {
            var (name, token) = await pool.AddUser();
            var own = Enumerable.Range(0, Passkeys).Select(static _ => new SoftwareAuthenticator()).ToArray();
            foreach (var authenticator in own)
                await pool.Register(token, authenticator);
            users.Add((name, own));
        }
        var begun = new List<(int User, JsonObject Challenge)>();
        var used = new HashSet<int>();
        var (right, wrong) = (0, 0);

        await Gen.Select(Gen.Int[0, 3], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, Users - 1], Gen.Int[0, Users - 1], Gen.Int[0, Passkeys - 1]).SampleAsync(
            async (step, session, options, name, owner, which) =>
            {
                if (step == 0 || begun.Count == 0)
                {
                    begun.Add((name, await pool.Begin(users[name].Name)));
                    return;
                }
                // Mostly what was begun last, and what belongs to it.
                var at = step < 2 ? begun.Count - 1 : session % begun.Count;
                var over = step < 3 ? at : options % begun.Count;
                if (step == 1)
                    name = owner = begun[at].User;
                var credential = users[owner].Own[which].Use(PasskeyPool.Options(begun[over].Challenge), pool.Origin, static ceremony => ceremony.UserHandle = null);
                var isRight = at == over && begun[at].User == name && owner == name && !used.Contains(at);
                try
                {
                    await pool.Answer(users[name].Name, begun[at].Challenge, credential);
                    Assert.True(isRight, $"session {at} of user {begun[at].User} by {name} with a passkey of {owner} over {over}");
                    used.Add(at);
                    right++;
                }
                catch (ServiceError error)
                {
                    Assert.False(isRight, error.Message);
                    Assert.Equal("NotAuthorizedException", error.Type);
                    wrong++;
                }
            }, iter: 200, threads: 1);
        Assert.True(right > 10 && wrong > 10, $"{right} right, {wrong} wrong: the mixture proves little");
        foreach (var authenticator in users.SelectMany(static user => user.Own))
            authenticator.Dispose();
    }
}
