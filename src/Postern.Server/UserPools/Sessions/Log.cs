namespace Postern.UserPools.Sessions;

internal static partial class Log
{
    [LoggerMessage(2101, LogLevel.Warning, "When some sessions were active last could not be written; it is tried again")]
    public static partial void ActivityNotWritten(this ILogger logger, Exception exception);
}
