using Postern.Contract.UserPools;

namespace Postern.UserPools.Tags;

/// <summary>The ARN of a user pool: <c>arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID</c>.</summary>
internal static class PoolArn
{
    private const string Resource = "userpool/";

    /// <summary>The pool's id.</summary>
    /// <exception cref="InvalidParameterException">The ARN is of something else (text unverified against the service).</exception>
    public static string PoolId(string arn) =>
        arn.Split(':') is ["arn", _, "cognito-idp", _, _, var resource] && resource.StartsWith(Resource, StringComparison.Ordinal) && resource.Length > Resource.Length
            ? resource[Resource.Length..]
            : throw new InvalidParameterException($"Invalid resource ARN: {arn} is not the ARN of a user pool.");
}
