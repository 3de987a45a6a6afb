using Postern.UserPools.Pools;

namespace Postern.UserPools.Tokens;

/// <summary>Who the tokens say they are from, and where the keys to verify them are.</summary>
/// <param name="publicUrl">The address that clients reach, without a slash at the end.</param>
/// <param name="template"><c>postern</c>, <c>aws</c>, or a template with <c>{publicUrl}</c>, <c>{region}</c> and <c>{userPoolId}</c>.</param>
public sealed class Issuer(string publicUrl, string template)
{
    private readonly string template = template switch
    {
        "postern" => "{publicUrl}/{userPoolId}",
        "aws" => "https://cognito-idp.{region}.amazonaws.com/{userPoolId}",
        _ => template,
    };

    public string PublicUrl { get; } = publicUrl;

    public string Of(UserPool pool) => template
        .Replace("{publicUrl}", PublicUrl, StringComparison.Ordinal)
        .Replace("{region}", pool.Region, StringComparison.Ordinal)
        .Replace("{userPoolId}", pool.Id, StringComparison.Ordinal);

    /// <summary>Where this server serves the pool's documents, whatever the issuer says.</summary>
    public string Base(UserPool pool) => $"{PublicUrl}/{pool.Id}";
}
