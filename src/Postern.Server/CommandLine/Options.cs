using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Postern.CommandLine;

/// <summary>One setting: <c>--public-url</c>, <c>POSTERN_PUBLIC_URL</c> and <c>public-url</c> in <c>postern.yaml</c> are the same.</summary>
public sealed record Option(string Name, string Value, string Meaning, Func<ServerOptions, string, ServerOptions> Apply)
{
    public string EnvironmentVariable => "POSTERN_" + Name.ToUpperInvariant().Replace('-', '_');

    public bool IsSwitch => Value.Length == 0;
}

/// <summary>All settings, and how they are read: the command line wins over the environment, which wins over the file.</summary>
public static class Options
{
    public static IReadOnlyList<Option> All { get; } =
    [
        new("urls", "URL[;URL]", "addresses to listen on (http://localhost:9229)", static (o, v) => o with { Urls = v }),
        new("https-urls", "URL[;URL]", "addresses to listen on with TLS, such as https://localhost:9230", static (o, v) => o with { HttpsUrls = v }),
        new("https-names", "NAME[,NAME]", "serve https for more than localhost: custom domains, addresses", static (o, v) => o with { HttpsNames = AddressLists.Names("https-names", v) }),
        new("https-authority", "FOLDER", "where development's certificate authority is kept (your data folder)", static (o, v) => o with { HttpsAuthority = v }),
        new("https-certificate", "FILE", "PEM with the certificate and its chain, in the place of development's own", static (o, v) => o with { HttpsCertificate = v }),
        new("https-key", "FILE", "PEM with its key, where it is a file apart", static (o, v) => o with { HttpsKey = v }),
        new("trusted-proxies", "ADDRESS[,ADDRESS/BITS]", "whose X-Forwarded-For, -Proto and -Host are believed (nobody's)", static (o, v) => o with { TrustedProxies = AddressLists.Networks("trusted-proxies", v) }),
        new("data", "FILE|:memory:", "the SQLite file (in your data folder)", static (o, v) => o with { Data = v }),
        new("db", "CONNECTION", "PostgreSQL in its place: Host=…;Database=…;Username=… or postgres://…", static (o, v) => o with { Db = v }),
        new("mode", "development|production", "development", static (o, v) => o with { Mode = Choice<ServerMode>("mode", v) }),
        new("public-url", "URL", "the address that clients reach (the first one bound)", static (o, v) => o with { PublicUrl = Url("public-url", v) }),
        new("issuer", "postern|aws|TEMPLATE", "the tokens' issuer (postern: {publicUrl}/{userPoolId})", static (o, v) => o with { Issuer = v }),
        new("smtp", "HOST:PORT", "send mail there as well as to the inbox", static (o, v) => o with { Smtp = v }),
        new("mail-from", "ADDRESS", "the sender of mail whose pool names none", static (o, v) => o with { MailFrom = v }),
        new("lambda-endpoint", "URL", "where the functions of pools are invoked, such as http://127.0.0.1:3001", static (o, v) => o with { LambdaEndpoint = Url("lambda-endpoint", v) }),
        new("master-key", "file:PATH|command:LINE|VALUE", "32 bytes that seal every secret (development makes its own)", static (o, v) => o with { MasterKey = v }),
        new("previous-master-key", "file:PATH|command:LINE|VALUE", "the key that --master-key takes over from, while it does", static (o, v) => o with { PreviousMasterKey = v }),
        new("region", "REGION", "the region of callers who do not sign (us-east-1)", static (o, v) => o with { Region = v }),
        new("key-stock", "COUNT", "signing keys kept ready for new pools (32)", static (o, v) => o with { KeyStock = Number("key-stock", v, 0, 1000) }),
        new("attempt-limits", "on|off", "limit attempts on codes and passwords (on)", static (o, v) => o with { AttemptLimits = Flag("attempt-limits", v) }),
        new("allow-remote-dev", "", "let development listen on other than loopback", static (o, v) => o with { AllowRemoteDev = Flag("allow-remote-dev", v) }),
        new("clients-per-pool", "COUNT", "app clients that a pool may have (1000)", static (o, v) => o with { ClientsPerPool = Number("clients-per-pool", v, 1, 1_000_000) }),
        new("devices-per-client", "COUNT", "devices without a browser that may begin within ten minutes, a client (5000)", static (o, v) => o with { DevicesPerClient = Number("devices-per-client", v, 1, 1_000_000) }),
        new("quiet", "", "print only warnings", static (o, v) => o with { Quiet = Flag("quiet", v) }),
    ];

    /// <exception cref="OptionException">An option is unknown or its value is of no use; the text tells what to do.</exception>
    /// <param name="operands">Takes what is no option; without it there may be none.</param>
    public static ServerOptions Read(IReadOnlyList<string> arguments, Func<string, string?> environment, List<string>? operands = null)
    {
        var given = Arguments(arguments, operands);
        var options = new ServerOptions();
        var file = given.GetValueOrDefault("config") ?? environment("POSTERN_CONFIG");
        if (file is not null)
        {
            foreach (var (name, value) in ReadFile(file))
                options = Find(name, $"{file} has the key").Apply(options, value);
        }
        foreach (var option in All)
        {
            if (environment(option.EnvironmentVariable) is { Length: > 0 } value)
                options = option.Apply(options, value);
        }
        foreach (var (name, value) in given)
        {
            if (name != "config")
                options = Find(name, "there is no option").Apply(options, value);
        }
        return options;
    }

    private static Dictionary<string, string> Arguments(IReadOnlyList<string> arguments, List<string>? operands)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal) || (operands is not null && argument is KeyCommands.All))
            {
                if (operands is not null)
                {
                    operands.Add(argument);
                    continue;
                }
                throw new OptionException($"'{argument}' is no option. Try: postern serve --help");
            }
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument[2..] : argument[2..equals];
            if (equals >= 0)
                given[name] = argument[(equals + 1)..];
            else if (name != "config" && Find(name, "there is no option").IsSwitch)
                given[name] = "true";
            else if (i + 1 < arguments.Count)
                given[name] = arguments[++i];
            else
                throw new OptionException($"--{name} needs a value. Try: postern serve --help");
        }
        return given;
    }

    private static List<KeyValuePair<string, string>> ReadFile(string path)
    {
        var settings = new List<KeyValuePair<string, string>>();
        try
        {
            using var text = File.OpenText(path);
            var parser = new Parser(text);
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return settings;
            parser.Consume<DocumentStart>();
            parser.Consume<MappingStart>();
            while (!parser.TryConsume<MappingEnd>(out _))
                settings.Add(new(parser.Consume<Scalar>().Value, parser.Consume<Scalar>().Value));
            return settings;
        }
        catch (YamlException malformed)
        {
            throw new OptionException($"{path} is not a list of 'key: value' lines: {malformed.Message}");
        }
        catch (IOException missing)
        {
            throw new OptionException($"The configuration file can't be read: {missing.Message}");
        }
    }

    private static Option Find(string name, string where) =>
        All.FirstOrDefault(option => option.Name == name) ?? throw new OptionException($"{where} '{name}', which is unknown. Try: postern serve --help");

    private static T Choice<T>(string name, string value) where T : struct, Enum =>
        Enum.TryParse<T>(value, ignoreCase: true, out var choice) && Enum.IsDefined(choice)
            ? choice
            : throw new OptionException($"--{name} is one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, not '{value}'.");

    private static int Number(string name, string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new OptionException($"--{name} is a number from {min} to {max}, not '{value}'.");

    private static bool Flag(string name, string value) => value.ToUpperInvariant() switch
    {
        "ON" or "TRUE" or "1" or "YES" => true,
        "OFF" or "FALSE" or "0" or "NO" => false,
        _ => throw new OptionException($"--{name} is on or off, not '{value}'."),
    };

    private static string Url(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? value.TrimEnd('/')
            : throw new OptionException($"--{name} is an address such as https://id.example.com, not '{value}'.");
}

/// <summary>A setting is of no use; the text is for the person who starts the server.</summary>
public sealed class OptionException(string message) : Exception(message);
