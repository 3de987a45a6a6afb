using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Sessions;

/// <summary>What the lists of sessions share.</summary>
internal static class SessionLists
{
    /// <summary>A list has one page: no token for another was ever given out.</summary>
    /// <exception cref="InvalidParameterException">There is a token.</exception>
    public static void RefuseToken(string? nextToken)
    {
        if (nextToken is not null)
            throw new InvalidParameterException("Invalid pagination token");
    }

    /// <summary>The session that an access token belongs to; null where the client's tokens don't name their sign-in.</summary>
    public static string? SessionId(this TokenHolder holder) => holder.Claims.OriginJti is { } originJti ? Sessions.SessionId.Of(originJti) : null;
}
