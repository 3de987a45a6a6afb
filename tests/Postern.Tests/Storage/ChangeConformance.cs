using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class ChangeConformance : StoreConformance
{
    [Fact]
    public async Task A_change_is_applied_whole_or_not_at_all_and_tells_which_write_was_refused()
    {
        await Saved(new ClaimName(DirectoryKind.Domain, "taken", Pool));
        var claim = new ClaimName(DirectoryKind.Domain, "taken", Pool + 1);
        var result = await Store.Changes.Save(
            new(new ClaimName(DirectoryKind.Domain, "free", Pool), new PutGroup(Sample.Group(Pool, "staff")), claim, new DropMessage(Guid.NewGuid())), Stop);
        Assert.Equal(SaveOutcome.NameTaken, result.Outcome);
        Assert.Same(claim, result.Refused);
        Assert.Null(await Store.Resources.FindPool(DirectoryKind.Domain, "free", Stop));
        Assert.Null(await Store.Groups.Find(Pool, "staff", Stop));
    }

    [Fact]
    public async Task An_empty_change_is_saved() => await Saved();

    [Fact]
    public async Task A_later_write_sees_the_earlier_ones_of_its_change()
    {
        var user = Sample.User(Pool);
        await Saved(
            new PutUser(user, ["jane"], [], [], []), new PutGroup(Sample.Group(Pool, "staff")), new AddMember(Pool, "staff", user.Sub, Sample.Now),
            new PutUser(user with { Version = 1, Enabled = false }, [], [], [], []));
        Assert.Equal(2, (await Store.Users.Find(Pool, "jane", null, Stop))!.Version);
    }

    [Fact]
    public async Task Of_parallel_claims_of_a_name_one_wins_and_the_losers_leave_nothing()
    {
        var users = Enumerable.Range(0, 64).Select(i => Sample.User(Pool, $"user{i}")).ToArray();
        var results = await Parallel(users.Select((user, i) => new Change(
            new PutUser(user, [$"user{i}", "wanted"], [], [new("name", $"user{i}")], []), new QueueMessage(Sample.Message(Pool, $"user{i}@example.com")))));

        var winner = Assert.Single(Enumerable.Range(0, 64), i => results[i].IsSaved);
        Assert.Equal(63, results.Count(r => r.Outcome is SaveOutcome.NameTaken && r.Refused is PutUser));
        Assert.Equal(users[winner].Sub, (await Store.Users.Find(Pool, "wanted", null, Stop))!.Sub);
        Assert.Single((await Store.Users.List(Pool, null, 60, Stop)).Items);
        Assert.Single((await Store.Users.Search(Pool, "name", "", true, null, 60, Stop)).Items);
        Assert.Equal($"user{winner}@example.com", Assert.Single(await Store.Messages.List(null, Pool, 60, Stop)).To);
        Assert.Equal(1, await Store.Pools.EstimatedNumberOfUsers(Pool, Stop));
    }

    [Fact]
    public async Task Of_parallel_changes_of_a_row_one_wins_and_the_others_hear_of_it()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        var results = await Parallel(Enumerable.Range(0, 64).Select(i => new Change(
            new QueueMessage(Sample.Message(Pool)), new PutUser(user with { SignOuts = 100 + i }, [], [], [], []))));
        var winner = Assert.Single(Enumerable.Range(0, 64), i => results[i].IsSaved);
        Assert.Equal(63, results.Count(r => r.Outcome is SaveOutcome.VersionLost));
        var stored = await Store.Users.Find(Pool, "jane", null, Stop);
        Assert.Equal(100 + winner, stored!.SignOuts);
        Assert.Equal(2, stored.Version);
        Assert.Single(await Store.Messages.List(null, null, 60, Stop));
    }

    [Fact]
    public async Task Refused_changes_leave_their_neighbours_alone()
    {
        await Saved(new ClaimName(DirectoryKind.Domain, "taken", Pool));
        var results = await Parallel(Enumerable.Range(0, 64).Select(i => new Change(
            new PutUser(Sample.User(Pool, $"user{i}"), [$"user{i}"], [], [], []),
            i % 3 == 0 ? new ClaimName(DirectoryKind.Domain, "taken", Pool) : new ClaimName(DirectoryKind.Domain, $"name{i}", Pool))));
        for (var i = 0; i < 64; i++)
        {
            Assert.Equal(i % 3 != 0, results[i].IsSaved);
            Assert.Equal(i % 3 != 0, await Store.Users.Find(Pool, $"user{i}", null, Stop) is not null);
            Assert.Equal(i % 3 != 0, await Store.Resources.FindPool(DirectoryKind.Domain, $"name{i}", Stop) is not null);
        }
        Assert.Equal(42, await Store.Pools.EstimatedNumberOfUsers(Pool, Stop));
    }

    [Fact]
    public async Task What_is_acknowledged_is_read_at_once_by_anyone()
    {
        await Parallel(Enumerable.Range(0, 64).Select(i => new Change(new PutUser(Sample.User(Pool, $"user{i}"), [$"user{i}"], [], [], []))), async i =>
            Assert.NotNull(await Store.Users.Find(Pool, $"user{i}", null, Stop)));
    }

    [Fact]
    public async Task Who_has_given_up_before_the_change_began_has_changed_nothing()
    {
        using var gaveUp = new CancellationTokenSource();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.Changes.Save(new(new ClaimName(DirectoryKind.Domain, "shop", Pool)), gaveUp.Token));
        Assert.Null(await Store.Resources.FindPool(DirectoryKind.Domain, "shop", Stop));
    }

    private Task<SaveResult[]> Parallel(IEnumerable<Change> changes, Func<int, Task>? then = null) =>
        Task.WhenAll(changes.Select((change, i) => Task.Run(async () =>
        {
            var result = await Store.Changes.Save(change, Stop);
            if (then is not null)
                await then(i);
            return result;
        })));
}
