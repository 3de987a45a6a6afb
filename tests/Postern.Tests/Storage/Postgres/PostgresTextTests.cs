using System.Text;
using CsCheck;
using Postern.Storage;
using Postern.Storage.Postgres;

namespace Postern.Tests.Storage.Postgres;

public sealed class PostgresTextTests(Cluster cluster) : Databases(cluster)
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Int[0, 3], Gen.Int['a', 'b'], Gen.Int[0xd7fe, 0xd7ff], Gen.Int[0xe000, 0xe001], Gen.Int[0x10fffe, 0x10ffff])
        .Select(point => new Rune(point).ToString()).Array[0, 4].Select(string.Concat);

    [Fact]
    public void Text_comes_back_as_it_was_and_keeps_its_order_and_beginnings() => Gen.Select(Text, Text).Sample((one, other) =>
        StoredText.Read(StoredText.Of(one)) == one && !StoredText.Of(one).Contains('\0', StringComparison.Ordinal)
        && Math.Sign(Utf8Order.Compare(StoredText.Of(one), StoredText.Of(other))) == Math.Sign(Utf8Order.Compare(one, other))
        && StoredText.Of(one).StartsWith(StoredText.Of(other), StringComparison.Ordinal) == one.StartsWith(other, StringComparison.Ordinal));

    [Fact]
    public void A_prefix_ends_after_all_that_begin_with_it() => Gen.Select(Text, Text).Sample((prefix, text) =>
    {
        var (low, stored) = (StoredText.Of(prefix), StoredText.Of(text));
        var isWithin = Utf8Order.Compare(stored, low) >= 0 && (StoredText.EndOf(low) is not { } end || Utf8Order.Compare(stored, end) < 0);
        return isWithin == text.StartsWith(prefix, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("a\u0001b")]
    [InlineData("\u0001\u0001\u0002")]
    public async Task Text_that_PostgreSQL_can_not_keep_is_kept_all_the_same(string name)
    {
        var store = await Open();
        var user = Sample.User(1, name, ("name", name));
        await Saved(store, new PutUser(user, [name], [], [new("name", name)], []), new PutGroup(Sample.Group(1, name)));
        Same.Users(user with { Version = 1 }, await store.Users.Find(1, name, null, Stop));
        Assert.Equal(name, (await store.Groups.Find(1, name, Stop))!.Name);
        Assert.Equal(name, Assert.Single((await store.Users.Search(1, "name", name, isPrefix: true, null, 10, Stop)).Items).Value);
        Assert.Empty((await store.Users.Search(1, "name", "a", isPrefix: false, null, 10, Stop)).Items);
        Assert.Null(await store.Users.Find(1, name + "\0", null, Stop));
    }

    [Fact]
    public async Task Half_a_character_is_looked_for_as_the_replacement_that_SQLite_has_for_it()
    {
        var store = await Open();
        await Saved(store, new PutUser(Sample.User(1), ["a\ufffd"], [], [], []));
        Assert.NotNull(await store.Users.Find(1, "a\ud800", null, Stop));
        Assert.Null(await store.Users.Find(1, "b\udfff", null, Stop));
    }
}
