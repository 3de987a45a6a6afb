namespace Postern;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Delivering due messages or purging dead rows failed; it is tried again in some seconds")]
    public static partial void ChoreFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Reason} It is asked again every second; until it answers, /_postern/health/ready says 503 and calls get an error that SDKs try again after")]
    public static partial void DatabaseAway(this ILogger logger, string reason);
}
