using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Sessions;

/// <summary>Ends another session of the access token's user: its tokens are revoked, and it is listed no more.</summary>
/// <remarks>Newest operations, "Sessions"; the text is unverified against the service.</remarks>
public sealed class RevokeUserSession(AccessTokens accessTokens, TokenSessions sessions, LogoutNotices logouts)
    : IOperation<RevokeUserSessionRequest, RevokeUserSessionResponse>
{
    public async ValueTask<RevokeUserSessionResponse> Run(RevokeUserSessionRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        pool.RequireTracking();
        if (request.SessionId == holder.SessionId())
            throw new InvalidParameterException("The current session cannot be revoked. Sign out instead.");
        await logouts.Save(pool, holder.User.Sub, await sessions.Ending(pool, holder.User, request.SessionId, request.RevokeAssociatedSessions, stop), stop);
        return new();
    }
}
