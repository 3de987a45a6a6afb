using System.Net;
using System.Security.Cryptography;

namespace Postern.CommandLine;

public enum ServerMode
{
    Development,
    Production,
}

/// <summary>What a server is started with. Each is an option, an environment variable and a key of <c>postern.yaml</c>: see <see cref="Options"/>.</summary>
public sealed record ServerOptions
{
    /// <summary>Addresses to listen on, separated by <c>;</c> or <c>,</c>. <c>localhost</c> is both loopback addresses; port 0 is any free one.</summary>
    public string Urls { get; init; } = "http://localhost:9229";

    /// <summary>Addresses to listen on with TLS, in the form of <see cref="Urls"/>; null for none.</summary>
    public string? HttpsUrls { get; init; }

    /// <summary>What development's certificates are issued for besides localhost: hosts, with all names below them, and IP addresses; in the form
    /// of <see cref="Cryptography.Certificates.CertificateName.Normalize"/>.</summary>
    public IReadOnlyList<string> HttpsNames { get; init; } = [];

    /// <summary>The folder of development's certificate authority; null is the user's data folder, whatever <see cref="Data"/> is.</summary>
    public string? HttpsAuthority { get; init; }

    /// <summary>A PEM file with the certificate to serve and those between it and the root, in the place of development's own; null for none.</summary>
    public string? HttpsCertificate { get; init; }

    /// <summary>A PEM file with the key of <see cref="HttpsCertificate"/>; null where it is in that file.</summary>
    public string? HttpsKey { get; init; }

    /// <summary>Whose headers <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed; nobody's unless told.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>A file, or <c>:memory:</c>; null is the default under the user's data folder.</summary>
    public string? Data { get; init; }

    /// <summary>A PostgreSQL connection string or <c>postgres://</c> URL in the place of <see cref="Data"/>; null for SQLite.</summary>
    public string? Db { get; init; }

    public ServerMode Mode { get; init; } = ServerMode.Development;

    /// <summary>The address that clients reach, and the base of the issuer; null is the first bound one, by http where there is one.</summary>
    public string? PublicUrl { get; init; }

    /// <summary><c>postern</c>: <c>{PublicUrl}/{userPoolId}</c>; <c>aws</c>: Cognito's own; else a template with <c>{publicUrl}</c>, <c>{region}</c> and <c>{userPoolId}</c>.</summary>
    public string Issuer { get; init; } = "postern";

    /// <summary>An SMTP server as <c>HOST:PORT</c>, to which mail goes besides the inbox; null for none.</summary>
    public string? Smtp { get; init; }

    /// <summary>The sender of mail whose pool names none.</summary>
    public string MailFrom { get; init; } = "no-reply@verificationemail.com";

    /// <summary>Where the functions of pools are invoked by Lambda's Invoke call; null where there are none.</summary>
    public string? LambdaEndpoint { get; init; }

    /// <summary><c>file:PATH</c>, <c>command:LINE</c> or the key itself; null lets development make its own.</summary>
    public string? MasterKey { get; init; }

    /// <summary>The key before, in the same forms, while <c>postern keys rotate</c> changes it; else null.</summary>
    public string? PreviousMasterKey { get; init; }

    /// <summary>The region of callers who do not sign.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Development refuses any address but loopback unless this is set.</summary>
    public bool AllowRemoteDev { get; init; }

    /// <summary>How many signing keys are kept ready for new pools.</summary>
    public int KeyStock { get; init; } = 32;

    /// <summary>What makes the pairs of signing keys; null: a new one each time. No option of the command line: tests use few again and again, since each
    /// takes 0.2 s of calculation.</summary>
    internal Func<RSA>? NewSigningPair { get; init; }

    /// <summary>Attempts on codes and passwords are limited, as the service does.</summary>
    public bool AttemptLimits { get; init; } = true;

    /// <summary>How many app clients a pool may have, those that applications register among them.</summary>
    public int ClientsPerPool { get; init; } = 1000;

    /// <summary>Devices without a browser that may begin to wait for the users of an app client within ten minutes.</summary>
    public int DevicesPerClient { get; init; } = 5000;

    /// <summary>No table at start and no log below warnings: for tests and tools.</summary>
    public bool Quiet { get; init; }

    /// <summary>Further statements for the connection that writes SQLite's file: a test's small disk.</summary>
    internal string SqliteSettings { get; init; } = "";
}
