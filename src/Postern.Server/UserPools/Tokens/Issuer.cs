using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Tokens;

/// <summary>Who the tokens say they are from, and where the keys to verify them are.</summary>
/// <param name="publicUrl">The address that clients reach, without a slash at the end.</param>
/// <param name="template"><c>postern</c>, <c>aws</c>, or a template with <c>{publicUrl}</c>, <c>{region}</c> and <c>{userPoolId}</c>.</param>
public sealed class Issuer(string publicUrl, string template)
{
    private const string Aws = "https://cognito-idp.{region}.amazonaws.com/{userPoolId}";
    private const string AwsUpdated = "https://issuer-cognito-idp.{region}.amazonaws.com/{userPoolId}";

    private readonly string template = template switch
    {
        "postern" => "{publicUrl}/{userPoolId}",
        "aws" => Aws,
        _ => template,
    };

    public string PublicUrl { get; } = publicUrl;

    /// <summary>A pool's issuer. Of AWS's own, the pool's IssuerConfiguration chooses the form; any other has but one.</summary>
    /// <remarks>Newest operations, "Issuer and keys".</remarks>
    public string Of(UserPool pool) => (IsUpdated(pool) ? AwsUpdated : template)
        .Replace("{publicUrl}", PublicUrl, StringComparison.Ordinal)
        .Replace("{region}", pool.Region, StringComparison.Ordinal)
        .Replace("{userPoolId}", pool.Id, StringComparison.Ordinal);

    /// <summary>Where this server serves the pool's documents, whatever the issuer says.</summary>
    public string Base(UserPool pool) => $"{PublicUrl}/{pool.Id}";

    private bool IsUpdated(UserPool pool) => ReferenceEquals(template, Aws) && pool.Settings.IssuerConfiguration?.Type is IssuerType.UPDATED;
}
