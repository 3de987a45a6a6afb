using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.BackChannel;

namespace Postern.UserPools.Sessions;

/// <summary>Ends a session of a user: its tokens are revoked, and it is listed no more.</summary>
public sealed class AdminRevokeUserSession(Pools.Pools pools, Users.Users users, TokenSessions sessions, LogoutNotices logouts)
    : IOperation<AdminRevokeUserSessionRequest, AdminRevokeUserSessionResponse>
{
    public async ValueTask<AdminRevokeUserSessionResponse> Run(AdminRevokeUserSessionRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        pool.RequireTracking();
        var user = await users.Get(pool, request.Username, stop);
        await logouts.Save(pool, user.Sub, await sessions.Ending(pool, user, request.SessionId, request.RevokeAssociatedSessions, stop), stop);
        return new();
    }
}
