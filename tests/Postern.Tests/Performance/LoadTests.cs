using Postern.Load;
using Postern.Load.Generator;
using Postern.Load.Limits;
using Postern.Load.Operations;

namespace Postern.Tests.Performance;

/// <summary>What bench/load computes; how fast anything is belongs there, not here.</summary>
public class LoadTests
{
    private static readonly MachineLimits Example = new(
        Sign: 249, Verify: 22, PowerOfGenerator: 80, PublicValue: 81, SharedSecret: 1117, Get: 15.9, Post: 13, Read: 7.5, Page: 64, Insert: 39);

    [Theory]
    [InlineData("signin", 598.5)]
    [InlineData("srp", 1737)]
    [InlineData("refresh", 518.5)]
    [InlineData("getuser", 42.5)]
    [InlineData("admingetuser", 20.5)]
    [InlineData("finduser", 20.5)]
    [InlineData("listusers", 77)]
    [InlineData("signup", 132)]
    [InlineData("jwks", 15.9)]
    public void A_limit_is_the_sum_of_the_parts_that_docs_performance_md_names(string operation, double microseconds) =>
        Assert.Equal(microseconds, LoadOperation.Find(operation).Limit!(Example), 6);

    [Fact]
    public void Load_goes_to_no_other_machine() =>
        Assert.Throws<LoadException>(() => Options.Read(["--url", "http://192.0.2.1:9229"]));

    [Fact]
    public void A_percentile_is_found_to_a_sixty_fourth()
    {
        var durations = new Histogram();
        for (var microseconds = 1; microseconds <= 100_000; microseconds++)
            durations.Add(microseconds);
        Assert.InRange(durations.Milliseconds(0.50), 50 * (1 - 1 / 64.0), 50);
        Assert.InRange(durations.Milliseconds(0.99), 99 * (1 - 1 / 64.0), 99);
        Assert.Equal(0, new Histogram().Milliseconds(0.50));
    }

    [Fact]
    public void Each_turn_of_a_numbered_request_has_its_number_in_every_place()
    {
        var traffic = new NumberedTraffic("GET /#########?email=#########@example.com"u8.ToArray(), static turn => 41 + turn);
        traffic.Begin(new Call());
        Assert.Equal("GET /000000042?email=000000042@example.com", System.Text.Encoding.ASCII.GetString(traffic.Begin(new Call())));
    }
}
