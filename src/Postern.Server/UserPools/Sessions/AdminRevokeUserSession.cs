using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Sessions;

/// <summary>Ends a session of a user: its tokens are revoked, and it is listed no more.</summary>
public sealed class AdminRevokeUserSession(Pools.Pools pools, Users.Users users, TokenSessions sessions, IChanges changes)
    : IOperation<AdminRevokeUserSessionRequest, AdminRevokeUserSessionResponse>
{
    public async ValueTask<AdminRevokeUserSessionResponse> Run(AdminRevokeUserSessionRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        pool.RequireTracking();
        var user = await users.Get(pool, request.Username, stop);
        await changes.Save(await sessions.Ending(pool, user, request.SessionId, request.RevokeAssociatedSessions, stop), stop);
        return new();
    }
}
