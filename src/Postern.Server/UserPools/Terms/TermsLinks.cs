using Postern.Contract.UserPools;

namespace Postern.UserPools.Terms;

/// <summary>Where the two documents of a client are, in one language. Both are secure addresses.</summary>
public sealed record TermsLinks(string TermsOfUse, string PrivacyPolicy)
{
    private const string Default = "cognito:default";

    /// <summary>The keys of links by the languages that pages are asked for (<c>lang</c>).</summary>
    /// <remarks>Hosted pages sheet, "Languages and terms"; Dutch stands in the model alone.</remarks>
    private static readonly Dictionary<string, string> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["de"] = "cognito:german",
        ["en"] = "cognito:english",
        ["es"] = "cognito:spanish",
        ["fr"] = "cognito:french",
        ["id"] = "cognito:bahasa-indonesia",
        ["it"] = "cognito:italian",
        ["ja"] = "cognito:japanese",
        ["ko"] = "cognito:korean",
        ["nl"] = "cognito:dutch",
        ["pt-BR"] = "cognito:portuguese-brazil",
        ["zh-CN"] = "cognito:chinese-simplified",
        ["zh-TW"] = "cognito:chinese-traditional",
    };

    /// <summary>The link of a document in a language, else in its default one.</summary>
    internal static string Of(IReadOnlyDictionary<string, string> links, string? language) =>
        language is not null && Keys.TryGetValue(language.Replace('_', '-'), out var key) && links.TryGetValue(key, out var link) ? link : links[Default];

    /// <summary>Checks the links of a document.</summary>
    /// <exception cref="InvalidParameterException">There are none, none is the default, or one is no secure address (texts unverified against the service).</exception>
    internal static IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string>? links)
    {
        if (links is null || !links.ContainsKey(Default))
            throw new InvalidParameterException($"Links must contain a link for {Default}.");
        foreach (var (key, link) in links)
        {
            if (!Uri.TryCreate(link, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0)
                throw new InvalidParameterException($"The link for {key} must be an https URL.");
        }
        return links;
    }
}
