using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class SearchConformance : StoreConformance
{
    [Fact]
    public async Task Equality_finds_those_of_the_attribute_and_value_by_sub()
    {
        var one = await WithTerm("name", "ann");
        var two = await WithTerm("name", "ann");
        await WithTerm("name", "anna");
        await WithTerm("nickname", "ann");
        Assert.Equal(new[] { one, two }.Order(), await Find("name", "ann", isPrefix: false));
    }

    [Fact]
    public async Task A_prefix_finds_by_value_then_sub()
    {
        var anna = await WithTerm("name", "anna");
        var ann = new[] { await WithTerm("name", "ann"), await WithTerm("name", "ann") };
        await WithTerm("name", "ana");
        await WithTerm("name", "ao");
        await WithTerm("name", "Ann");
        Assert.Equal([.. ann.Order(), anna], await Find("name", "ann", isPrefix: true));
    }

    [Theory]
    [InlineData("a\u007f")]
    [InlineData("\uffff")]
    [InlineData("\U0010ffff")]
    [InlineData("")]
    public async Task A_prefix_ends_where_it_should_whatever_its_last_character(string prefix)
    {
        var wanted = new[] { await WithTerm("name", prefix + "a"), await WithTerm("name", prefix + "b"), await WithTerm("name", prefix + "\U0010ffffz") };
        if (prefix.Length > 0)
        {
            await WithTerm("name", "a");
            await WithTerm("name", "b\u007f");
        }
        Assert.Equal(wanted, await Find("name", prefix, isPrefix: true));
    }

    [Fact]
    public async Task Pages_of_equal_values_lose_and_repeat_nobody()
    {
        var wanted = new List<(string, Guid)>();
        for (var i = 0; i < 12; i++)
            wanted.Add(($"v{i % 3}", await WithTerm("name", $"v{i % 3}")));
        wanted.Sort();

        var seen = new List<(string, Guid)>();
        (string, Guid)? after = null;
        Page<(User User, string Value)> page;
        do
        {
            page = await Store.Users.Search(Pool, "name", "v", isPrefix: true, after, 5, Stop);
            seen.AddRange(page.Items.Select(i => (i.Value, i.User.Sub)));
            after = seen[^1];
        }
        while (page.HasMore);
        Assert.Equal(wanted, seen);

        var first = await Store.Users.Search(Pool, "name", "v1", isPrefix: false, null, 3, Stop);
        var last = await Store.Users.Search(Pool, "name", "v1", isPrefix: false, ("v1", first.Items[^1].User.Sub), 3, Stop);
        Assert.True(first.HasMore);
        Assert.False(last.HasMore);
        Assert.Equal(wanted.Where(w => w.Item1 == "v1").Select(w => w.Item2), first.Items.Concat(last.Items).Select(i => i.User.Sub));
    }

    [Fact]
    public async Task Terms_change_with_the_user()
    {
        var user = Sample.User(Pool);
        await Saved(new PutUser(user, ["jane"], [], [new("name", "old"), new("email", "kept")], []));
        await Saved(new PutUser(user with { Version = 1 }, [], [], [new("name", "new"), new("email", "kept")], [new("name", "old")]));
        Assert.Empty(await Find("name", "old", isPrefix: false));
        Assert.Equal([user.Sub], await Find("name", "new", isPrefix: false));
        Assert.Equal([user.Sub], await Find("email", "kept", isPrefix: false));
    }

    [Fact]
    public async Task A_term_that_stays_may_stand_in_both_lists()
    {
        var user = Sample.User(Pool);
        await Saved(new PutUser(user, ["jane"], [], [new("name", "same")], []));
        await Saved(new PutUser(user with { Version = 1 }, [], [], [new("name", "same")], [new("name", "same")]));
        Assert.Equal([user.Sub], await Find("name", "same", isPrefix: false));
    }

    private async Task<Guid> WithTerm(string attribute, string value)
    {
        var user = Sample.User(Pool);
        await Saved(new PutUser(user, [], [], [new(attribute, value)], []));
        return user.Sub;
    }

    private async Task<IEnumerable<Guid>> Find(string attribute, string value, bool isPrefix)
    {
        var page = await Store.Users.Search(Pool, attribute, value, isPrefix, null, 60, Stop);
        Assert.False(page.HasMore);
        Assert.All(page.Items, item => Assert.StartsWith(value, item.Value, StringComparison.Ordinal));
        return page.Items.Select(item => item.User.Sub);
    }
}
