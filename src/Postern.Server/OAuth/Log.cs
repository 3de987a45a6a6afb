namespace Postern.OAuth;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Error, "{Path} failed unexpectedly; the client got server_error and may retry")]
    public static partial void EndpointFailed(this ILogger logger, string path, Exception exception);

    [LoggerMessage(6002, LogLevel.Error, "{Path} failed, the client got server_error and may retry: {Reason}")]
    public static partial void EndpointStorageFailed(this ILogger logger, string path, string reason);
}
