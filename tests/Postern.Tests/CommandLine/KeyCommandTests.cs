using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.CommandLine;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Tests.Server;

namespace Postern.Tests.CommandLine;

/// <summary>The verbs that change keys, beside servers on the same database.</summary>
public abstract class KeyCommandTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern-keys-").FullName;
    private readonly byte[] oldKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] newKey = RandomNumberGenerator.GetBytes(32);

    /// <summary>A connection string; null for a file.</summary>
    protected string? Database { get; private set; }

    protected string DataFile => Path.Combine(folder, "postern.db");

    protected ServerOptions Old => new()
    {
        Urls = "http://127.0.0.1:0", Data = DataFile, Db = Database, Quiet = true, KeyStock = 4, MasterKey = Convert.ToBase64String(oldKey),
    };

    private ServerOptions Both => Old with { MasterKey = Convert.ToBase64String(newKey), PreviousMasterKey = Convert.ToBase64String(oldKey) };

    protected ServerOptions New => Old with { MasterKey = Convert.ToBase64String(newKey) };

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Database = await MakeDatabase();

    public virtual ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>A connection string to a new database; null for a file.</summary>
    protected abstract ValueTask<string?> MakeDatabase();

    /// <summary>Writes the record of a master key into a database of schema version 1.</summary>
    protected abstract Task Record(byte[] value);

    /// <summary>All rows of all tables.</summary>
    protected abstract IEnumerable<object[]> AllRows();

    [Fact]
    public async Task The_master_key_is_changed_node_by_node_and_nothing_that_was_sealed_is_lost()
    {
        string poolId, clientId, secret, early, late;
        await using (var first = await TestServer.Own(_ => Old))
        {
            // A node with both keys joins: what it seals, the node that has the old one alone opens.
            await using (var second = await TestServer.Own(_ => Both))
            {
                var pool = await Pool.Create(first, client: new() { ["GenerateSecret"] = true });
                (poolId, clientId) = (pool.Id, pool.ClientId);
                secret = await Secret(first.Api, poolId, clientId);
                await AddProvider(first.Api, poolId);
                early = await pool.AddUser();
                await SignIn(first.Api, poolId, clientId, secret, early);
                late = await SignUp(second.Api, poolId, clientId, secret);
                await SignIn(first.Api, poolId, clientId, secret, late);
                await SignIn(second.Api, poolId, clientId, secret, early);
            }
            var refused = await Assert.ThrowsAsync<MasterKeyException>(() => PosternServer.Start(New));
            Assert.Contains("--previous-master-key", refused.Message, StringComparison.Ordinal);
        }

        await using (var both = await TestServer.Own(_ => Both))
        {
            var before = await Refresh(both.Api, clientId, secret, late, await SignIn(both.Api, poolId, clientId, secret, late));
            var output = await Run(static call => KeyCommands.Rotate(call, TimeSpan.FromSeconds(2)), Both);
            Assert.Contains("has taken the place of", output, StringComparison.Ordinal);
            await SignIn(both.Api, poolId, clientId, secret, early);
            await SignUp(both.Api, poolId, clientId, secret);
            await Refresh(both.Api, clientId, secret, late, before);
        }
        Assert.Equal(0, CountOf(new MasterKey(oldKey)));
        Assert.InRange(CountOf(new MasterKey(newKey)), 10, 1000);

        var gone = await Assert.ThrowsAsync<MasterKeyException>(() => PosternServer.Start(Old));
        Assert.Contains("it alone opens this database now", gone.Message, StringComparison.Ordinal);
        await using (var server = await TestServer.Own(_ => New))
        {
            Assert.Equal(secret, await Secret(server.Api, poolId, clientId));
            await SignIn(server.Api, poolId, clientId, secret, early);
            await SignIn(server.Api, poolId, clientId, secret, late);
            Assert.Equal("provider-secret", (string?)(await Provider(server.Api, poolId))["ProviderDetails"]!["client_secret"]);
            Assert.Matches("^[0-9]{6}$", await server.Api.Code(late + "@example.com"));
        }
        // Once more, back to the first key.
        await Run(call => KeyCommands.Rotate(call, TimeSpan.Zero), Old with { PreviousMasterKey = New.MasterKey });
        await using var back = await TestServer.Own(_ => Old);
        await SignIn(back.Api, poolId, clientId, secret, early);
    }

    [Fact]
    public async Task Rotated_signing_keys_are_shown_sign_after_the_delay_and_old_tokens_go_on_to_verify()
    {
        await using var server = await TestServer.Own(_ => Old);
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var before = await pool.SignIn(user);
        var old = await Kids(server, pool.Id);
        Assert.Equal(2, old.Length);

        var output = await Run(KeyCommands.RotateSigning, Old, pool.Id);
        Assert.StartsWith($"{pool.Id} has new signing keys: ", output, StringComparison.Ordinal);
        var shown = await Until(async () => await Kids(server, pool.Id) is { Length: 4 } kids ? kids : null);
        Assert.Equal(old.Order(), shown.Intersect(old).Order());
        Assert.Contains((string)Header(await pool.SignIn(user), "AccessToken")["kid"]!, old);
        Assert.Contains("was rotated moments ago", await Run(KeyCommands.RotateSigning, Old, exit: 1, operand: pool.Id), StringComparison.Ordinal);

        await server.Advance("PT5M");
        var after = await pool.SignIn(user);
        var signing = new[] { "AccessToken", "IdToken" }.Select(token => (string)Header(after, token)["kid"]!).ToArray();
        Assert.Equal(shown.Except(old).Order(), signing.Order());
        Assert.Contains($"{signing[1]} for ID tokens, {signing[0]} for access tokens", output, StringComparison.Ordinal);
        foreach (var tokens in new[] { before, after })
            Assert.Equal(user, (string?)(await server.Api.Call("GetUser", new() { ["AccessToken"] = (string)tokens["AccessToken"]! }, sign: false))["Username"]);
        Assert.Equal(4, (await Kids(server, pool.Id)).Length);

        await server.Advance("P1DT2H");
        Assert.Equal(signing.Order(), (await Kids(server, pool.Id)).Order());
        Assert.Contains((string)Header(await pool.SignIn(user), "IdToken")["kid"]!, signing);
        await Until(async () => await CountKeys(pool.Id) == 2 ? "purged" : null);
    }

    [Fact]
    public async Task A_rotation_that_is_interrupted_says_so_and_goes_on_when_it_is_run_again()
    {
        await (await PosternServer.Start(Old)).DisposeAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var error = new StringWriter();
        var rotation = KeyCommands.Rotate(new(Both, [], TextWriter.Null, error, stop.Token), settle: TimeSpan.FromMinutes(10));
        await Until(async () =>
        {
            try
            {
                await using var state = await KeyState.Open(Old, Stop);
                return null;
            }
            catch (MasterKeyException begun)
            {
                return begun;
            }
        });
        await stop.CancelAsync();
        Assert.Equal(130, await rotation);
        Assert.Contains("Stopped. Run it again to go on", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("is being changed from", (await Assert.ThrowsAsync<MasterKeyException>(() => PosternServer.Start(New))).Message, StringComparison.Ordinal);
        await (await PosternServer.Start(Both)).DisposeAsync();
        await Run(static call => KeyCommands.Rotate(call, TimeSpan.Zero), Both);
        await (await PosternServer.Start(New)).DisposeAsync();
    }

    [Fact]
    public async Task A_wrong_key_is_refused_before_the_schema_of_an_older_program_is_brought_forward()
    {
        await using (var database = Databases.Of(Old))
            await database.Migrate(1, static _ => { }, Stop);
        await Record(new MasterKey(oldKey).Seal(SealedAs.Check, "postern"u8));
        Assert.Contains("is sealed under another master key", (await Assert.ThrowsAsync<MasterKeyException>(() => PosternServer.Start(New))).Message, StringComparison.Ordinal);
        await Refused<MasterKeyException>(KeyCommands.RotateSigning, New, KeyCommands.All);
        await using (var database = Databases.Of(Old))
            Assert.Equal(1, await database.ReadVersion(Stop));
        await (await PosternServer.Start(Old)).DisposeAsync();
        await using (var database = Databases.Of(Old))
            Assert.Equal(database.Steps.Count, await database.ReadVersion(Stop));
    }

    [Fact]
    public async Task All_pools_that_have_keys_get_new_ones()
    {
        await using var server = await TestServer.Own(_ => Old);
        var pools = new List<Pool>();
        for (var i = 0; i < 3; i++)
            pools.Add(await Pool.Create(server));
        await Kids(server, pools[0].Id);
        await Kids(server, pools[1].Id);
        Assert.StartsWith("2 pools have new signing keys", await Run(KeyCommands.RotateSigning, Old, KeyCommands.All), StringComparison.Ordinal);
        await Until(async () => await Kids(server, pools[1].Id) is { Length: 4 } kids ? kids : null);
        Assert.Equal(2, (await Kids(server, pools[2].Id)).Length);
    }

    protected static async Task<T> Refused<T>(Func<CommandCall, Task<int>> verb, ServerOptions options, params string[] operands)
        where T : Exception => await Assert.ThrowsAsync<T>(() => verb(new(options, operands, TextWriter.Null, TextWriter.Null, Stop)));

    private static Task<string> Run(Func<CommandCall, Task<int>> verb, ServerOptions options, string? operand = null) => Run(verb, options, exit: 0, operand);

    private static async Task<string> Run(Func<CommandCall, Task<int>> verb, ServerOptions options, int exit, string? operand)
    {
        using var output = new StringWriter();
        using var progress = new StringWriter();
        Assert.Equal(exit, await verb(new(options, operand is null ? [] : [operand], output, progress, Stop)));
        return output.ToString();
    }

    private static async Task<T> Until<T>(Func<Task<T?>> read)
        where T : class
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            if (await read() is { } found)
                return found;
            Assert.True(DateTime.UtcNow < end, "It did not happen within 30 seconds.");
            await Task.Delay(50, Stop);
        }
    }

    private static async Task<string[]> Kids(TestServer server, string poolId) =>
        [.. (await server.Api.Get($"/{poolId}/.well-known/jwks.json"))!["keys"]!.AsArray().Select(static key => (string)key!["kid"]!)];

    private static JsonNode Header(JsonObject tokens, string token) =>
        JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(((string)tokens[token]!).Split('.')[0]))!;

    private async Task<int> CountKeys(string poolId)
    {
        await using var state = await KeyState.Open(Old, Stop);
        var pool = await state.Store.Pools.Find(PoolKind.UserPool, poolId, Stop);
        return (await state.Store.Keys.SigningKeys(pool!.Number, Stop)).Count;
    }

    /// <summary>How many values, of whatever table and column, hold the id of a key: as bytes, or in base64.</summary>
    private int CountOf(MasterKey key)
    {
        var id = Convert.FromHexString(key.Id);
        var text = Convert.ToBase64String(id)[..5];
        return AllRows().Sum(row => row.Count(value => value switch
        {
            byte[] bytes => bytes.AsSpan().IndexOf(id) >= 0 || bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0,
            string words => words.Contains(text, StringComparison.Ordinal),
            _ => false,
        }));
    }

    protected static IEnumerable<object[]> Read(DbConnection connection, string tables)
    {
        foreach (var table in Rows(connection, tables).Select(static row => (string)row[0]).ToList())
        {
            foreach (var row in Rows(connection, $"SELECT * FROM {table}"))
                yield return row;
        }
    }

    private static IEnumerable<object[]> Rows(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            yield return row;
        }
    }

    private static async Task<string> Secret(Api api, string poolId, string clientId) =>
        (string)(await api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = poolId, ["ClientId"] = clientId }))["UserPoolClient"]!["ClientSecret"]!;

    private static async Task<JsonNode> Provider(Api api, string poolId) =>
        (await api.Call("DescribeIdentityProvider", new() { ["UserPoolId"] = poolId, ["ProviderName"] = "upstream" }))["IdentityProvider"]!;

    private static Task<JsonObject> AddProvider(Api api, string poolId) => api.Call("CreateIdentityProvider", new()
    {
        ["UserPoolId"] = poolId,
        ["ProviderName"] = "upstream",
        ["ProviderType"] = "OIDC",
        ["ProviderDetails"] = new JsonObject
        {
            ["client_id"] = "us", ["client_secret"] = "provider-secret", ["authorize_scopes"] = "openid", ["attributes_request_method"] = "GET",
            ["oidc_issuer"] = "https://id.example.com", ["authorize_url"] = "https://id.example.com/a", ["token_url"] = "https://id.example.com/t",
            ["attributes_url"] = "https://id.example.com/u", ["jwks_uri"] = "https://id.example.com/k",
        },
    });

    private static string Hash(string username, string clientId, string secret) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username + clientId)));

    /// <summary>A user who signed up, with a mail in the outbox, and was confirmed.</summary>
    private static async Task<string> SignUp(Api api, string poolId, string clientId, string secret)
    {
        var name = "s" + Guid.NewGuid().ToString("N")[..12];
        await api.Call("SignUp", new()
        {
            ["ClientId"] = clientId, ["Username"] = name, ["Password"] = Pool.Password, ["SecretHash"] = Hash(name, clientId, secret),
            ["UserAttributes"] = Pool.Attributes(("email", name + "@example.com")),
        }, sign: false);
        await api.Call("AdminConfirmSignUp", new() { ["UserPoolId"] = poolId, ["Username"] = name });
        await api.Call("AdminUpdateUserAttributes", new() { ["UserPoolId"] = poolId, ["Username"] = name, ["UserAttributes"] = Pool.Attributes(("email_verified", "true")) });
        await api.Call("ForgotPassword", new() { ["ClientId"] = clientId, ["Username"] = name, ["SecretHash"] = Hash(name, clientId, secret) }, sign: false);
        return name;
    }

    private static async Task<JsonObject> SignIn(Api api, string poolId, string clientId, string secret, string username)
    {
        var answer = await api.Call("AdminInitiateAuth", new()
        {
            ["UserPoolId"] = poolId, ["ClientId"] = clientId, ["AuthFlow"] = "ADMIN_USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = username, ["PASSWORD"] = Pool.Password, ["SECRET_HASH"] = Hash(username, clientId, secret) },
        });
        return answer["AuthenticationResult"]!.AsObject();
    }

    /// <summary>The same tokens, after they were refreshed.</summary>
    private static async Task<JsonObject> Refresh(Api api, string clientId, string secret, string username, JsonObject tokens)
    {
        var answer = await api.Call("InitiateAuth", new()
        {
            ["ClientId"] = clientId, ["AuthFlow"] = "REFRESH_TOKEN_AUTH",
            ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = (string)tokens["RefreshToken"]!, ["SECRET_HASH"] = Hash(username, clientId, secret) },
        }, sign: false);
        Assert.NotNull(answer["AuthenticationResult"]);
        return tokens;
    }
}
