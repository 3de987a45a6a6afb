namespace Postern.Wire;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "{Operation} failed unexpectedly; the client got InternalErrorException and may retry")]
    public static partial void OperationFailed(this ILogger logger, string operation, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "{Operation} failed, the client got InternalErrorException and may retry: {Reason}")]
    public static partial void StorageFailed(this ILogger logger, string operation, string reason);
}
