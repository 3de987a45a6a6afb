using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Sessions;

/// <summary>Where a user is signed in, in one page, newest first; which of them the call comes from is told.</summary>
public sealed class ListUserSessions(AccessTokens accessTokens, TokenSessions sessions) : IOperation<ListUserSessionsRequest, ListUserSessionsResponse>
{
    public async ValueTask<ListUserSessionsResponse> Run(ListUserSessionsRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        pool.RequireTracking();
        SessionLists.RefuseToken(request.NextToken);
        var current = holder.SessionId();
        return new() { Sessions = [.. (await sessions.Live(pool, holder.User, stop)).Select(session => session.ToWire(session.Id == current))] };
    }
}
