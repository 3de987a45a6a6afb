using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Clients;

public class ClientSecretTests(TestServer server)
{
    [Fact]
    public async Task A_second_secret_works_beside_the_first_and_outlives_it()
    {
        var pool = await Pool.Create(server, client: new() { ["GenerateSecret"] = true });
        var user = await pool.AddUser();
        var first = (string)(await Describe(pool))["ClientSecret"]!;
        var added = (await Call(pool, "AddUserPoolClientSecret"))["ClientSecretDescriptor"]!;
        var second = (string)added["ClientSecretValue"]!;
        Assert.StartsWith(pool.ClientId + "--", (string)added["ClientSecretId"]!, StringComparison.Ordinal);
        await SignIn(pool, user, first);
        await SignIn(pool, user, second);

        var listed = (await Call(pool, "ListUserPoolClientSecrets"))["ClientSecrets"]!.AsArray();
        Assert.Equal(2, listed.Count);
        Assert.All(listed, secret => Assert.Equal(["ClientSecretId", "ClientSecretCreateDate"], secret!.AsObject().Select(member => member.Key)));
        Assert.NotEqual((string?)listed[0]!["ClientSecretId"], (string?)listed[1]!["ClientSecretId"]);

        Assert.Empty(await Call(pool, "DeleteUserPoolClientSecret", new() { ["ClientSecretId"] = (string)listed[0]!["ClientSecretId"]! }));
        await SignIn(pool, user, second);
        await Assert.ThrowsAsync<ServiceError>(() => SignIn(pool, user, first));
        Assert.Equal(second, (string?)(await Describe(pool))["ClientSecret"]);

        var error = await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "DeleteUserPoolClientSecret", new() { ["ClientSecretId"] = (string)added["ClientSecretId"]! }));
        Assert.Equal("InvalidParameterException", error.Type);
    }

    [Fact]
    public async Task A_secret_that_is_given_is_not_shown_again()
    {
        var pool = await Pool.Create(server, client: new() { ["GenerateSecret"] = true });
        var added = (await Call(pool, "AddUserPoolClientSecret", new() { ["ClientSecret"] = "a_secret_of_the_users_own_choice" }))["ClientSecretDescriptor"]!;
        Assert.Equal(["ClientSecretId", "ClientSecretCreateDate"], added.AsObject().Select(member => member.Key));
        await SignIn(pool, await pool.AddUser(), "a_secret_of_the_users_own_choice");
    }

    [Fact]
    public async Task A_client_has_at_most_two_secrets()
    {
        var pool = await Pool.Create(server, client: new() { ["GenerateSecret"] = true });
        await Call(pool, "AddUserPoolClientSecret");
        Assert.Equal("LimitExceededException", (await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "AddUserPoolClientSecret"))).Type);
    }

    [Fact]
    public async Task A_public_client_gets_no_secret()
    {
        var pool = await Pool.Create(server);
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "AddUserPoolClientSecret"))).Type);
        Assert.Empty((await Call(pool, "ListUserPoolClientSecrets"))["ClientSecrets"]!.AsArray());
    }

    [Fact]
    public async Task An_unknown_secret_is_not_deleted()
    {
        var pool = await Pool.Create(server, client: new() { ["GenerateSecret"] = true });
        var error = await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "DeleteUserPoolClientSecret", new() { ["ClientSecretId"] = pool.ClientId + "--1" }));
        Assert.Equal("ResourceNotFoundException", error.Type);
    }

    private static async Task SignIn(Pool pool, string user, string secret)
    {
        var hash = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(user + pool.ClientId)));
        await pool.Api.Call("InitiateAuth", new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = user, ["PASSWORD"] = Pool.Password, ["SECRET_HASH"] = hash },
        }, sign: false);
    }

    private static Task<JsonObject> Call(Pool pool, string operation, JsonObject? more = null)
    {
        var request = more ?? [];
        request["UserPoolId"] = pool.Id;
        request["ClientId"] = pool.ClientId;
        return pool.Api.Call(operation, request);
    }

    private static async Task<JsonObject> Describe(Pool pool) => (await Call(pool, "DescribeUserPoolClient"))["UserPoolClient"]!.AsObject();
}
