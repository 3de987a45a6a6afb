namespace Postern.OAuth.DeviceFlow;

internal static partial class Log
{
    [LoggerMessage(7100, LogLevel.Warning, "Pool {Pool} had {Count} wrong device codes within an hour, which may be guesses; it takes no more until the hour is over")]
    public static partial void WrongDeviceCodes(this ILogger logger, string pool, int count);
}
