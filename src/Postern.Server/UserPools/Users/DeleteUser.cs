using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Users;

/// <summary>Deletes the user of an access token, at once: names and aliases are free again, tokens are of no use any more.</summary>
public sealed class DeleteUser(AccessTokens accessTokens, Users users) : IOperation<DeleteUserRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(DeleteUserRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        await users.Delete(holder.Client.Pool, holder.User, stop);
        return NoOutput.Instance;
    }
}
