using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Users;

namespace Postern.UserPools.Tokens;

/// <summary>Revokes all access and refresh tokens of the token's user, in all clients, this token included.</summary>
public sealed class GlobalSignOut(AccessTokens accessTokens, Users.Users users, LogoutNotices logouts) : IOperation<GlobalSignOutRequest, GlobalSignOutResponse>
{
    public async ValueTask<GlobalSignOutResponse> Run(GlobalSignOutRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        // Where another sign-out came first, this token was revoked by it already, and a sign-in since then stands.
        var pool = holder.Client.Pool;
        await logouts.OfUser(pool, holder.User.Sub, async () => await users.Change(pool, holder.User, user =>
            new(new Decision(user.SignOuts == holder.User.SignOuts ? user with { SignOuts = user.SignOuts + 1 } : user)), stop), stop);
        return new();
    }
}
