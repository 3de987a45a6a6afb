namespace Postern.UserPools.Devices;

internal static partial class Log
{
    [LoggerMessage(2201, LogLevel.Warning, "When some devices were used last could not be written; it is tried again")]
    public static partial void ActivityNotWritten(this ILogger logger, Exception exception);
}
