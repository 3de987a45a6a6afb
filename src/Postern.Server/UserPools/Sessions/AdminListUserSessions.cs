using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Sessions;

/// <summary>Where a user is signed in, in one page, newest first.</summary>
public sealed class AdminListUserSessions(Pools.Pools pools, Users.Users users, TokenSessions sessions)
    : IOperation<AdminListUserSessionsRequest, AdminListUserSessionsResponse>
{
    public async ValueTask<AdminListUserSessionsResponse> Run(AdminListUserSessionsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        pool.RequireTracking();
        SessionLists.RefuseToken(request.NextToken);
        var user = await users.Get(pool, request.Username, stop);
        return new() { Sessions = [.. (await sessions.Live(pool, user, stop)).Select(static session => session.ToWire(isCurrent: false))] };
    }
}
