namespace Postern.Cryptography.Certificates;

/// <summary>What this folder logs: event ids 2050 to 2059.</summary>
internal static partial class Log
{
    [LoggerMessage(2050, LogLevel.Warning, "A client asked for https://{Name}, which is not served, and got the certificate of localhost. If it is yours: --https-names {Name}")]
    public static partial void NameNotServed(this ILogger log, string name);

    [LoggerMessage(2051, LogLevel.Information, "{File} has changed and is used from now on; it is good until {Ends:u}")]
    public static partial void CertificateTaken(this ILogger log, string file, DateTime ends);

    [LoggerMessage(2052, LogLevel.Warning, "{File} has changed and can't be used; the certificate before stays in use: {Reason}")]
    public static partial void CertificateNotTaken(this ILogger log, string file, string reason);
}
