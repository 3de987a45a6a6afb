using System.Globalization;
using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>Npgsql's connection strings and <c>postgres://</c> URLs, with what Postern wants where they do not say: short times, statements
/// prepared by themselves, and errors that name their statement.</summary>
internal static class ConnectionSettings
{
    /// <exception cref="StorageException">It is neither.</exception>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? OfUrl(text) : new(text);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new StorageException($"The database's connection string can't be read: {failure.Message}", failure);
        }
        if (string.IsNullOrEmpty(settings.Host))
            throw new StorageException("The database's connection string names no host.");

        var usual = new NpgsqlConnectionStringBuilder();
        settings.Database ??= settings.Username ?? "postern";
        settings.Timeout = settings.Timeout == usual.Timeout ? 3 : settings.Timeout;
        settings.CommandTimeout = settings.CommandTimeout == usual.CommandTimeout ? 8 : settings.CommandTimeout;
        settings.MaxAutoPrepare = settings.MaxAutoPrepare == usual.MaxAutoPrepare ? 200 : settings.MaxAutoPrepare;
        settings.AutoPrepareMinUsages = settings.AutoPrepareMinUsages == usual.AutoPrepareMinUsages ? 2 : settings.AutoPrepareMinUsages;
        settings.HostRecheckSeconds = settings.HostRecheckSeconds == usual.HostRecheckSeconds ? 1 : settings.HostRecheckSeconds;
        settings.ApplicationName ??= "postern";
        settings.CancellationTimeout = 1000;
        settings.NoResetOnClose = true;
        settings.IncludeFailedBatchedCommand = true;
        settings.Enlist = false;
        return settings;
    }

    /// <summary>The database for people: its name and where it is.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder settings) =>
        $"PostgreSQL {settings.Database} at {settings.Host}{(settings.Port == NpgsqlConnection.DefaultPort ? "" : FormattableString.Invariant($":{settings.Port}"))}";

    private static NpgsqlConnectionStringBuilder OfUrl(string text)
    {
        // By hand: several hosts are no URI of .NET's.
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (before, query) = Split(rest, '?');
        var slash = before.IndexOf('/', StringComparison.Ordinal);
        var (authority, database) = slash < 0 ? (before, "") : (before[..slash], before[(slash + 1)..]);
        var at = authority.LastIndexOf('@');
        var settings = new NpgsqlConnectionStringBuilder { Host = authority[(at + 1)..] };
        if (at >= 0)
        {
            var (user, password) = Split(authority[..at], ':');
            settings.Username = Uri.UnescapeDataString(user);
            settings.Password = password is null ? null : Uri.UnescapeDataString(password);
        }
        if (!settings.Host.Contains(',', StringComparison.Ordinal) && settings.Host.LastIndexOf(':') is var colon and > 0 && !settings.Host.EndsWith(']'))
        {
            settings.Port = int.Parse(settings.Host[(colon + 1)..], CultureInfo.InvariantCulture);
            settings.Host = settings.Host[..colon];
        }
        if (database.Length > 0)
            settings.Database = Uri.UnescapeDataString(database);
        foreach (var part in query?.Split('&', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var (name, value) = Split(part, '=');
            settings[Name(Uri.UnescapeDataString(name))] = Value(Uri.UnescapeDataString(value ?? ""));
        }
        return settings;
    }

    // libpq's names where Npgsql's differ.
    private static string Name(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "target_session_attrs" => "Target Session Attributes",
        "options" => "Options",
        _ => name,
    };

    private static string Value(string value) => value switch
    {
        "verify-ca" => "VerifyCA",
        "verify-full" => "VerifyFull",
        _ => value,
    };

    private static (string, string?) Split(string text, char by) =>
        text.IndexOf(by, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (text, null);
}
