using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Users;

/// <summary>Deletes the user of an access token, at once: names and aliases are free again, tokens are of no use any more.</summary>
public sealed class DeleteUser(AccessTokens accessTokens, Users users, LogoutNotices logouts) : IOperation<DeleteUserRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(DeleteUserRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var (pool, user) = (holder.Client.Pool, holder.User);
        await logouts.OfUser(pool, user.Sub, () => users.Delete(pool, user, stop), stop);
        return NoOutput.Instance;
    }
}
