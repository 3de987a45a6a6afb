using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class PurgeConformance : StoreConformance
{
    [Fact]
    public async Task What_has_expired_goes_and_the_rest_stays()
    {
        Guid old = Guid.NewGuid(), current = Guid.NewGuid();
        foreach (var (id, end) in new[] { (old, Sample.Now), (current, Sample.Now.AddMilliseconds(1)) })
        {
            await Saved(
                new PutUserPart(Sample.Part(Pool, id) with { Expires = end }), new PutUserPart(Sample.Part(Pool, id, "endless") with { Expires = null }),
                new PutCode(Sample.Code(Pool, id) with { Expires = end }), new Revoke(Pool, id, end), new UseSession(Pool, id, end),
                new PutRotation(new(Pool, id, 1, Sample.Now, end)), new QueueMessage(Sample.Message(Pool) with { Id = id, Expires = end }));
            await Store.Attempts.Add(Pool, new(1, id), end.AddHours(-24), TimeSpan.FromHours(1), false, Stop);
        }
        Assert.Equal(7, await Store.Installation.Purge(Sample.Now, 100, Stop));
        Assert.Equal(0, await Store.Installation.Purge(Sample.Now, 100, Stop));
        foreach (var id in new[] { old, current })
        {
            var isKept = id == current;
            Assert.Equal(isKept, await Store.UserParts.Find(Pool, id, UserPartKind.Device, "phone", Stop) is not null);
            Assert.NotNull(await Store.UserParts.Find(Pool, id, UserPartKind.Device, "endless", Stop));
            Assert.Equal(isKept, await Store.Codes.Find(Pool, id, CodePurpose.SignUp, Stop) is not null);
            Assert.Equal(isKept, await Store.SignIns.IsRevoked(Pool, id, Stop));
            Assert.Equal(isKept, await Store.SignIns.IsUsed(Pool, id, Stop));
            Assert.Equal(isKept, await Store.SignIns.FindRotation(Pool, id, Stop) is not null);
            Assert.Equal(isKept, await Store.Messages.Find(id, Stop) is not null);
            Assert.Equal(isKept, (await Store.Attempts.Find(Pool, new(1, id), Stop)).Count > 0);
        }
    }

    [Fact]
    public async Task The_rows_of_a_deleted_pool_go_in_bounded_batches_and_others_stay()
    {
        var gone = Sample.Pool(Sample.Number());
        await Saved(new PutPool(gone));
        for (var i = 0; i < 10; i++)
        {
            await Saved(new PutUser(Sample.User(gone.Number, $"user{i}"), [$"user{i}"], [], [new("name", $"user{i}")], []));
            await Saved(new PutUser(Sample.User(Pool, $"user{i}"), [$"user{i}"], [], [new("name", $"user{i}")], []));
        }
        var sub = Guid.NewGuid();
        await Saved(new PutUserPart(Sample.Part(gone.Number, sub) with { Expires = null }), new PutUserPart(Sample.Part(Pool, sub)));
        await Saved(new PutGroup(Sample.Group(gone.Number, "staff")), new PutResource(Sample.Client(gone.Number)));
        await Saved(new DeletePool(gone with { Version = 1 }));

        var went = 0;
        for (int batch; (batch = await Store.Installation.Purge(Sample.Now, 7, Stop)) > 0; went += batch)
            Assert.InRange(batch, 1, 7);
        Assert.InRange(went, 32, 40);
        Assert.Empty((await Store.Users.List(gone.Number, null, 60, Stop)).Items);
        Assert.Null(await Store.Users.Find(gone.Number, "user1", null, Stop));
        Assert.Null(await Store.UserParts.Find(gone.Number, sub, UserPartKind.Device, "phone", Stop));
        Assert.NotNull(await Store.UserParts.Find(Pool, sub, UserPartKind.Device, "phone", Stop));
        Assert.Null(await Store.Groups.Find(gone.Number, "staff", Stop));
        Assert.Null(await Store.Resources.Find(gone.Number, ResourceKind.Client, "app", Stop));
        Assert.Equal(10, (await Store.Users.List(Pool, null, 60, Stop)).Items.Count);
        Assert.Equal(10, (await Store.Users.Search(Pool, "name", "user", true, null, 60, Stop)).Items.Count);
    }
}
