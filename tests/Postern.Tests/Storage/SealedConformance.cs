using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class SealedConformance : StoreConformance
{
    private static readonly byte[] New = [9, 9, 9];

    [Fact]
    public async Task Every_sealed_value_is_listed_once_in_pages_of_any_size()
    {
        await Fill();
        foreach (var column in Enum.GetValues<SealedColumn>())
        {
            var all = await All(column, 100);
            Assert.InRange(await Store.Sealed.Estimate(column, Stop), column is SealedColumn.UserVerifier ? 0 : all.Count, all.Count);
            Assert.Equal(column is SealedColumn.InstallationValue or SealedColumn.RingKey ? 2 : 6, all.Count);
            Assert.Equal(all.Count, all.Select(static value => value.Place).Distinct().Count());
            foreach (var limit in new[] { 1, 2, all.Count })
                Assert.Equal(all.Select(static value => value.Place), (await All(column, limit)).Select(static value => value.Place));
        }
    }

    [Fact]
    public async Task A_value_is_told_with_the_place_that_it_was_sealed_for()
    {
        var (user, message) = await Fill();
        var verifier = Assert.Single(await All(SealedColumn.UserVerifier, 100), value => value.Place == new SealedPlace(SealedColumn.UserVerifier, Pool, Id: user.Sub));
        Assert.Equal(user.Verifier.ToArray(), verifier.Bytes.ToArray());
        var content = Assert.Single(await All(SealedColumn.MessageContent, 100), value => value.Place == new SealedPlace(SealedColumn.MessageContent, Id: message.Id));
        Assert.Equal(message.Content.ToArray(), content.Bytes.ToArray());
        var secret = Assert.Single(
            await All(SealedColumn.UserPartSecret, 100),
            value => value.Place == new SealedPlace(SealedColumn.UserPartSecret, Pool, (int)UserPartKind.Device, "phone", user.Sub));
        Assert.Equal((await Store.UserParts.Find(Pool, user.Sub, UserPartKind.Device, "phone", Stop))!.Secret.ToArray(), secret.Bytes.ToArray());
        Assert.Contains(new(SealedColumn.ResourceSecret, Pool, (int)ResourceKind.Client, "app1"), (await All(SealedColumn.ResourceSecret, 100)).Select(static v => v.Place));
        Assert.Contains(new(SealedColumn.SigningKey, Pool, Name: "id1"), (await All(SealedColumn.SigningKey, 100)).Select(static v => v.Place));
        Assert.Contains(new(SealedColumn.StockKey, Name: "stock1"), (await All(SealedColumn.StockKey, 100)).Select(static v => v.Place));
        Assert.Contains(new(SealedColumn.RingKey, Number: 2), (await All(SealedColumn.RingKey, 100)).Select(static v => v.Place));
        Assert.Contains(new(SealedColumn.InstallationValue, Name: "installation-secret"), (await All(SealedColumn.InstallationValue, 100)).Select(static v => v.Place));
    }

    [Fact]
    public async Task A_value_is_replaced_where_it_is_still_what_was_read()
    {
        await Fill();
        foreach (var column in Enum.GetValues<SealedColumn>())
        {
            var all = await All(column, 100);
            var changes = all.Select(static value => new ResealedValue(value.Place, value.Bytes, New)).ToArray();
            Assert.Equal(0, await Store.Sealed.Replace([changes[0] with { Before = new byte[] { 7 } }], Stop));
            Assert.Equal(1, await Store.Sealed.Replace([changes[0]], Stop));
            Assert.Equal(all.Count - 1, await Store.Sealed.Replace(changes, Stop));
            Assert.All(await All(column, 100), value => Assert.Equal(New, value.Bytes.ToArray()));
        }
    }

    [Fact]
    public async Task What_was_decided_before_a_value_was_replaced_is_decided_again()
    {
        var (user, _) = await Fill();
        var client = (await Store.Resources.Find(Pool, ResourceKind.Client, "app1", Stop))!;
        var part = (await Store.UserParts.Find(Pool, user.Sub, UserPartKind.Device, "phone", Stop))!;
        await Store.Sealed.Replace(
            [
                new(new(SealedColumn.UserVerifier, Pool, Id: user.Sub), user.Verifier, New),
                new(new(SealedColumn.UserPartSecret, Pool, (int)part.Kind, part.Name, part.Sub), part.Secret, New),
                new(new(SealedColumn.ResourceSecret, Pool, (int)ResourceKind.Client, "app1"), client.Secret, New),
            ],
            Stop);
        await Refused(SaveOutcome.VersionLost, new PutUser(user, [], [], [], []));
        await Refused(SaveOutcome.VersionLost, new PutUserPart(part));
        await Refused(SaveOutcome.VersionLost, new PutResource(client));
        var read = (await Store.Users.Find(Pool, "", user.Sub, Stop))!;
        Assert.Equal(New, read.Verifier.ToArray());
        await Saved(new PutUser(read, [], [], [], []), new PutResource((await Store.Resources.Find(Pool, ResourceKind.Client, "app1", Stop))!));
    }

    private async Task<List<SealedValue>> All(SealedColumn column, int limit)
    {
        var all = new List<SealedValue>();
        SealedPlace? after = null;
        Page<SealedValue> page;
        do
        {
            page = await Store.Sealed.List(column, after, limit, Stop);
            Assert.InRange(page.Items.Count, page.HasMore ? limit : 0, limit);
            all.AddRange(page.Items);
            after = page.Items.Count > 0 ? page.Items[^1].Place : after;
        }
        while (page.HasMore);
        return all;
    }

    /// <summary>Six of each, in two pools.</summary>
    private async Task<(User User, StoredMessage Message)> Fill()
    {
        User? user = null;
        StoredMessage? message = null;
        foreach (var pool in new[] { Pool, Pool + 1 })
        {
            for (var i = 1; i <= 3; i++)
            {
                user = await SavedUser(Sample.User(pool, $"user{i}"), $"user{i}");
                message = Sample.Message(pool);
                await Saved(new QueueMessage(message), new PutUserPart(Sample.Part(pool, user.Sub)), new PutResource(Sample.Client(pool, $"app{i}")));
                await Store.Keys.AddToStock(Sample.Key($"stock{pool - Pool}{i}"), Stop);
            }
        }
        user = await SavedUser((await Store.Users.Find(Pool, "user1", null, Stop))!);
        await Store.Keys.AddToStock(Sample.Key("stock1", Sample.Now.AddYears(1)), Stop);
        await Store.Keys.DrawSigningKeys(Pool, [], Stop);
        await Store.Keys.AddToStock(Sample.Key("stock2", Sample.Now.AddYears(1)), Stop);
        await Store.Keys.RotateSigningKeys(
            Pool, [.. (await Store.Keys.SigningKeys(Pool, Stop)).Select(static key => key.Key.Kid)],
            [new(Pool, SigningKeyUse.IdToken, Sample.Key("id1")), new(Pool, SigningKeyUse.AccessToken, Sample.Key("access1"))], Sample.Now, Stop);
        await Store.Keys.RotateSigningKeys(
            Pool, ["id1", "access1"], [new(Pool, SigningKeyUse.IdToken, Sample.Key("id2")), new(Pool, SigningKeyUse.AccessToken, Sample.Key("access2"))],
            Sample.Now, Stop);
        foreach (var id in new[] { 1, 2 })
            await Store.Keys.AddToRing(new(id, new byte[] { (byte)id }, Sample.Now), Stop);
        await Store.Installation.Set("installation-secret", new byte[] { 1, 2 }, Stop);
        await Store.Installation.Set("clock-offset", new byte[] { 3, 4 }, Stop);
        return (user, message!);
    }
}
