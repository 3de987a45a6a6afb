namespace Postern.Messages;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning, "A {Kind} message by {Medium} of pool {UserPoolId} was not taken at attempt {Attempt}")]
    public static partial void DeliveryFailed(this ILogger logger, MessageKind kind, string medium, string userPoolId, int attempt, Exception exception);
}
