using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>The functions of a pool, as they are kept: checked, with both forms of the token trigger.</summary>
/// <remarks>Tokens sheet, "Effects of triggers"; texts as public deployments report them.</remarks>
internal static class LambdaSettings
{
    /// <exception cref="InvalidParameterException">Two forms of one trigger contradict each other, or a sender lacks its key.</exception>
    /// <exception cref="FeatureUnavailableInTierException">A version of the token trigger that LITE does not have.</exception>
    public static LambdaConfigType Of(LambdaConfigType? given, string tier)
    {
        if (given is null)
            return new();
        var config = given.PreTokenGenerationConfig;
        if (config is not null && given.PreTokenGeneration is not null && config.LambdaArn != given.PreTokenGeneration)
            throw new InvalidParameterException("Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's");
        if (config?.LambdaVersion is PreTokenGenerationLambdaVersionType.V2_0 or PreTokenGenerationLambdaVersionType.V3_0)
            Tiers.RefuseInLite(tier, $"Token Customization with Pre-Token Generation Lambda {config.LambdaVersion}");
        if ((given.CustomEmailSender is not null || given.CustomSMSSender is not null) && given.KMSKeyID is null)
            throw new InvalidParameterException("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.");
        return given with
        {
            PreTokenGeneration = given.PreTokenGeneration ?? config?.LambdaArn,
            PreTokenGenerationConfig = config ?? (given.PreTokenGeneration is { } arn
                ? new() { LambdaVersion = PreTokenGenerationLambdaVersionType.V1_0, LambdaArn = arn }
                : null),
        };
    }
}
