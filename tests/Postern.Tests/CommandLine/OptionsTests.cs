using Postern.CommandLine;

namespace Postern.Tests.CommandLine;

public class OptionsTests
{
    [Fact]
    public void Every_setting_is_an_option_a_variable_and_a_key()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "public-url: https://file.example/\nregion: eu-west-1\nissuer: aws\n");
        try
        {
            var environment = new Dictionary<string, string> { ["POSTERN_REGION"] = "eu-west-2", ["POSTERN_ISSUER"] = "postern", ["POSTERN_LAMBDA_ENDPOINT"] = "http://127.0.0.1:3001/", ["POSTERN_HTTPS_URLS"] = "https://localhost:9230", ["POSTERN_CONFIG"] = file };
            var options = Options.Read(["--issuer", "https://id.example/{userPoolId}", "--data=:memory:", "--quiet"], environment.GetValueOrDefault);
            Assert.Equal("https://file.example", options.PublicUrl);
            Assert.Equal("eu-west-2", options.Region);
            Assert.Equal("https://id.example/{userPoolId}", options.Issuer);
            Assert.Equal("http://127.0.0.1:3001", options.LambdaEndpoint);
            Assert.Equal("https://localhost:9230", options.HttpsUrls);
            Assert.Equal(":memory:", options.Data);
            Assert.True(options.Quiet);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--no-such", "x")]
    [InlineData("serve")]
    [InlineData("--data")]
    [InlineData("--mode", "test")]
    [InlineData("--key-stock", "-1")]
    [InlineData("--public-url", "id.example.com")]
    [InlineData("--lambda-endpoint", "127.0.0.1:3001")]
    [InlineData("--config", "/no/such/file")]
    public void A_setting_of_no_use_is_told_in_a_sentence(params string[] arguments)
    {
        var refused = Assert.Throws<OptionException>(() => Options.Read(arguments, static _ => null));
        Assert.True(refused.Message.Length > 20, refused.Message);
    }

    [Fact]
    public void The_help_names_every_option()
    {
        var help = Help.Text();
        Assert.All(Options.All, option => Assert.Contains("--" + option.Name, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Development_listens_on_loopback_alone_unless_told()
    {
        var refused = await Assert.ThrowsAsync<OptionException>(() => PosternServer.Start(new() { Urls = "http://0.0.0.0:0", Data = ":memory:", Quiet = true }));
        Assert.Contains("--allow-remote-dev", refused.Message, StringComparison.Ordinal);
        await using var allowed = await PosternServer.Start(new() { Urls = "http://0.0.0.0:0", Data = ":memory:", Quiet = true, AllowRemoteDev = true, KeyStock = 0 });
        Assert.StartsWith("http://localhost:", allowed.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_master_key_is_refused_at_start_with_what_to_do()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("postern").FullName, "data.db");
        var options = new ServerOptions { Urls = "http://127.0.0.1:0", Data = file, Quiet = true, KeyStock = 0, MasterKey = Convert.ToBase64String(new byte[32]) };
        await (await PosternServer.Start(options)).DisposeAsync();
        await (await PosternServer.Start(options)).DisposeAsync();
        await Assert.ThrowsAsync<Postern.Cryptography.MasterKeyException>(() => PosternServer.Start(options with { MasterKey = Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]) }));
    }
}
