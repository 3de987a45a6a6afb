namespace Postern.UserPools.Branding;

internal static partial class Log
{
    [LoggerMessage(2301, LogLevel.Warning, "The style {StyleId} of pool {UserPoolId} has settings that no page knows: {Paths}")]
    public static partial void UnknownSettings(this ILogger logger, string styleId, string userPoolId, string paths);

    [LoggerMessage(2302, LogLevel.Warning, "The style {StyleId} of pool {UserPoolId} has texts with a contrast below 4.5 to 1: {Paths}")]
    public static partial void LowContrast(this ILogger logger, string styleId, string userPoolId, string paths);
}
