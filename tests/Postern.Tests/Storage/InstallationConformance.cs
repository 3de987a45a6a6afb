using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class InstallationConformance : StoreConformance
{
    [Fact]
    public async Task Values_are_set_and_read_by_name()
    {
        Assert.Null(await Store.Installation.Get("clock", Stop));
        await Store.Installation.Set("clock", "1"u8.ToArray(), Stop);
        await Store.Installation.Set("clock", Array.Empty<byte>(), Stop);
        Assert.Empty((await Store.Installation.Get("clock", Stop))!);
    }

    [Fact]
    public async Task The_first_to_set_a_value_decides()
    {
        Assert.Equal("a"u8.ToArray(), await Store.Installation.GetOrSet("installation-secret", "a"u8.ToArray(), Stop));
        Assert.Equal("a"u8.ToArray(), await Store.Installation.GetOrSet("installation-secret", "b"u8.ToArray(), Stop));
        Assert.Equal("a"u8.ToArray(), await Store.Installation.Get("installation-secret", Stop));
    }

    [Fact]
    public async Task A_reset_leaves_the_stock_the_ring_and_the_secret_alone()
    {
        var user = await Fill();
        await Store.Installation.Reset(Stop);

        Assert.Null(await Store.Pools.Find(Pool, Stop));
        Assert.Equal(0, await Store.Pools.EstimatedNumberOfUsers(Pool, Stop));
        var view = await Store.Users.FindForSignIn(Pool, "jane", user.Sub, new(1, user.Sub), Stop);
        Assert.Null(view.User);
        Assert.Equal(default, view.FailedAttempts);
        Assert.Empty((await Store.Users.Search(Pool, "name", "", true, null, 10, Stop)).Items);
        Assert.Empty((await Store.Groups.List(Pool, null, 10, Stop)).Items);
        Assert.Empty((await Store.Resources.List(Pool, ResourceKind.Client, null, 10, Stop)).Items);
        Assert.Null(await Store.Resources.FindPool(DirectoryKind.Client, "app", Stop));
        Assert.Null(await Store.UserParts.Find(Pool, user.Sub, UserPartKind.Device, "phone", Stop));
        Assert.Null(await Store.Codes.Find(Pool, user.Sub, CodePurpose.SignUp, Stop));
        Assert.False(await Store.SignIns.IsRevoked(Pool, user.Sub, Stop));
        Assert.False(await Store.SignIns.IsUsed(Pool, user.Sub, Stop));
        Assert.Null(await Store.SignIns.FindRotation(Pool, user.Sub, Stop));
        Assert.Empty(await Store.Messages.List(null, null, 10, Stop));
        Assert.Empty(await Store.Keys.SigningKeys(Pool, Stop));
        Assert.Null(await Store.Installation.Get("clock", Stop));

        Assert.Equal("s"u8.ToArray(), await Store.Installation.Get("installation-secret", Stop));
        Assert.Equal("m"u8.ToArray(), await Store.Installation.Get("master-key-check", Stop));
        Assert.Equal(1, await Store.Keys.CountStock(Stop));
        Assert.Single(await Store.Keys.Ring(Stop));

        await Saved(new PutPool(Sample.Pool(Pool)));
        await SavedUser(Sample.User(Pool), "jane");
    }

    [Fact]
    public async Task A_snapshot_brings_everything_back_but_the_stock_and_the_ring()
    {
        var user = await Fill();
        await Store.Installation.SaveSnapshot("before", Stop);
        await SavedUser(user with { Enabled = false }, "second");
        await Saved(new DropUserPart(Pool, user.Sub, UserPartKind.Device, "phone"), new PutUserPart(Sample.Part(Pool, user.Sub, "tablet")));
        await SavedUser(Sample.User(Pool, "john"), "john");
        await Store.Installation.Set("clock", "2"u8.ToArray(), Stop);
        await Store.Keys.AddToStock(Sample.Key("later"), Stop);
        await Store.Keys.AddToRing(new(2, new byte[] { 2 }, Sample.Now), Stop);

        Assert.True(await Store.Installation.RestoreSnapshot("before", Stop));
        Same.Users(user, await Store.Users.Find(Pool, "jane", null, Stop));
        Assert.Null(await Store.Users.Find(Pool, "second", null, Stop));
        Assert.Null(await Store.Users.Find(Pool, "john", null, Stop));
        Assert.Equal(1, await Store.Pools.EstimatedNumberOfUsers(Pool, Stop));
        Assert.Equal("phone", Assert.Single((await Store.UserParts.List(Pool, user.Sub, UserPartKind.Device, null, 10, Stop)).Items).Name);
        Assert.Equal("1"u8.ToArray(), await Store.Installation.Get("clock", Stop));
        Assert.Equal("staff", Assert.Single(await Store.Groups.ListForUser(Pool, user.Sub, Stop)).Name);
        Assert.Equal(["a", "b"], (await Store.Keys.SigningKeys(Pool, Stop)).Select(k => k.Key.Kid).Order());
        Assert.Equal(2, await Store.Keys.CountStock(Stop));
        Assert.Equal(2, (await Store.Keys.Ring(Stop)).Count);
    }

    [Fact]
    public async Task A_snapshot_outlives_a_reset_and_can_be_replaced()
    {
        var user = await Fill();
        await Store.Installation.SaveSnapshot("state", Stop);
        await Saved(new PutUser(user, ["second"], [], [], []));
        await Store.Installation.SaveSnapshot("state", Stop);
        await Store.Installation.Reset(Stop);
        Assert.True(await Store.Installation.RestoreSnapshot("state", Stop));
        Assert.NotNull(await Store.Users.Find(Pool, "second", null, Stop));
        Assert.False(await Store.Installation.RestoreSnapshot("other", Stop));
        Assert.NotNull(await Store.Users.Find(Pool, "second", null, Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../evil")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a\n")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_snapshots_name_is_short_and_plain(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Installation.SaveSnapshot(name, Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Installation.RestoreSnapshot(name, Stop));
    }

    [Fact]
    public async Task A_lease_is_renewed_by_its_holder()
    {
        var holder = Guid.NewGuid();
        Assert.True(await Store.Installation.TryLease("purge", holder, Sample.Now, TimeSpan.FromMinutes(1), Stop));
        Assert.True(await Store.Installation.TryLease("purge", holder, Sample.Now.AddSeconds(30), TimeSpan.FromMinutes(1), Stop));
    }

    [Fact]
    public async Task Whoever_follows_the_settings_can_stop()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        stopping.CancelAfter(TimeSpan.FromMilliseconds(1));
        await foreach (var _ in Store.Feed.Follow(stopping.Token))
        {
        }
        Assert.True(stopping.IsCancellationRequested);
    }

    /// <summary>Some of everything.</summary>
    private async Task<User> Fill()
    {
        var user = Sample.User(Pool);
        await Saved(
            new PutUser(user, ["jane"], [], [new("name", "jane")], []), new PutGroup(Sample.Group(Pool, "staff")),
            new AddMember(Pool, "staff", user.Sub, Sample.Now), new PutCode(Sample.Code(Pool, user.Sub)), new PutResource(Sample.Client(Pool)),
            new ClaimName(DirectoryKind.Client, "app", Pool), new Revoke(Pool, user.Sub, Sample.Now), new UseSession(Pool, user.Sub, Sample.Now),
            new PutRotation(new(Pool, user.Sub, 1, Sample.Now, Sample.Now)), new QueueMessage(Sample.Message(Pool)),
            new PutUserPart(Sample.Part(Pool, user.Sub)));
        await Store.Attempts.Add(Pool, new(1, user.Sub), Sample.Now, TimeSpan.FromHours(1), false, Stop);
        await Store.Keys.DrawSigningKeys(Pool, [Sample.Key("a"), Sample.Key("b")], Stop);
        await Store.Keys.AddToStock(Sample.Key("stock"), Stop);
        await Store.Keys.AddToRing(new(1, new byte[] { 1 }, Sample.Now), Stop);
        await Store.Installation.Set("clock", "1"u8.ToArray(), Stop);
        await Store.Installation.Set("installation-secret", "s"u8.ToArray(), Stop);
        await Store.Installation.Set("master-key-check", "m"u8.ToArray(), Stop);
        return user with { Version = 1 };
    }
}
