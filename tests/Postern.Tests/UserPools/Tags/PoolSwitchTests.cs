using Postern.Tests.Architecture;
using Postern.Tests.Server;
using Postern.UserPools.Pools;

namespace Postern.Tests.UserPools.Tags;

public sealed class PoolSwitchTests(TestServer server)
{
    [Fact]
    public void The_page_of_switches_lists_each_with_its_meaning()
    {
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/switches.md"));
        foreach (var known in PoolSwitch.All)
            Assert.Contains($"| `{known.Tag}` |", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postern:require-pkce", "perhaps!", "is true, false, or the ids")]
    [InlineData("postern:nothing", "true", "knows no tag")]
    public async Task A_switch_that_means_nothing_is_refused(string tag, string value, string text)
    {
        var error = await server.Api.Fail("CreateUserPool", new() { ["PoolName"] = "p", ["UserPoolTags"] = new System.Text.Json.Nodes.JsonObject { [tag] = value } });
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Contains(text, error.Text, StringComparison.Ordinal);
    }
}
