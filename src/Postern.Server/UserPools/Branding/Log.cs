namespace Postern.UserPools.Branding;

internal static partial class Log
{
    [LoggerMessage(2301, LogLevel.Warning, "The style {StyleId} of pool {UserPoolId} has settings that no page knows: {Paths}")]
    public static partial void UnknownSettings(this ILogger logger, string styleId, string userPoolId, string paths);
}
