using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Pools;

public class DeleteUserPoolTests(TestServer server)
{
    [Fact]
    public async Task A_deleted_pool_and_its_clients_are_gone_at_once()
    {
        var pool = await Pool.Create(server);
        await server.Api.Call("DeleteUserPool", new() { ["UserPoolId"] = pool.Id });
        Assert.Equal("ResourceNotFoundException", (await server.Api.Fail("DescribeUserPool", new() { ["UserPoolId"] = pool.Id })).Type);
        var error = await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn("someone"));
        Assert.Equal("ResourceNotFoundException", error.Type);
        Assert.Equal($"User pool client {pool.ClientId} does not exist.", error.Text);
    }

    [Fact]
    public async Task A_protected_pool_is_not_deleted()
    {
        var pool = await Pool.Create(server, new() { ["DeletionProtection"] = "ACTIVE" });
        var error = await server.Api.Fail("DeleteUserPool", new() { ["UserPoolId"] = pool.Id });
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Equal("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.", error.Text);

        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id });
        await server.Api.Call("DeleteUserPool", new() { ["UserPoolId"] = pool.Id });
    }
}
