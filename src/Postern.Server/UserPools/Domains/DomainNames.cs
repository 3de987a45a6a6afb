using Postern.Contract.UserPools;

namespace Postern.UserPools.Domains;

/// <summary>What a pool's domain may be called.</summary>
/// <remarks>Operations sheet, "Domains"; OAuth sheet, on prefix and custom domains. The model's pattern is for prefixes alone, and stands here.
/// Texts as public deployments report them.</remarks>
public static class DomainNames
{
    private const int LongestPrefix = 63;
    private const int LongestHost = 253;

    private static readonly string[] Reserved = ["aws", "amazon", "cognito"];

    /// <summary>Whether it is a host name: that has a dot, a prefix never.</summary>
    public static bool IsCustom(string domain) => domain.Contains('.', StringComparison.Ordinal);

    /// <exception cref="InvalidParameterException">It can't be a prefix.</exception>
    internal static void CheckPrefix(string prefix)
    {
        if (prefix.Length > LongestPrefix)
        {
            throw new InvalidParameterException(
                $"1 validation error detected: Value '{prefix}' at 'domain' failed to satisfy constraint: Member must have length less than or equal to {LongestPrefix}");
        }
        if (!IsLabel(prefix))
            throw new InvalidParameterException("The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.");
        if (Reserved.FirstOrDefault(word => prefix.Contains(word, StringComparison.Ordinal)) is { } reserved)
            throw new InvalidParameterException($"Domain cannot contain reserved word: {reserved}");
    }

    /// <exception cref="InvalidParameterException">It is no host name below a top-level domain.</exception>
    internal static void CheckHost(string host)
    {
        if (host.Length > LongestHost || !IsCustom(host) || !host.Split('.').All(static label => label.Length <= LongestPrefix && IsLabel(label)))
            throw new InvalidParameterException("Custom domain is not a valid subdomain");
    }

    private static bool IsLabel(string text) =>
        text.Length > 0 && text[0] != '-' && text[^1] != '-' && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');
}
