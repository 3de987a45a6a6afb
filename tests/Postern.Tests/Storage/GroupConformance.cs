using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class GroupConformance : StoreConformance
{
    [Fact]
    public async Task A_group_comes_back_as_it_was_saved()
    {
        var staff = Sample.Group(Pool, "staff", 0);
        var bare = new StoredGroup(Pool, "bare", null, null, null, Sample.Now, Sample.Now, 0);
        await Saved(new PutGroup(staff), new PutGroup(bare));
        Assert.Equal(staff with { Version = 1 }, await Store.Groups.Find(Pool, "staff", Stop));
        Assert.Equal(bare with { Version = 1 }, await Store.Groups.Find(Pool, "bare", Stop));
        Assert.Null(await Store.Groups.Find(Pool, "Staff", Stop));
        Assert.Null(await Store.Groups.Find(Pool + 1, "staff", Stop));
    }

    [Fact]
    public async Task Versions_guard_a_group()
    {
        var staff = Sample.Group(Pool, "staff");
        await Saved(new PutGroup(staff));
        await Refused(SaveOutcome.NameTaken, new PutGroup(staff));
        await Saved(new PutGroup(staff with { Precedence = 7, Description = null, Version = 1 }));
        await Refused(SaveOutcome.VersionLost, new PutGroup(staff with { Version = 1 }));
        Assert.Equal(staff with { Precedence = 7, Description = null, Version = 2 }, await Store.Groups.Find(Pool, "staff", Stop));
    }

    [Fact]
    public async Task Groups_are_listed_by_name()
    {
        foreach (var name in new[] { "c", "a", "b", "B" })
            await Saved(new PutGroup(Sample.Group(Pool, name)));
        await Saved(new PutGroup(Sample.Group(Pool + 1, "d")));
        var first = await Store.Groups.List(Pool, null, 2, Stop);
        Assert.Equal(["B", "a"], first.Items.Select(g => g.Name));
        Assert.True(first.HasMore);
        var rest = await Store.Groups.List(Pool, "a", 2, Stop);
        Assert.Equal(["b", "c"], rest.Items.Select(g => g.Name));
        Assert.False(rest.HasMore);
    }

    [Fact]
    public async Task Members_join_and_leave_any_number_of_times()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        await Saved(new PutGroup(Sample.Group(Pool, "staff")));
        await Saved(new AddMember(Pool, "staff", user.Sub, Sample.Now), new AddMember(Pool, "staff", user.Sub, Sample.Now.AddDays(1)));
        Same.Users(user, Assert.Single((await Store.Groups.ListUsers(Pool, "staff", null, 10, Stop)).Items));
        await Saved(new RemoveMember(Pool, "staff", user.Sub), new RemoveMember(Pool, "staff", user.Sub), new RemoveMember(Pool, "none", user.Sub));
        Assert.Empty((await Store.Groups.ListUsers(Pool, "staff", null, 10, Stop)).Items);
        Assert.Empty(await Store.Groups.ListForUser(Pool, user.Sub, Stop));
    }

    [Fact]
    public async Task A_member_needs_the_group_and_the_user()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        await Saved(new PutGroup(Sample.Group(Pool, "staff")));
        await Refused(SaveOutcome.VersionLost, new AddMember(Pool, "gone", user.Sub, Sample.Now));
        await Refused(SaveOutcome.VersionLost, new AddMember(Pool, "staff", Guid.NewGuid(), Sample.Now));
        await Refused(SaveOutcome.VersionLost, new AddMember(Pool + 1, "staff", user.Sub, Sample.Now));
    }

    [Fact]
    public async Task Members_are_listed_by_sub_in_pages()
    {
        await Saved(new PutGroup(Sample.Group(Pool, "staff")), new PutGroup(Sample.Group(Pool, "others")));
        var subs = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            var user = await SavedUser(Sample.User(Pool, $"user{i}"));
            await Saved(new AddMember(Pool, i == 6 ? "others" : "staff", user.Sub, Sample.Now));
            if (i < 6)
                subs.Add(user.Sub);
        }
        subs.Sort();
        var first = await Store.Groups.ListUsers(Pool, "staff", null, 4, Stop);
        Assert.Equal(subs[..4], first.Items.Select(u => u.Sub));
        Assert.True(first.HasMore);
        var rest = await Store.Groups.ListUsers(Pool, "staff", subs[3], 4, Stop);
        Assert.Equal(subs[4..], rest.Items.Select(u => u.Sub));
        Assert.False(rest.HasMore);
    }

    [Fact]
    public async Task A_deleted_group_is_gone_with_its_members_and_one_of_its_name_begins_empty()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        await Saved(new PutGroup(Sample.Group(Pool, "staff")), new PutGroup(Sample.Group(Pool, "kept")));
        await Saved(new AddMember(Pool, "staff", user.Sub, Sample.Now), new AddMember(Pool, "kept", user.Sub, Sample.Now));
        await Saved(new DeleteGroup(Pool, "staff"), new DeleteGroup(Pool, "never"));

        Assert.Null(await Store.Groups.Find(Pool, "staff", Stop));
        Assert.Equal("kept", Assert.Single(await Store.Groups.ListForUser(Pool, user.Sub, Stop)).Name);
        Assert.Equal("kept", Assert.Single((await Store.Users.FindForSignIn(Pool, "jane", null, default, Stop)).Groups).Name);
        await Saved(new PutGroup(Sample.Group(Pool, "staff")));
        Assert.Empty((await Store.Groups.ListUsers(Pool, "staff", null, 10, Stop)).Items);
        while (await Store.Installation.Purge(Sample.Now, 10, Stop) > 0)
        {
        }
        Assert.Equal("kept", Assert.Single(await Store.Groups.ListForUser(Pool, user.Sub, Stop)).Name);
    }
}
