namespace Postern;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Delivering due messages or purging dead rows failed; it is tried again in some seconds")]
    public static partial void ChoreFailed(this ILogger logger, Exception exception);
}
