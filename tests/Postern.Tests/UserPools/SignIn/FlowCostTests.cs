using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Postern.Storage;
using Postern.Tests.Cryptography;
using Postern.Tests.OAuth;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>What each step of a sign-in leaves in the database, as docs/performance.md says.</summary>
public sealed class FlowCostTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern-cost-").FullName;
    private TestServer server = null!;

    private string DataFile => Path.Combine(folder, "postern.db");

    public async ValueTask InitializeAsync() => server = await TestServer.Own(options => options with { Data = DataFile });

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Passwords_and_refreshes_write_nothing()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS,TOTP,EMAIL");
        var user = await pool.AddUser();
        JsonObject answer = [];
        Assert.Equal("", await Written(async () => answer = await pool.ByPassword(user)));
        var refresh = (string)answer["AuthenticationResult"]!["RefreshToken"]!;
        Assert.Equal("", await Written(() => pool.Initiate("REFRESH_TOKEN_AUTH", ("REFRESH_TOKEN", refresh))));
        Assert.Equal("", await Written(() => pool.Api.Call("GetTokensFromRefreshToken", new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = refresh }, sign: false)));

        var srp = new SrpClient(31415);
        Assert.Equal("", await Written(async () => answer = await pool.Initiate("USER_SRP_AUTH", ("USERNAME", user), ("SRP_A", srp.SrpA))));
        Assert.Equal("", await Written(() => pool.Respond(answer, user, srp.Proof(pool, answer, Pool.Password))));
    }

    [Fact]
    public async Task A_code_s_exchange_writes_that_it_was_used_and_other_grants_nothing()
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("api", "read");
        var machine = await pool.AddMachine("api/read");
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        Assert.Equal("", await Written(() => browser.Open(pool.Url("/oauth2/authorize"))));
        JsonObject tokens = [];
        Assert.Equal("used_sessions +1", await Written(async () => tokens = (await pool.Exchange(browser.Given("code")!)).Body));
        Assert.Equal("", await Written(() => pool.Refresh(tokens.Text("refresh_token"))));
        Assert.Equal("", await Written(() => pool.UserInfo(tokens.Text("access_token"))));
        Assert.Equal("", await Written(() => pool.Grant(OAuthCalls.Basic(machine.Id, machine.Secret), ("grant_type", "client_credentials"))));
        Assert.Equal("revocations +1", await Written(() => pool.Revoke(tokens.Text("refresh_token"))));
    }

    [Fact]
    public async Task A_second_factor_writes_that_it_was_used_and_nothing_else()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS,TOTP,EMAIL");
        var user = await pool.AddUser();
        var app = await pool.SetUpToken(user);
        await pool.Enable(user, "TOTP", "EMAIL");
        JsonObject answer = [];
        Assert.Equal("", await Written(async () => answer = await pool.ByPassword(user)));
        Assert.Equal("SELECT_MFA_TYPE", answer.ChallengeName());
        var choice = answer;
        Assert.Equal("", await Written(async () => answer = await pool.Respond(choice, user, ("ANSWER", "SOFTWARE_TOKEN_MFA"))));
        // The sign-in's sessions and the code: one change.
        Assert.Equal("used_sessions +2", await Written(() => pool.Respond(answer, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next()))));

        choice = await pool.ByPassword(user);
        Assert.Equal("messages +1", await Written(async () => answer = await pool.Respond(choice, user, ("ANSWER", "EMAIL_OTP"))));
        var code = await server.Api.Code(Address(user));
        Assert.Equal("attempts +1", await Written(() => pool.RespondFails(answer, user, ("EMAIL_OTP_CODE", Wrong(code)))));
        Assert.Equal("attempts -1, used_sessions +1", await Written(() => pool.Respond(answer, user, ("EMAIL_OTP_CODE", code))));
    }

    [Fact]
    public async Task A_code_as_the_first_factor_writes_its_message_and_that_it_was_used()
    {
        var pool = await Pool.Create(
            server, new() { ["Policies"] = FirstFactors("PASSWORD", "EMAIL_OTP") },
            new() { ["ExplicitAuthFlows"] = AllFlows });
        var user = await pool.AddUser();
        JsonObject answer = [];
        Assert.Equal("", await Written(() => pool.Initiate("USER_AUTH", ("USERNAME", user))));
        Assert.Equal("messages +1", await Written(async () => answer = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "EMAIL_OTP"))));
        var code = await server.Api.Code(Address(user));
        Assert.Equal("used_sessions +1", await Written(() => pool.Respond(answer, user, ("EMAIL_OTP_CODE", code))));
    }

    [Fact]
    public async Task A_new_password_writes_the_user_and_that_the_session_was_used()
    {
        var pool = await Pool.Create(server);
        await pool.Admin("AdminCreateUser", "bob", new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = "Temp0rary!" });
        JsonObject answer = [];
        Assert.Equal("", await Written(async () => answer = await pool.ByPassword("bob", "Temp0rary!")));
        Assert.Equal("used_sessions +1, users changed", await Written(() => pool.Respond(answer, "bob", ("NEW_PASSWORD", Pool.Password))));
    }

    [Fact]
    public async Task A_rotating_refresh_writes_its_generation()
    {
        var pool = await Pool.Create(server, null, new()
        {
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH"),
            ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 0 },
        });
        var token = (string)(await pool.SignIn(await pool.AddUser()))["RefreshToken"]!;
        Assert.Equal("rotations +1", await Written(() => pool.Api.Call("GetTokensFromRefreshToken", new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = token }, sign: false)));
    }

    /// <summary>How many rows more or less a call left behind, by table.</summary>
    private async Task<string> Written(Func<Task> call)
    {
        var before = Rows();
        await call();
        var after = Rows();
        return string.Join(", ", after.Where(row => row.Value != before[row.Key]).Select(row => row.Key is "users changed"
            ? row.Key
            : string.Create(CultureInfo.InvariantCulture, $"{row.Key} {row.Value - before[row.Key]:+0;-0}")));
    }

    private SortedDictionary<string, long> Rows()
    {
        using var connection = new SqliteConnection($"Data Source={DataFile};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        // The stock of keys fills by itself.
        foreach (var table in Tables.All.Where(static table => table.Name is not ("key_stock" or "ring_keys" or "signing_keys" or "installation")))
            rows[table.Name] = Number($"SELECT count(*) FROM {table.Name}");
        rows["users changed"] = Number("SELECT coalesce(sum(version), 0) FROM users");
        return rows;

        long Number(string sql)
        {
#pragma warning disable CA2100 // names of the schema
            command.CommandText = sql;
#pragma warning restore CA2100
            return (long)command.ExecuteScalar()!;
        }
    }
}
