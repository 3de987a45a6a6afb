namespace Postern.Cryptography;

/// <summary>What this folder logs: event ids 2000 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning, "The key ring could not be refreshed; the keys known stay in use")]
    public static partial void RingNotRefreshed(this ILogger log, Exception error);

    [LoggerMessage(2001, LogLevel.Warning, "The stock of signing keys could not be filled; trying again in {Seconds} s")]
    public static partial void StockNotFilled(this ILogger log, int seconds, Exception error);

    [LoggerMessage(2002, LogLevel.Information, "Master key {Id} seals from now on: the database says so")]
    public static partial void MasterKeySeals(this ILogger log, string id);

    [LoggerMessage(2003, LogLevel.Warning, "Which master key seals could not be read; it is tried again every second")]
    public static partial void MasterKeyNotRead(this ILogger log, Exception error);
}
