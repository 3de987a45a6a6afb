namespace Postern.UserPools.BackChannel;

internal static partial class Log
{
    [LoggerMessage(7110, LogLevel.Warning, "The client {ClientId} of pool {UserPoolId} did not take a logout token at attempt {Attempt} (status {Status}, 0: no answer); it is tried again")]
    public static partial void LogoutFailed(this ILogger logger, string clientId, string userPoolId, int attempt, int status);

    [LoggerMessage(7111, LogLevel.Error, "The client {ClientId} of pool {UserPoolId} did not take a logout token at attempt {Attempt} (status {Status}, 0: no answer); it is given up")]
    public static partial void LogoutGivenUp(this ILogger logger, string clientId, string userPoolId, int attempt, int status);

    [LoggerMessage(7112, LogLevel.Error, "The client {ClientId} of pool {UserPoolId} refused a logout token (status 400)")]
    public static partial void LogoutRefused(this ILogger logger, string clientId, string userPoolId);

    [LoggerMessage(7113, LogLevel.Error, "Too many logout tokens wait for the client {ClientId} of pool {UserPoolId}: one was dropped")]
    public static partial void LogoutDropped(this ILogger logger, string clientId, string userPoolId);

    [LoggerMessage(7114, LogLevel.Error, "A logout token for the client {ClientId} could not be delivered now; it is tried again")]
    public static partial void LogoutBroken(this ILogger logger, string clientId, Exception exception);
}
