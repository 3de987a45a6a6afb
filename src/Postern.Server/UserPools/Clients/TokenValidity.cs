using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>The bounds of a client's token lifetimes, which hold after conversion of units.</summary>
/// <remarks>Tokens sheet, "Validity"; the text for a token that would outlive its refresh token is as public deployments report it.</remarks>
internal static class TokenValidity
{
    private const long Hour = 60 * 60;
    private const long Day = 24 * Hour;
    private const long ShortestToken = 5 * 60;
    private const long LongestRefreshToken = 3650 * Day;
    private const long DefaultRefreshToken = 30 * Day;

    /// <summary>Checks the three lifetimes.</summary>
    /// <returns>The refresh token's, in its unit: 30 days where it is left out or 0.</returns>
    /// <exception cref="InvalidParameterException">One is out of bounds, or a token would outlive its refresh token.</exception>
    public static int Check(int? refresh, int? access, int? id, TokenValidityUnitsType? units)
    {
        var refreshUnit = UnitSeconds(units?.RefreshToken ?? TimeUnitsType.days);
        var refreshSeconds = refresh is null or 0 ? DefaultRefreshToken : refresh.Value * refreshUnit;
        var accessSeconds = access is null ? Hour : access.Value * UnitSeconds(units?.AccessToken ?? TimeUnitsType.hours);
        var idSeconds = id is null ? Hour : id.Value * UnitSeconds(units?.IdToken ?? TimeUnitsType.hours);
        var isGood = accessSeconds is >= ShortestToken and <= Day && idSeconds is >= ShortestToken and <= Day
            && refreshSeconds is >= Hour and <= LongestRefreshToken;
        if (!isGood)
            throw new InvalidParameterException("Invalid range for token validity.");
        if (accessSeconds > refreshSeconds || idSeconds > refreshSeconds)
            throw new InvalidParameterException("Access and Id Token expiration times must be less than or equal to refresh token expiration times.");
        return (int)(refreshSeconds / refreshUnit);
    }

    private static long UnitSeconds(string unit) => unit switch
    {
        TimeUnitsType.seconds => 1,
        TimeUnitsType.minutes => 60,
        TimeUnitsType.hours => Hour,
        _ => Day,
    };
}
