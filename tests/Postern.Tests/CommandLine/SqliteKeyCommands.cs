using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Postern.CommandLine;
using Postern.Cryptography;

namespace Postern.Tests.CommandLine;

public sealed class SqliteKeyCommands : KeyCommandTests
{
    protected override ValueTask<string?> MakeDatabase() => new((string?)null);

    protected override IEnumerable<object[]> AllRows()
    {
        using var connection = new SqliteConnection($"Data Source={DataFile};Pooling=False");
        connection.Open();
        return [.. Read(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")];
    }

    protected override async Task Record(byte[] value)
    {
        await using var connection = new SqliteConnection($"Data Source={DataFile};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO installation (name, value) VALUES ('master-key-check', $value)";
        command.Parameters.AddWithValue("$value", value);
        await command.ExecuteNonQueryAsync(Stop);
    }

    [Fact]
    public async Task What_can_not_be_done_is_told_in_a_sentence_and_nothing_is_made()
    {
        Assert.Contains("There is no database", (await Refused<OptionException>(KeyCommands.RotateSigning, Old, KeyCommands.All)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(DataFile));
        Assert.Contains("takes both keys", (await Refused<OptionException>(KeyCommands.Rotate, New)).Message, StringComparison.Ordinal);
        await (await PosternServer.Start(Old)).DisposeAsync();
        Assert.Contains("same key", (await Refused<OptionException>(KeyCommands.Rotate, Old with { PreviousMasterKey = Old.MasterKey })).Message, StringComparison.Ordinal);
        Assert.Contains("There is no pool", (await Refused<OptionException>(KeyCommands.RotateSigning, Old, "us-east-1_none")).Message, StringComparison.Ordinal);
        await Refused<MasterKeyException>(KeyCommands.RotateSigning, New, KeyCommands.All);
        var third = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await Refused<MasterKeyException>(KeyCommands.Rotate, New with { PreviousMasterKey = third });
        await (await PosternServer.Start(Old)).DisposeAsync();

        var alone = await Assert.ThrowsAsync<OptionException>(() => PosternServer.Start(Old with { MasterKey = null, PreviousMasterKey = Old.MasterKey }));
        Assert.Contains("stands beside --master-key", alone.Message, StringComparison.Ordinal);
        var lost = await Assert.ThrowsAsync<OptionException>(() => PosternServer.Start(Old with { MasterKey = null }));
        Assert.Contains("but not its master key", lost.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(DataFile + ".key"));
    }
}
