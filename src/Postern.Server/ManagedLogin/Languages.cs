using System.Collections.Concurrent;
using Postern.OAuth;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin;

/// <summary>The languages of the pages. English unless <c>lang</c> says another; the choice is kept in a cookie until it says yet another.</summary>
/// <remarks>Hosted pages sheet, "Languages and terms". Classic pages are English whatever anybody says. How long the service keeps the choice is
/// unverified: here it is a year.</remarks>
public sealed class Languages
{
    public const string CookieName = "lang";

    private static readonly TimeSpan kept = TimeSpan.FromDays(365);

    /// <summary>As <c>lang</c> names them; English first.</summary>
    public static IReadOnlyList<string> All { get; } = ["en", "de", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW"];

    private readonly ConcurrentDictionary<string, Texts> read = new(StringComparer.OrdinalIgnoreCase);
    private readonly Texts english = Texts.Read("en", null);

    /// <summary>The texts of a language that a request or cookie names: case and <c>pt_BR</c> do not matter; English for what is none.</summary>
    public Texts Of(string? language)
    {
        var name = Known(language);
        return name is null or "en" ? english : read.GetOrAdd(name, known => Texts.Read(known, english));
    }

    /// <summary>The texts for a request to a domain: its <c>lang</c>, which is kept then; else the cookie's; else, where a switch says so, the
    /// browser's language. A <c>lang</c> that is no language of the pages counts as none.</summary>
    public Texts For(DomainRequest request)
    {
        if (!request.Domain.IsManagedLogin)
            return english;
        var http = request.Context.Request;
        if (http.Query["lang"] is [var asked] && Known(asked) is { } chosen)
        {
            request.Context.Response.Cookies.Append(
                CookieName, chosen, new() { Path = request.CookiePath, MaxAge = kept, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = request.IsSecure });
            return Of(chosen);
        }
        if (Known(http.Cookies[CookieName]) is { } before)
            return Of(before);
        return PoolSwitch.AcceptLanguage.IsOn(request.Pool, http.Query["client_id"].ToString()) ? Of(AcceptLanguage.Preferred(http.Headers.AcceptLanguage)) : english;
    }

    /// <summary>The language as the list has it; null where it is none of them.</summary>
    public static string? Known(string? language)
    {
        var name = language?.Replace('_', '-');
        return All.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
    }
}
