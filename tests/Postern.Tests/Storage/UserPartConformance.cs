using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class UserPartConformance : StoreConformance
{
    private readonly Guid sub = Guid.NewGuid();

    private UserPart Phone => Sample.Part(Pool, sub);

    [Fact]
    public async Task A_part_is_read_back_as_it_was_saved()
    {
        Assert.Null(await Find());
        await Saved(new PutUserPart(Phone));
        var read = await Find();
        Assert.Equal(1, read!.Version);
        var endless = Sample.Part(Pool, sub, "é \0 日本") with { Expires = null, Secret = default, Data = default };
        await Saved(new PutUserPart(endless));
        Same.Parts(endless with { Version = 1 }, await Find(endless.Name));
        var part = Phone;
        await Saved(new PutUserPart(part with { Name = "tablet" }));
        Same.Parts(part with { Name = "tablet", Version = 1 }, await Find("tablet"));
    }

    [Fact]
    public async Task A_new_part_is_refused_where_the_user_has_one_of_its_kind_and_name()
    {
        await Saved(new PutUserPart(Phone));
        await Refused(SaveOutcome.NameTaken, new PutUserPart(Phone));
        await Saved(
            new PutUserPart(Phone with { Kind = UserPartKind.Passkey }), new PutUserPart(Phone with { Sub = Guid.NewGuid() }), new PutUserPart(Phone with { Pool = Pool + 1 }),
            new PutUserPart(Phone with { Name = "Phone" }));
    }

    [Fact]
    public async Task A_part_is_changed_by_whoever_read_it_last()
    {
        await Refused(SaveOutcome.VersionLost, new PutUserPart(Phone with { Version = 1 }));
        await Saved(new PutUserPart(Phone));
        var changed = Phone with { Version = 1, Expires = null, Data = new byte[] { 7 } };
        await Saved(new PutUserPart(changed));
        Same.Parts(changed with { Version = 2 }, await Find());
        await Refused(SaveOutcome.VersionLost, new PutUserPart(changed));
    }

    [Fact]
    public async Task A_replacement_needs_to_know_nothing_of_what_stands_there_and_its_version_counts_on()
    {
        var part = Phone;
        await Saved(new ReplaceUserPart(part));
        Same.Parts(part with { Version = 1 }, await Find());
        var later = Phone with { Expires = null, Created = Sample.Now.AddHours(1) };
        await Saved(new ReplaceUserPart(later));
        Same.Parts(later with { Version = 2 }, await Find());
        await Refused(SaveOutcome.VersionLost, new PutUserPart(part with { Version = 1 }));
        await Saved(new PutUserPart(part with { Version = 2 }));
    }

    [Fact]
    public async Task A_part_is_deleted_as_it_was_read_and_once()
    {
        await Saved(new PutUserPart(Phone), new PutUserPart(Phone with { Version = 1 }));
        await Refused(SaveOutcome.VersionLost, new DeleteUserPart(Phone with { Version = 1 }));
        await Saved(new DeleteUserPart(Phone with { Version = 2 }));
        Assert.Null(await Find());
        await Refused(SaveOutcome.VersionLost, new DeleteUserPart(Phone with { Version = 2 }));
    }

    [Fact]
    public async Task A_part_is_dropped_whatever_became_of_it()
    {
        await Saved(new PutUserPart(Phone), new PutUserPart(Phone with { Kind = UserPartKind.Session }));
        await Saved(new DropUserPart(Pool, sub, UserPartKind.Device, "phone"), new DropUserPart(Pool, sub, UserPartKind.Device, "phone"));
        Assert.Null(await Find());
        Assert.NotNull(await Store.UserParts.Find(Pool, sub, UserPartKind.Session, "phone", Stop));
    }

    [Fact]
    public async Task Of_many_who_delete_a_part_at_once_one_did()
    {
        await Saved(new PutUserPart(Phone));
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() =>
            Store.Changes.Save(new Change(new DeleteUserPart(Phone with { Version = 1 })), Stop).AsTask())));
        Assert.Single(results, static result => result.IsSaved);
    }

    [Fact]
    public async Task A_users_parts_of_a_kind_are_listed_by_name_in_pages()
    {
        string[] names = ["a", "B", "b", "é", "z"];
        foreach (var name in names)
        {
            await Saved(
                new PutUserPart(Phone with { Name = name }), new PutUserPart(Phone with { Name = name + "2", Kind = UserPartKind.Passkey }),
                new PutUserPart(Phone with { Name = name + "3", Sub = Guid.NewGuid() }));
        }
        Array.Sort(names, StringComparer.Ordinal);
        for (var limit = 1; limit <= 6; limit++)
        {
            var found = new List<string>();
            Page<UserPart> page;
            do
            {
                page = await Store.UserParts.List(Pool, sub, UserPartKind.Device, found.LastOrDefault(), limit, Stop);
                Assert.InRange(page.Items.Count, 1, limit);
                found.AddRange(page.Items.Select(static part => part.Name));
            }
            while (page.HasMore);
            Assert.Equal(names, found);
        }
    }

    [Fact]
    public async Task A_deleted_user_takes_its_parts_along()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        await Saved(new PutUserPart(Sample.Part(Pool, user.Sub)), new PutUserPart(Sample.Part(Pool, user.Sub, kind: UserPartKind.Passkey)), new PutUserPart(Phone));
        await Saved(new DeleteUser(user, ["jane"], []));
        Assert.Null(await Store.UserParts.Find(Pool, user.Sub, UserPartKind.Device, "phone", Stop));
        Assert.Null(await Store.UserParts.Find(Pool, user.Sub, UserPartKind.Passkey, "phone", Stop));
        Assert.NotNull(await Find());
    }

    private ValueTask<UserPart?> Find(string name = "phone") => Store.UserParts.Find(Pool, sub, UserPartKind.Device, name, Stop);
}
