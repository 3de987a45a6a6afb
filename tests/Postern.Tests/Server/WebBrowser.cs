using System.Net;
using System.Text.RegularExpressions;

namespace Postern.Tests.Server;

/// <summary>A browser without JavaScript: keeps cookies, follows redirects at the server, stops at any other address, and fills in forms.</summary>
public sealed partial class WebBrowser : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HttpClient http;
    private readonly CookieContainer cookies = new();
    private readonly string origin;

    /// <param name="like">A browser whose page this one shows, too.</param>
    /// <param name="withCookies">Whether it is another tab of the same browser: its cookies are shared.</param>
    public WebBrowser(string origin, WebBrowser? like = null, bool withCookies = true)
    {
        this.origin = origin;
        if (like is not null)
        {
            (Location, Html) = (like.Location, like.Html);
            cookies = withCookies ? like.cookies : cookies;
        }
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Http => http;

    public CookieContainer Cookies => cookies;

    /// <summary>Where the browser is: a page of the server, or the address of somebody else's that it was sent to.</summary>
    public Uri Location { get; private set; } = new("about:blank");

    public HttpStatusCode Status { get; private set; }

    /// <summary>The page that is shown; empty at somebody else's address.</summary>
    public string Html { get; private set; } = "";

    /// <summary>Headers of the last answer.</summary>
    public HttpResponseMessage Answer { get; private set; } = new();

    /// <summary>What the callback was given, in the query.</summary>
    public string? Given(string name) => Parameters(Location.Query).GetValueOrDefault(name);

    /// <summary>What the callback was given, in the fragment.</summary>
    public string? GivenInFragment(string name) => Parameters(Location.Fragment).GetValueOrDefault(name);

    /// <summary>Posts a form that no page showed.</summary>
    public Task Post(string url, IReadOnlyList<(string Name, string Value)> fields) => Send(new(HttpMethod.Post, url)
    {
        Content = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))),
    });

    public Task Open(string url) => Send(new(HttpMethod.Get, url));

    /// <summary>Goes back to a page that was shown before, as another tab holds it.</summary>
    /// <param name="html">What it showed.</param>
    /// <param name="location">Its address; null: where the browser is.</param>
    public void Show(string html, string? location = null)
    {
        Html = html;
        Location = location is null ? Location : new(location);
    }

    /// <summary>Sends the form that is shown, its hidden fields included.</summary>
    /// <param name="index">Which one, where the page has several.</param>
    public async Task Submit(int index, params (string Name, string Value)[] fields)
    {
        var form = FormPattern().Matches(Html)[index];
        var values = new Dictionary<string, string>();
        foreach (Match input in InputPattern().Matches(form.Groups["content"].Value))
        {
            if (Attribute(input.Value, "name") is { } name && Attribute(input.Value, "type") is not ("submit" or "checkbox" or "radio"))
                values[name] = Attribute(input.Value, "value") ?? "";
        }
        foreach (var (name, value) in fields)
            values[name] = value;
        var action = Attribute(form.Groups["tag"].Value, "action") ?? Location.ToString();
        await Send(new(HttpMethod.Post, new Uri(Location, action)) { Content = new FormUrlEncodedContent(values) });
    }

    public Task Submit(params (string Name, string Value)[] fields) => Submit(0, fields);

    /// <summary>The text of the first element that has an attribute of a value, tags left out; null where there is none.</summary>
    public string? Text(string attribute, string value)
    {
        var found = Regex.Match(Html, $"<(?<tag>\\w+)[^>]*\\b{attribute}=\"{Regex.Escape(value)}\"[^>]*>(?<text>.*?)</\\k<tag>>", RegexOptions.Singleline);
        return found.Success ? WebUtility.HtmlDecode(TagPattern().Replace(found.Groups["text"].Value, "")).Trim() : null;
    }

    public void Dispose() => http.Dispose();

    private async Task Send(HttpRequestMessage request)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            Location = request.RequestUri!;
            Answer = await http.SendAsync(request);
            Status = Answer.StatusCode;
            Html = await Answer.Content.ReadAsStringAsync();
            if (Answer.Headers.Location is not { } next)
                return;
            var to = new Uri(Location, next);
            if (!to.ToString().StartsWith(origin, StringComparison.Ordinal))
            {
                Location = to;
                Html = "";
                return;
            }
            request = new(HttpMethod.Get, to);
        }
        throw new Xunit.Sdk.XunitException($"More than {MostRedirects} redirects, the last to {Location}");
    }

    private static string? Attribute(string tag, string name)
    {
        var found = Regex.Match(tag, $"\\b{name}=\"(?<value>[^\"]*)\"");
        return found.Success ? WebUtility.HtmlDecode(found.Groups["value"].Value) : null;
    }

    private static Dictionary<string, string> Parameters(string text) => text.TrimStart('?', '#').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => Uri.UnescapeDataString((pair.ElementAtOrDefault(1) ?? "").Replace('+', ' ')));

    [GeneratedRegex("(?<tag><form[^>]*>)(?<content>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex InputPattern();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex TagPattern();
}
