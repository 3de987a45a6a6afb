using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Postern.ManagedLogin;

/// <summary>The language of the pages that a browser prefers: RFC 9110, section 12.5.4. Regions that the pages do not tell apart are left out, as
/// the lookup of RFC 4647, section 3.4, does.</summary>
public static class AcceptLanguage
{
    /// <summary>Browsers send a handful.</summary>
    private const int Most = 32;

    /// <summary>Null where the pages have none of the languages, or the header can't be read.</summary>
    public static string? Preferred(StringValues header) => StringWithQualityHeaderValue.TryParseList([.. header.OfType<string>()], out var ranges)
        ? ranges.Take(Most).Where(static range => range.Quality is not 0).OrderByDescending(static range => range.Quality ?? 1)
            .Select(static range => Found(range.Value.ToString())).FirstOrDefault(static language => language is not null)
        : null;

    private static string? Found(string range)
    {
        if (Languages.Known(range) is { } exact)
            return exact;
        var parts = range.ToLowerInvariant().Split('-');
        return parts[0] switch
        {
            "zh" => IsTraditional(parts) ? "zh-TW" : "zh-CN",
            "pt" => "pt-BR",
            "in" => "id",   // the code before 1989, which old systems still send
            var language => Languages.Known(language),
        };
    }

    // The script says it; where there is none, the region does.
    private static bool IsTraditional(string[] parts) =>
        parts.Contains("hant") || (!parts.Contains("hans") && parts.Any(static part => part is "tw" or "hk" or "mo"));
}
