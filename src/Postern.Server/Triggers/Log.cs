namespace Postern.Triggers;

internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Warning, "The function of {Trigger} of pool {UserPoolId} could not be run at attempt {Attempt}: {Reason}")]
    public static partial void InvocationFailed(this ILogger logger, string trigger, string userPoolId, int attempt, string reason, Exception? exception);
}
