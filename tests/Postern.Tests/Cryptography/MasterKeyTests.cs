using System.Security.Cryptography;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public sealed class MasterKeyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern-master-key-").FullName;
    private readonly byte[] bytes = RandomNumberGenerator.GetBytes(32);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_same_key_is_read_from_a_value_a_file_and_a_command()
    {
        var id = new MasterKey(bytes).Id;
        Assert.Equal(id, MasterKeySource.Parse(Convert.ToBase64String(bytes)).Id);
        Assert.Equal(id, MasterKeySource.Parse(System.Buffers.Text.Base64Url.EncodeToString(bytes)).Id);
        Assert.Equal(id, MasterKeySource.Parse(Convert.ToHexString(bytes)).Id);
        Assert.Equal(id, MasterKeySource.Parse(Convert.ToHexStringLower(bytes)).Id);
        Assert.Equal(id, MasterKeySource.Parse("file:" + Written("text", [.. System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)), (byte)'\n'])).Id);
        Assert.Equal(id, MasterKeySource.Parse("file:" + Written("raw", bytes)).Id);
        Assert.Equal(id, MasterKeySource.Parse($"command:echo {Convert.ToBase64String(bytes)}; echo a second line").Id);
        Assert.NotEqual(id, new MasterKey(RandomNumberGenerator.GetBytes(32)).Id);
    }

    [Theory]
    [InlineData("", "The master key is empty. Give 32 random bytes as base64 or hex, for example of `openssl rand -base64 32`.")]
    [InlineData("c2hvcnQ=", "The master key is not a key of 32 bytes. Give 32 random bytes as base64 or hex, for example of `openssl rand -base64 32`.")]
    [InlineData("command:exit 3", "The master key's command ended with exit code 3: exit 3")]
    [InlineData("command:true", "The first line that the master key's command printed is empty. Give 32 random bytes")]
    [InlineData("file:/nowhere/at/all", "The master key file /nowhere/at/all can't be read: ")]
    public void What_is_no_key_is_refused_with_a_text_that_says_what_to_do(string setting, string text) =>
        Assert.StartsWith(text, Assert.Throws<MasterKeyException>(() => MasterKeySource.Parse(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void Processes_that_make_the_development_key_at_once_get_the_same_one()
    {
        for (var round = 0; round < 40; round++)
            Together(Path.Combine(folder, $"new{round}", "master.key"));
    }

    private static void Together(string path)
    {
        var ids = new string[8];
        using var start = new Barrier(ids.Length);
        var threads = ids.Select((_, i) => new Thread(() =>
        {
            start.SignalAndWait();
            ids[i] = MasterKeySource.OpenOrCreate(path).Id;
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        Assert.Single(ids.Distinct());
        Assert.Equal(ids[0], MasterKeySource.OpenOrCreate(path).Id);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_sealed_value_opens_for_its_purpose_and_owner_alone()
    {
        var key = new MasterKey(bytes);
        var value = key.Seal(For(AtRestPurpose.Verifier), "secret"u8);
        Assert.Equal(6 + MasterKey.Overhead, value.Length);
        Assert.Equal("secret"u8.ToArray(), key.Open(For(AtRestPurpose.Verifier), value));
        Assert.Equal("secret"u8.ToArray(), new MasterKey(bytes).Open(For(AtRestPurpose.Verifier), value));
        Assert.Throws<CryptographicException>(() => key.Open(For(AtRestPurpose.ClientSecret), value));
        Assert.Throws<CryptographicException>(() => key.Open(For(AtRestPurpose.Verifier, "another"), value));
        Assert.Throws<CryptographicException>(() => key.Open(For(AtRestPurpose.Verifier), value.AsSpan(0, 43)));
        var other = new MasterKey(RandomNumberGenerator.GetBytes(32));
        var error = Assert.Throws<MasterKeyException>(() => other.Open(For(AtRestPurpose.Verifier), value));
        Assert.Contains($"is sealed under master key {key.Id}, and this server runs with {other.Id}", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(value, key.Seal(For(AtRestPurpose.Verifier), "secret"u8));
    }

    [Fact]
    public void A_sealed_value_with_any_bit_changed_does_not_open()
    {
        var key = new MasterKey(bytes);
        var value = key.Seal(For(AtRestPurpose.Message), "secret"u8);
        for (var i = 0; i < value.Length * 8; i++)
        {
            value[i / 8] ^= (byte)(1 << (i % 8));
            Assert.ThrowsAny<CryptographicException>(() => key.Open(For(AtRestPurpose.Message), value));
            value[i / 8] ^= (byte)(1 << (i % 8));
        }
        Assert.Equal("secret"u8.ToArray(), key.Open(For(AtRestPurpose.Message), value));
    }

    [Fact]
    public async Task A_database_is_refused_with_another_master_key_and_nothing_is_written()
    {
        var installation = new MemoryInstallation();
        var key = new MasterKey(bytes);
        await key.Check(installation, Stop);
        await new MasterKey(bytes).Check(installation, Stop);
        Assert.Equal(1, installation.Count);

        var other = new MasterKey(RandomNumberGenerator.GetBytes(32));
        var error = await Assert.ThrowsAsync<MasterKeyException>(async () => await other.Check(installation, Stop));
        Assert.StartsWith($"This database is sealed under another master key ({key.Id}) than the one given ({other.Id}). Nothing was changed.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, installation.Count);
    }

    private static SealedAs For(AtRestPurpose purpose, string owner = "owner") => new(purpose, System.Text.Encoding.UTF8.GetBytes(owner));

    private string Written(string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
