using Postern.Storage;

namespace Postern.UserPools.Tokens;

/// <summary>How long a revoked sign-in is remembered: until no token of it can be valid.</summary>
public static class Revocations
{
    // An access token that was refreshed last outlives its refresh token by at most its own lifetime, a day.
    private static readonly TimeSpan LongestAccessToken = TimeSpan.FromDays(1);

    public static Revoke Of(long pool, Guid originJti, DateTimeOffset refreshExpires) => new(pool, originJti, refreshExpires + LongestAccessToken);
}
