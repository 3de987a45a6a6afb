using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>What a pool's tier has: LITE, ESSENTIALS (the default) or PLUS.</summary>
/// <remarks>Operations sheet, "Pools". The text is as public deployments report it; the names of the features where they do not are
/// unverified against the service.</remarks>
public static class Tiers
{
    /// <exception cref="FeatureUnavailableInTierException">The pool is LITE.</exception>
    public static void RefuseInLite(string? tier, string feature)
    {
        if (tier is UserPoolTierType.LITE)
            throw Unavailable(feature, tier);
    }

    /// <exception cref="FeatureUnavailableInTierException">The pool is not PLUS.</exception>
    public static void RefuseBelowPlus(string? tier, string feature)
    {
        if (tier is not UserPoolTierType.PLUS)
            throw Unavailable(feature, tier ?? UserPoolTierType.ESSENTIALS);
    }

    private static FeatureUnavailableInTierException Unavailable(string feature, string tier) =>
        new($"The following features need to be disabled for the {tier} pricing tier configured: {feature}");
}
