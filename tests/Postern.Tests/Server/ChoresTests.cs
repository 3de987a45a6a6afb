using Microsoft.Extensions.Logging.Abstractions;
using Postern.Tests.Cryptography;

namespace Postern.Tests.Server;

/// <summary>What one node of all does every few seconds.</summary>
public sealed class ChoresTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dead_rows_go_in_bounded_batches_until_none_are_left()
    {
        var installation = new MemoryInstallation { Dead = 2500 };
        await new Chores(installation, null, TimeProvider.System, NullLogger.Instance).Once(Stop);
        Assert.Equal([1000, 1000, 500], installation.Purges);

        installation.Purges.Clear();
        installation.Dead = 1_000_000;
        await new Chores(installation, null, TimeProvider.System, NullLogger.Instance).Once(Stop);
        Assert.Empty(installation.Purges);   // another node, which has no lease
    }

    [Fact]
    public async Task One_round_of_a_purge_has_an_end_however_many_rows_are_dead()
    {
        var installation = new MemoryInstallation { Dead = 1_000_000 };
        await new Chores(installation, null, TimeProvider.System, NullLogger.Instance).Once(Stop);
        Assert.Equal(Chores.BatchesAtOnce, installation.Purges.Count);
    }

    [Fact]
    public async Task One_node_at_a_time_purges_and_another_takes_over_when_its_lease_is_free()
    {
        var installation = new MemoryInstallation { Dead = 10 };
        Chores one = new(installation, null, TimeProvider.System, NullLogger.Instance), other = new(installation, null, TimeProvider.System, NullLogger.Instance);
        await one.Once(Stop);
        await other.Once(Stop);
        Assert.Single(installation.Purges);
        installation.Leases.Clear();
        await other.Once(Stop);
        await one.Once(Stop);
        Assert.Equal(2, installation.Purges.Count);
    }
}
