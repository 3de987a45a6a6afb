namespace Postern.UserPools.Passkeys;

internal static partial class Log
{
    [LoggerMessage(2401, LogLevel.Information, "A passkey of user {Sub} in pool {UserPoolId} was refused: {Refusal}")]
    public static partial void PasskeyRefused(this ILogger logger, Guid sub, string userPoolId, Refusal refusal);

    [LoggerMessage(2402, LogLevel.Warning, "The counter of a passkey of user {Sub} in pool {UserPoolId} did not grow: its key may have been copied")]
    public static partial void PasskeyMayBeCopied(this ILogger logger, Guid sub, string userPoolId);
}
