using System.Buffers;
using System.Globalization;

namespace Postern.UserPools.Sessions;

/// <summary>What kind of device a user agent tells of: the browser with its version and the system, as in <c>Chrome 126, Windows 10</c>; of other
/// programs the name that they begin with.</summary>
/// <remarks>The form is that of the device names in auth events (security sheet, "AdminListUserAuthEvents"); for sessions it is unverified.
/// User agents are what callers say: whatever they hold, the answer is short and plain.</remarks>
public static class DeviceType
{
    public const string Unknown = "unknown";

    private const int MostRead = 1024;
    private const int MostOfName = 40;

    // Most browsers name others that they are like: who is named first here is meant.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ];

    private static readonly (string Mark, string Name, char Separator)[] Systems =
    [
        ("Windows NT ", "Windows", '.'), ("Android ", "Android", '.'), ("iPhone OS ", "iOS", '_'), ("CPU OS ", "iPadOS", '_'), ("Mac OS X ", "macOS", '_'),
        ("CrOS", "ChromeOS", '.'), ("os/windows", "Windows", '.'), ("os/macos", "macOS", '.'), ("os/linux", "Linux", '.'), ("Android", "Android", '.'),
        ("Windows", "Windows", '.'), ("Macintosh", "macOS", '.'), ("Linux", "Linux", '.'),
    ];

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static string Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
            return Unknown;
        var text = userAgent.AsSpan(0, Math.Min(userAgent.Length, MostRead)).Trim();
        var program = Browser(text) ?? Program(text);
        var system = OperatingSystem(text);
        return (program, system) switch
        {
            (null, null) => Unknown,
            (null, _) => system,
            (_, null) => program,
            _ => $"{program}, {system}",
        };
    }

    private static string? Browser(ReadOnlySpan<char> text)
    {
        foreach (var (mark, name) in Browsers)
        {
            if (After(text, mark) is { IsEmpty: false } version)
                return WithMajor(name, version);
        }
        // Only Safari tells its version apart from its name.
        return text.Contains("Safari/", StringComparison.Ordinal) && After(text, "Version/") is { IsEmpty: false } safari ? WithMajor("Safari", safari) : null;
    }

    /// <summary>The first product of a program that is no browser: <c>Boto3/1.34</c>, <c>aws-sdk-js/3.9</c>.</summary>
    private static string? Program(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('/');
        if (end is <= 0 or > MostOfName)
            return null;
        var name = text[..end];
        return name is "Mozilla" || name.ContainsAnyExcept(Plain) ? null : WithMajor(name.ToString(), text[(end + 1)..]);
    }

    private static string? OperatingSystem(ReadOnlySpan<char> text)
    {
        foreach (var (mark, name, separator) in Systems)
        {
            if (!text.Contains(mark, StringComparison.Ordinal))
                continue;
            var number = Number(After(text, mark), separator, out var minor);
            return (name, number, minor) switch
            {
                (_, null, _) => name,
                ("Windows", 6, 1) => "Windows 7",
                ("Windows", 6, > 1) => "Windows 8",
                _ => string.Create(CultureInfo.InvariantCulture, $"{name} {number}"),
            };
        }
        return null;
    }

    private static ReadOnlySpan<char> After(ReadOnlySpan<char> text, string mark)
    {
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? default : text[(at + mark.Length)..];
    }

    private static string WithMajor(string name, ReadOnlySpan<char> version) =>
        Number(version, '.', out _) is { } major ? string.Create(CultureInfo.InvariantCulture, $"{name} {major}") : name;

    private static int? Number(ReadOnlySpan<char> text, char separator, out int? minor)
    {
        minor = null;
        if (!Leading(text, out var major, out var length))
            return null;
        if (length < text.Length && text[length] == separator && Leading(text[(length + 1)..], out var second, out _))
            minor = second;
        return major;
    }

    private static bool Leading(ReadOnlySpan<char> text, out int number, out int length)
    {
        length = text.IndexOfAnyExceptInRange('0', '9');
        if (length < 0)
            length = text.Length;
        return int.TryParse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
