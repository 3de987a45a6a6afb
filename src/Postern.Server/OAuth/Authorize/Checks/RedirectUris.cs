using System.Text.RegularExpressions;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>Where the answer may go: a callback of the client, exactly as it was registered. A client with one provider may leave it out.</summary>
/// <remarks>OAuth sheet, "/oauth2/authorize", redirect_uri. With the switch, the port of a loopback callback is the app's to choose
/// (RFC 8252, §7.3).</remarks>
public static partial class RedirectUris
{
    /// <summary>Null where the browser must not be sent anywhere.</summary>
    public static string? Of(AppClient client, AuthorizationParameters parameters)
    {
        var known = client.Settings.CallbackURLs ?? [];
        if (parameters.IsRepeated("redirect_uri"))
            return null;
        if (parameters.RedirectUri is { } given)
            return known.Contains(given) || IsLoopback(client, known, given) ? given : null;
        if (client.Settings.SupportedIdentityProviders is not { Count: 1 })
            return null;
        return known.Count == 1 ? known[0] : client.Settings.DefaultRedirectURI;
    }

    private static bool IsLoopback(AppClient client, IReadOnlyList<string> known, string given) =>
        PoolSwitch.LoopbackPorts.IsOn(client.Pool, client.Id) && WithoutPort(given) is { } text && known.Any(url => WithoutPort(url) == text);

    private static string? WithoutPort(string url)
    {
        var match = Loopback().Match(url);
        return match.Success ? match.Groups["host"].Value + match.Groups["rest"].Value : null;
    }

    [GeneratedRegex(@"\A(?<host>http://(localhost|127\.0\.0\.1|\[::1\]))(:[0-9]{1,5})?(?<rest>([/?].*)?)\z", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Loopback();
}
