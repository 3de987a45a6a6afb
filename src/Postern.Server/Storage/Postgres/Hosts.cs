using System.Net.Sockets;
using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>The database's hosts, and how connections to them are opened.</summary>
internal sealed class Hosts : IAsyncDisposable
{
    /// <summary>How long nobody tries again after a host could not be reached.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource writing;
    private readonly NpgsqlDataSource reading;
    private long awaySince = long.MinValue;
    private string? awayBecause;

    /// <exception cref="StorageException">It is no connection string.</exception>
    public Hosts(string connectionString)
    {
        var settings = ConnectionSettings.Read(connectionString);
        Name = ConnectionSettings.Describe(settings);
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        if (settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            var several = builder.BuildMultiHost();
            source = several;
            writing = several.WithTargetSession(TargetSessionAttributes.ReadWrite);
            reading = several.WithTargetSession(TargetSessionAttributes.PreferPrimary);
        }
        else
            source = writing = reading = builder.Build();
    }

    /// <summary>The database as people know it.</summary>
    public string Name { get; }

    /// <summary>A connection to the primary, or for reading to a replica where there is none.</summary>
    /// <exception cref="StorageUnavailableException">None could be opened.</exception>
    public async ValueTask<NpgsqlConnection> Open(bool writes)
    {
        if (awaySince != long.MinValue && TimeProvider.System.GetElapsedTime(awaySince) < Pause)
            throw new StorageUnavailableException(awayBecause!);
        try
        {
            var connection = await (writes ? writing : reading).OpenConnectionAsync();
            awaySince = long.MinValue;
            return connection;
        }
        catch (Exception failure) when (failure is NpgsqlException or SocketException or IOException or TimeoutException)
        {
            awayBecause = $"{Name} can't be reached: {Innermost(failure)}";
            awaySince = TimeProvider.System.GetTimestamp();
            throw new StorageUnavailableException(awayBecause, failure);
        }
    }

    /// <summary>Gives a connection up that is of no more use, and with it all that lie idle: what broke one broke them.</summary>
    public async ValueTask Drop(NpgsqlConnection connection)
    {
        source.Clear();
        await connection.DisposeAsync();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
            failure = inner is AggregateException { InnerExceptions: [var first, ..] } ? first : inner;
        return failure is PostgresException refused ? refused.MessageText : failure.Message;
    }
}
