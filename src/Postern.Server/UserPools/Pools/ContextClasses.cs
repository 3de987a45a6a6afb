using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>The names of the four levels of authentication, as the <c>acr</c> claim tells them.</summary>
/// <remarks>Newest operations, "Authentication context (acr)". The texts are unverified against the service.</remarks>
public static class ContextClasses
{
    private static readonly string[] Levels = [AcrLevelType.Level1, AcrLevelType.Level2, AcrLevelType.Level3, AcrLevelType.Level4];

    private static readonly string[] Names = ["urn:cognito:loa:1", "urn:cognito:loa:2", "urn:cognito:loa:3", "urn:cognito:loa:4"];

    /// <summary>The names that a pool's owner asks for; null where there are none.</summary>
    /// <exception cref="FeatureUnavailableInTierException">The pool is LITE.</exception>
    /// <exception cref="InvalidParameterException">Two levels would have one name, given or their own; or a name is empty.</exception>
    public static IReadOnlyDictionary<string, AcrLevelConfigType>? Check(IReadOnlyDictionary<string, AcrLevelConfigType>? given, string tier)
    {
        if (given is not { Count: > 0 })
            return null;
        Tiers.RefuseInLite(tier, "Authentication Context Class Reference");
        if (given.Values.Any(static level => level.AcrValue.Length == 0))
            throw new InvalidParameterException("AcrConfiguration: a level's value must not be empty.");
        if (Enumerable.Range(1, Levels.Length).DistinctBy(level => Name(given, level)).Count() < Levels.Length)
            throw new InvalidParameterException("AcrConfiguration: each level must have a value of its own.");
        return given;
    }

    /// <summary>What a token says of a sign-in's level; null where the pool's tier has no such claim.</summary>
    /// <param name="level">1 to 4; 0 of a sign-in of before there were levels.</param>
    public static string? Of(UserPool pool, int level) =>
        level is < 1 or > 4 || pool.Settings.UserPoolTier is UserPoolTierType.LITE ? null : Name(pool.Settings.AcrConfiguration, level);

    private static string Name(IReadOnlyDictionary<string, AcrLevelConfigType>? given, int level) =>
        given?.GetValueOrDefault(Levels[level - 1])?.AcrValue ?? Names[level - 1];
}
