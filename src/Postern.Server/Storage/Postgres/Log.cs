namespace Postern.Storage.Postgres;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning, "No changes can be saved, and are refused until the primary is back; sign-ins go on where a replica answers. {Reason}")]
    public static partial void PrimaryLost(this ILogger logger, string reason);

    [LoggerMessage(4002, LogLevel.Warning, "Reading from the replica {Host}")]
    public static partial void ReadsFromReplica(this ILogger logger, string host);

    [LoggerMessage(4003, LogLevel.Information, "The primary is back after {Seconds:F1} s: {Host}")]
    public static partial void PrimaryBack(this ILogger logger, double seconds, string host);

    [LoggerMessage(4004, LogLevel.Warning, "Wrong passwords that were counted without the primary could not be written: {Reason}")]
    public static partial void AttemptsNotWritten(this ILogger logger, string reason);
}
