namespace Postern.UserPools.Tokens;

/// <summary>What a sign-in leaves in its tokens, the same through all refreshes.</summary>
/// <param name="OriginJti">Names the sign-in: what is revoked.</param>
/// <param name="EventId">One per sign-in, equal in ID and access token.</param>
/// <param name="AuthTime">When the user authenticated.</param>
/// <param name="RefreshExpires">When the refresh token ends; refreshing does not move it.</param>
/// <param name="Generation">Of the refresh token, where they rotate; 0 is the first.</param>
/// <param name="Device">The device that the tokens belong to; empty where the pool does not track devices.</param>
/// <param name="Level">The level of authentication that was reached, 1 to 4.</param>
/// <param name="Grant">What an OAuth request was granted; null where the sign-in came by the API.</param>
/// <param name="Key">The thumbprint of the key that the refresh token is bound to (RFC 9449); null where whoever has it may use it.</param>
public sealed record SignInFacts(
    Guid OriginJti, Guid EventId, DateTimeOffset AuthTime, DateTimeOffset RefreshExpires, int Generation = 0, Guid Device = default, int Level = 1, Grant? Grant = null,
    string? Key = null)
{
    /// <summary>A sign-in that happens now.</summary>
    public static SignInFacts New(DateTimeOffset now, TimeSpan refreshLifetime) => new(Guid.NewGuid(), Guid.NewGuid(), now, now + refreshLifetime);
}
