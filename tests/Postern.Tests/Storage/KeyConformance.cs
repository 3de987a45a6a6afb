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
}
