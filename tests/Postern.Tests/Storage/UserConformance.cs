using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class UserConformance : StoreConformance
{
    private static readonly AttemptKey OfNobody = new(1, new("0102030405060708090a0b0c0d0e0f10"));

    [Fact]
    public async Task A_user_comes_back_as_it_was_saved_by_any_name_and_by_sub()
    {
        var user = await SavedUser(
            Sample.User(Pool, "Jane", ("email", "jane@example.com"), ("custom:größe", "😀"), ("empty", ""), ("name", new string('n', 2048))),
            "jane", "jane@example.com");
        Same.Users(user, await Store.Users.Find(Pool, "jane", null, Stop));
        Same.Users(user, await Store.Users.Find(Pool, "jane@example.com", null, Stop));
        Same.Users(user, await Store.Users.Find(Pool, user.Sub.ToString(), user.Sub, Stop));
    }

    [Fact]
    public async Task A_user_without_password_attributes_and_state_is_one()
    {
        var user = await SavedUser(
            Sample.User(Pool) with { Salt = default, Verifier = default, State = default, PasswordSet = default, Enabled = false }, "jane");
        Same.Users(user, await Store.Users.Find(Pool, "jane", null, Stop));
    }

    [Fact]
    public async Task A_sub_goes_before_a_name_that_looks_like_it()
    {
        var jane = await SavedUser(Sample.User(Pool), "jane");
        await SavedUser(Sample.User(Pool, jane.Sub.ToString()), jane.Sub.ToString());
        Same.Users(jane, await Store.Users.Find(Pool, jane.Sub.ToString(), jane.Sub, Stop));
    }

    [Fact]
    public async Task Nobody_is_found_by_another_name_or_in_another_pool()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        Assert.Null(await Store.Users.Find(Pool, "Jane", null, Stop));
        Assert.Null(await Store.Users.Find(Pool, "jan", Guid.NewGuid(), Stop));
        Assert.Null(await Store.Users.Find(Pool + 1, "jane", user.Sub, Stop));
        Assert.Null(await Store.Users.FindForToken(Pool + 1, user.Sub, Guid.NewGuid(), Stop));
    }

    [Fact]
    public async Task A_name_belongs_to_one_user_of_a_pool()
    {
        var jane = await SavedUser(Sample.User(Pool), "jane");
        await Refused(SaveOutcome.NameTaken, new PutUser(Sample.User(Pool), ["other", "jane"], [], [], []));
        Assert.Null(await Store.Users.Find(Pool, "other", null, Stop));
        await SavedUser(Sample.User(Pool + 1), "jane");
        await Refused(SaveOutcome.NameTaken, new PutUser(Sample.User(Pool) with { Sub = jane.Sub }, ["third"], [], [], []));
        await SavedUser(jane, "jane");
    }

    [Fact]
    public async Task Names_are_given_back_and_taken_in_one_change()
    {
        var jane = await SavedUser(Sample.User(Pool), "jane", "old@example.com");
        var john = await SavedUser(Sample.User(Pool, "john"), "john");
        await Saved(
            new PutUser(jane, ["new@example.com"], ["old@example.com", "john"], [], []),
            new PutUser(john, ["old@example.com"], [], [], []));
        Assert.Equal(john.Sub, (await Store.Users.Find(Pool, "old@example.com", null, Stop))!.Sub);
        Assert.Equal(jane.Sub, (await Store.Users.Find(Pool, "new@example.com", null, Stop))!.Sub);
        Assert.Equal(john.Sub, (await Store.Users.Find(Pool, "john", null, Stop))!.Sub);
    }

    [Fact]
    public async Task A_change_of_an_old_version_is_lost_and_leaves_nothing()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        var changed = await SavedUser(user with { Status = UserStatus.RESET_REQUIRED, SignOuts = 4, Modified = Sample.Now.AddDays(1) });
        await Refused(SaveOutcome.VersionLost, new PutUser(user, ["second"], ["jane"], [], []));
        await Refused(SaveOutcome.VersionLost, new DeleteUser(user, ["jane"], []));
        Same.Users(changed, await Store.Users.Find(Pool, "jane", null, Stop));
        Assert.Null(await Store.Users.Find(Pool, "second", null, Stop));
    }

    [Fact]
    public async Task A_deleted_user_leaves_no_name_term_membership_or_code()
    {
        var user = Sample.User(Pool);
        SearchTerm[] terms = [new("email", "jane@example.com")];
        await Saved(new PutUser(user, ["jane"], [], terms, []), new PutGroup(Sample.Group(Pool, "staff")), new PutCode(Sample.Code(Pool, user.Sub)));
        await Saved(new AddMember(Pool, "staff", user.Sub, Sample.Now));
        await Saved(new DeleteUser(user with { Version = 1 }, ["jane"], terms));

        Assert.Null(await Store.Users.Find(Pool, "jane", user.Sub, Stop));
        Assert.Empty((await Store.Users.Search(Pool, "email", "jane@example.com", false, null, 10, Stop)).Items);
        Assert.Empty((await Store.Groups.ListUsers(Pool, "staff", null, 10, Stop)).Items);
        Assert.Null(await Store.Codes.Find(Pool, user.Sub, CodePurpose.SignUp, Stop));
        await Refused(SaveOutcome.VersionLost, new PutUser(user with { Version = 1 }, [], [], [], []));
        await SavedUser(Sample.User(Pool), "jane");
    }

    [Fact]
    public async Task A_sign_in_sees_groups_in_order_and_failed_attempts()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        (string Name, int? Precedence)[] groups = [("z", 1), ("\U0001f600", null), ("\uff5e", null), ("b", 5), ("a", 5), ("m", int.MaxValue)];
        foreach (var (name, precedence) in groups)
            await Saved(new PutGroup(Sample.Group(Pool, name, precedence)), new AddMember(Pool, name, user.Sub, Sample.Now));
        await Saved(new PutGroup(Sample.Group(Pool, "not-hers", 0)));
        var attempts = OfNobody with { Who = user.Sub };
        await Store.Attempts.Add(Pool, attempts, Sample.Now, TimeSpan.FromHours(1), false, Stop);
        await Store.Attempts.Add(Pool, attempts with { Kind = 2 }, Sample.Now, TimeSpan.FromHours(1), false, Stop);
        await Store.Attempts.Add(Pool, OfNobody, Sample.Now, TimeSpan.FromHours(1), false, Stop);
        await Store.Attempts.Add(Pool, attempts, Sample.Now.AddMinutes(1), TimeSpan.FromHours(1), false, Stop);

        var view = await Store.Users.FindForSignIn(Pool, "jane", null, OfNobody, Stop);
        Same.Users(user, view.User);
        Assert.Equal(["z", "a", "b", "m", "\uff5e", "\U0001f600"], view.Groups.Select(g => g.Name));
        Assert.Equal(Sample.Group(Pool, "z", 1) with { Version = 1 }, view.Groups[0]);
        Assert.Equal(new Attempts(2, Sample.Now, Sample.Now.AddMinutes(1)), view.FailedAttempts);
        Assert.Equal(view.Groups, await Store.Groups.ListForUser(Pool, user.Sub, Stop));
    }

    [Fact]
    public async Task A_sign_in_of_nobody_sees_the_attempts_all_the_same()
    {
        await Store.Attempts.Add(Pool, OfNobody, Sample.Now, TimeSpan.FromHours(1), false, Stop);
        var view = await Store.Users.FindForSignIn(Pool, "nobody", null, OfNobody, Stop);
        Assert.Null(view.User);
        Assert.Empty(view.Groups);
        Assert.Equal(1, view.FailedAttempts.Count);
    }

    [Fact]
    public async Task A_sign_in_by_sub_without_groups_and_attempts_sees_none()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        var view = await Store.Users.FindForSignIn(Pool, "nobody", user.Sub, OfNobody, Stop);
        Same.Users(user, view.User);
        Assert.Empty(view.Groups);
        Assert.Equal(default, view.FailedAttempts);
    }

    [Fact]
    public async Task A_token_sees_whether_it_is_revoked()
    {
        var user = await SavedUser(Sample.User(Pool), "jane");
        var jti = Guid.NewGuid();
        Assert.False((await Store.Users.FindForToken(Pool, user.Sub, jti, Stop))!.IsRevoked);
        await Saved(new Revoke(Pool, jti, Sample.Now));
        var view = await Store.Users.FindForToken(Pool, user.Sub, jti, Stop);
        Assert.True(view!.IsRevoked);
        Same.Users(user, view.User);
        Assert.False((await Store.Users.FindForToken(Pool, user.Sub, Guid.NewGuid(), Stop))!.IsRevoked);
        Assert.Null(await Store.Users.FindForToken(Pool, Guid.NewGuid(), jti, Stop));
    }

    [Fact]
    public async Task All_users_are_listed_by_sub_in_pages()
    {
        var subs = new List<Guid>();
        for (var i = 0; i < 25; i++)
            subs.Add((await SavedUser(Sample.User(Pool, $"user{i}"), $"user{i}")).Sub);
        await SavedUser(Sample.User(Pool + 1), "other");

        var seen = new List<Guid>();
        Guid? after = null;
        bool more;
        do
        {
            var page = await Store.Users.List(Pool, after, 10, Stop);
            seen.AddRange(page.Items.Select(u => u.Sub));
            after = seen[^1];
            more = page.HasMore;
        }
        while (more);
        Assert.Equal(subs.Order(), seen);
    }
}
