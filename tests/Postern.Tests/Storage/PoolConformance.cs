using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class PoolConformance : StoreConformance
{
    [Fact]
    public async Task A_pool_comes_back_as_it_was_saved_by_id_and_by_number()
    {
        var pool = Sample.Pool(Sample.Number(), "us-east-1_abc");
        await Saved(new PutPool(pool));
        Same.Pools(pool with { Version = 1 }, await Store.Pools.Find(PoolKind.UserPool, "us-east-1_abc", Stop));
        Same.Pools(pool with { Version = 1 }, await Store.Pools.Find(pool.Number, Stop));
        Assert.Null(await Store.Pools.Find(PoolKind.IdentityPool, "us-east-1_abc", Stop));
        Assert.Null(await Store.Pools.Find(PoolKind.UserPool, "us-east-1_ABC", Stop));
        Assert.Null(await Store.Pools.Find(pool.Number + 1, Stop));
    }

    [Fact]
    public async Task A_taken_id_or_number_is_told()
    {
        var pool = Sample.Pool(Sample.Number(), "us-east-1_abc");
        await Saved(new PutPool(pool));
        await Refused(SaveOutcome.NameTaken, new PutPool(Sample.Pool(Sample.Number(), "us-east-1_abc")));
        await Refused(SaveOutcome.NameTaken, new PutPool(Sample.Pool(pool.Number, "us-east-1_def")));
    }

    [Fact]
    public async Task A_changed_pool_raises_its_version_and_an_old_version_is_lost()
    {
        var pool = Sample.Pool(Sample.Number());
        await Saved(new PutPool(pool));
        var changed = pool with { Name = "staff", Settings = "{\"b\":2}"u8.ToArray(), Modified = Sample.Now.AddHours(1), Version = 1 };
        await Saved(new PutPool(changed));
        Same.Pools(changed with { Version = 2 }, await Store.Pools.Find(pool.Number, Stop));
        await Refused(SaveOutcome.VersionLost, new PutPool(changed));
        await Refused(SaveOutcome.VersionLost, new DeletePool(changed));
    }

    [Fact]
    public async Task Pools_are_listed_by_id_within_account_region_and_kind()
    {
        foreach (var id in new[] { "us-east-1_b", "us-east-1_a", "us-east-1_C" })
            await Saved(new PutPool(Sample.Pool(Sample.Number(), id) with { Account = "111122223333" }));
        await Saved(new PutPool(Sample.Pool(Sample.Number(), "eu-west-1_a") with { Account = "111122223333", Region = "eu-west-1" }));
        await Saved(new PutPool(Sample.Pool(Sample.Number(), "us-east-1:a", kind: PoolKind.IdentityPool) with { Account = "111122223333" }));

        var first = await Store.Pools.List(PoolKind.UserPool, "111122223333", "us-east-1", null, 2, Stop);
        Assert.Equal(["us-east-1_C", "us-east-1_a"], first.Items.Select(p => p.Id));
        Assert.True(first.HasMore);
        var next = await Store.Pools.List(PoolKind.UserPool, "111122223333", "us-east-1", "us-east-1_a", 2, Stop);
        Assert.Equal(["us-east-1_b"], next.Items.Select(p => p.Id));
        Assert.False(next.HasMore);
    }

    [Fact]
    public async Task A_page_that_ends_with_the_last_row_has_no_more()
    {
        await Saved(new PutPool(Sample.Pool(Sample.Number(), "us-east-1_a") with { Account = "111122223333" }));
        Assert.False((await Store.Pools.List(PoolKind.UserPool, "111122223333", "us-east-1", null, 1, Stop)).HasMore);
    }

    [Fact]
    public async Task Users_are_counted_as_they_come_and_go()
    {
        var jane = await SavedUser(Sample.User(Pool), "jane");
        await SavedUser(Sample.User(Pool, "john"), "john");
        await SavedUser(jane with { Enabled = false });
        await Refused(SaveOutcome.NameTaken, new PutUser(Sample.User(Pool), ["jane"], [], [], []));
        Assert.Equal(2, await Store.Pools.EstimatedNumberOfUsers(Pool, Stop));
        await Saved(new DeleteUser(jane with { Version = 2 }, ["jane"], []));
        Assert.Equal(1, await Store.Pools.EstimatedNumberOfUsers(Pool, Stop));
        Assert.Equal(0, await Store.Pools.EstimatedNumberOfUsers(Pool + 1, Stop));
    }

    [Fact]
    public async Task A_deleted_pool_is_gone_at_once_with_its_names_and_keys()
    {
        var pool = Sample.Pool(Sample.Number(), "us-east-1_abc");
        await Saved(new PutPool(pool), new ClaimName(DirectoryKind.Client, "client1", pool.Number), new ClaimName(DirectoryKind.Domain, "shop", pool.Number));
        await Saved(new ClaimName(DirectoryKind.Domain, "kept", Pool));
        await Store.Keys.DrawSigningKeys(pool.Number, [Sample.Key("k1"), Sample.Key("k2")], Stop);
        await Saved(new DeletePool(pool with { Version = 1 }));

        Assert.Null(await Store.Pools.Find(PoolKind.UserPool, "us-east-1_abc", Stop));
        Assert.Null(await Store.Pools.Find(pool.Number, Stop));
        Assert.Null(await Store.Resources.FindPool(DirectoryKind.Client, "client1", Stop));
        Assert.Null(await Store.Resources.FindPool(DirectoryKind.Domain, "shop", Stop));
        Assert.Null(await Store.Keys.FindPool("k1", Stop));
        Assert.Equal(Pool, await Store.Resources.FindPool(DirectoryKind.Domain, "kept", Stop));
        await Refused(SaveOutcome.VersionLost, new DeletePool(pool with { Version = 1 }));
    }

    [Fact]
    public async Task A_deleted_pools_id_can_be_used_again_and_its_number_not()
    {
        var pool = Sample.Pool(Sample.Number(), "us-east-1_abc");
        await Saved(new PutPool(pool));
        await SavedUser(Sample.User(pool.Number), "jane");
        await Saved(new DeletePool(pool with { Version = 1 }));
        await Refused(SaveOutcome.NameTaken, new PutPool(pool));
        var next = pool with { Number = Sample.Number() };
        await Saved(new PutPool(next));
        Assert.Null(await Store.Users.Find(next.Number, "jane", null, Stop));
        Assert.Equal(0, await Store.Pools.EstimatedNumberOfUsers(next.Number, Stop));
    }
}
