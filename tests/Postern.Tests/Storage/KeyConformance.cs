using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class KeyConformance : StoreConformance
{
    [Fact]
    public async Task A_pool_draws_its_two_keys_from_the_stock_the_oldest_first()
    {
        StoredKey[] stock = [Sample.Key("c", Sample.Now.AddHours(2)), Sample.Key("a"), Sample.Key("b", Sample.Now.AddHours(1))];
        foreach (var key in stock)
            await Store.Keys.AddToStock(key, Stop);
        Assert.Equal(3, await Store.Keys.CountStock(Stop));

        var drawn = await Store.Keys.DrawSigningKeys(Pool, [], Stop);
        Assert.NotNull(drawn);
        Assert.Equal([SigningKeyUse.IdToken, SigningKeyUse.AccessToken], drawn.Select(k => k.Use));
        Same.Keys(stock[1], drawn[0].Key);
        Same.Keys(stock[2], drawn[1].Key);
        Assert.Equal(1, await Store.Keys.CountStock(Stop));
        Assert.Equal(Pool, await Store.Keys.FindPool("a", Stop));
        Assert.Null(await Store.Keys.FindPool("c", Stop));
        Assert.Equal(["a", "b"], (await Store.Keys.SigningKeys(Pool, Stop)).Select(k => k.Key.Kid));
    }

    [Fact]
    public async Task The_first_to_draw_decides()
    {
        await Store.Keys.DrawSigningKeys(Pool, [Sample.Key("a"), Sample.Key("b")], Stop);
        var again = await Store.Keys.DrawSigningKeys(Pool, [Sample.Key("c"), Sample.Key("d")], Stop);
        Assert.Equal(["a", "b"], again!.Select(k => k.Key.Kid).Order());
        Assert.Null(await Store.Keys.FindPool("c", Stop));
        Assert.Empty(await Store.Keys.SigningKeys(Pool + 1, Stop));
    }

    [Fact]
    public async Task Parallel_draws_get_the_same_keys()
    {
        var draws = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            Store.Keys.DrawSigningKeys(Pool, [Sample.Key($"a{i}"), Sample.Key($"b{i}")], Stop).AsTask())));
        Assert.Single(draws.Select(keys => string.Join(' ', keys!.Select(k => k.Key.Kid))).Distinct());
    }

    [Fact]
    public async Task Without_stock_and_spare_there_is_nothing_to_draw()
    {
        await Store.Keys.AddToStock(Sample.Key("only"), Stop);
        Assert.Null(await Store.Keys.DrawSigningKeys(Pool, [], Stop));
        Assert.Equal(1, await Store.Keys.CountStock(Stop));
        Assert.Empty(await Store.Keys.SigningKeys(Pool, Stop));
    }

    [Fact]
    public async Task The_ring_keeps_the_first_key_of_an_id()
    {
        Assert.Empty(await Store.Keys.Ring(Stop));
        Assert.True(await Store.Keys.AddToRing(new(2, new byte[] { 2 }, Sample.Now), Stop));
        Assert.True(await Store.Keys.AddToRing(new(1, new byte[] { 1 }, Sample.Now), Stop));
        Assert.False(await Store.Keys.AddToRing(new(2, new byte[] { 9 }, Sample.Now), Stop));
        var ring = await Store.Keys.Ring(Stop);
        Assert.Equal([1, 2], ring.Select(k => k.Id));
        Assert.Equal([2], ring[1].Sealed.ToArray());
        Assert.Equal(Sample.Now, ring[1].Created);
    }

    [Fact]
    public async Task Rotated_keys_stand_beside_those_they_replace_which_then_have_an_end()
    {
        await Store.Keys.DrawSigningKeys(Pool, [Sample.Key("a"), Sample.Key("b")], Stop);
        Assert.All(await Store.Keys.SigningKeys(Pool, Stop), key => Assert.Null(key.Expires));
        StoredSigningKey[] added =
        [
            new(Pool, SigningKeyUse.IdToken, Sample.Key("c", Sample.Now.AddDays(1))), new(Pool, SigningKeyUse.AccessToken, Sample.Key("d", Sample.Now.AddDays(1))),
        ];
        Assert.True(await Store.Keys.RotateSigningKeys(Pool, ["b", "a"], added, Sample.Now.AddDays(3), Stop));
        var keys = await Store.Keys.SigningKeys(Pool, Stop);
        Assert.Equal(["a", "b", "c", "d"], keys.Select(k => k.Key.Kid));
        Assert.Equal([Sample.Now.AddDays(3), Sample.Now.AddDays(3), null, null], keys.Select(k => k.Expires));
        Same.Keys(added[0].Key, keys[2].Key);
        Assert.Equal(SigningKeyUse.AccessToken, keys[3].Use);
        Assert.Equal(Pool, await Store.Keys.FindPool("d", Stop));
    }

    [Fact]
    public async Task Of_two_rotations_at_once_one_is_refused_and_leaves_nothing()
    {
        await Store.Keys.DrawSigningKeys(Pool, [Sample.Key("a"), Sample.Key("b")], Stop);
        var rotations = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Store.Keys.RotateSigningKeys(
            Pool, ["a", "b"], [new(Pool, SigningKeyUse.IdToken, Sample.Key($"i{i}")), new(Pool, SigningKeyUse.AccessToken, Sample.Key($"j{i}"))],
            Sample.Now.AddDays(1), Stop).AsTask())));
        Assert.Single(rotations, rotated => rotated);
        Assert.Equal(4, (await Store.Keys.SigningKeys(Pool, Stop)).Count);

        Assert.False(await Store.Keys.RotateSigningKeys(Pool + 1, ["a", "b"], [new(Pool + 1, SigningKeyUse.IdToken, Sample.Key("x"))], Sample.Now, Stop));
        Assert.Empty(await Store.Keys.SigningKeys(Pool + 1, Stop));
    }

    [Fact]
    public async Task Replaced_keys_are_purged_at_their_end()
    {
        await Store.Keys.DrawSigningKeys(Pool, [Sample.Key("a"), Sample.Key("b")], Stop);
        await Store.Keys.RotateSigningKeys(
            Pool, ["a", "b"], [new(Pool, SigningKeyUse.IdToken, Sample.Key("c")), new(Pool, SigningKeyUse.AccessToken, Sample.Key("d"))], Sample.Now, Stop);
        await Store.Installation.Purge(Sample.Now.AddMilliseconds(-1), 100, Stop);
        Assert.Equal(4, (await Store.Keys.SigningKeys(Pool, Stop)).Count);
        Assert.Equal(1, await Store.Installation.Purge(Sample.Now, 1, Stop));
        Assert.Equal(1, await Store.Installation.Purge(Sample.Now, 100, Stop));
        Assert.Equal(["c", "d"], (await Store.Keys.SigningKeys(Pool, Stop)).Select(k => k.Key.Kid).Order());
    }

    [Fact]
    public async Task Pools_with_keys_are_told_in_order_of_their_numbers()
    {
        for (var pool = 1; pool <= 5; pool++)
            await Store.Keys.DrawSigningKeys(pool * 10, [Sample.Key($"a{pool}"), Sample.Key($"b{pool}")], Stop);
        var first = await Store.Keys.PoolsWithKeys(0, 3, Stop);
        Assert.Equal([10, 20, 30], first.Items);
        Assert.True(first.HasMore);
        var rest = await Store.Keys.PoolsWithKeys(30, 3, Stop);
        Assert.Equal([40, 50], rest.Items);
        Assert.False(rest.HasMore);
    }
}
