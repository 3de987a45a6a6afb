using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class AttemptConformance : StoreConformance
{
    private static readonly AttemptKey Key = new(5, new("07070707070707070707070707070707"));

    [Fact]
    public async Task Attempts_are_counted_by_pool_and_key()
    {
        Assert.Equal(default, await Store.Attempts.Find(Pool, Key, Stop));
        Assert.Equal(new Attempts(1, Sample.Now, Sample.Now), await Add(0));
        Assert.Equal(new Attempts(2, Sample.Now, Sample.Now.AddMinutes(5)), await Add(5));
        Assert.Equal(new Attempts(2, Sample.Now, Sample.Now.AddMinutes(5)), await Store.Attempts.Find(Pool, Key, Stop));
        Assert.Equal(default, await Store.Attempts.Find(Pool + 1, Key, Stop));
        Assert.Equal(default, await Store.Attempts.Find(Pool, Key with { Kind = 7 }, Stop));
    }

    [Fact]
    public async Task A_fixed_window_runs_from_the_first_attempt()
    {
        await Add(0);
        Assert.Equal(2, (await Add(59)).Count);
        Assert.Equal(new Attempts(1, Sample.Now.AddMinutes(60), Sample.Now.AddMinutes(60)), await Add(60));
    }

    [Fact]
    public async Task A_sliding_window_runs_from_the_last_attempt()
    {
        await Add(0, sliding: true);
        await Add(59, sliding: true);
        Assert.Equal(new Attempts(3, Sample.Now, Sample.Now.AddMinutes(118)), await Add(118, sliding: true));
        Assert.Equal(1, (await Add(178, sliding: true)).Count);
    }

    [Fact]
    public async Task Forgotten_attempts_begin_anew()
    {
        await Add(0);
        await Saved(new ForgetAttempts(Pool, Key), new ForgetAttempts(Pool, Key with { Kind = 1 }));
        Assert.Equal(default, await Store.Attempts.Find(Pool, Key, Stop));
        Assert.Equal(1, (await Add(1)).Count);
    }

    [Fact]
    public async Task Parallel_attempts_are_all_counted()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Add(0).AsTask())));
        Assert.Equal(Enumerable.Range(1, 64), counts.Select(c => c.Count).Order());
    }

    [Fact]
    public async Task A_change_is_saved_while_no_more_attempts_were_counted_than_it_allows()
    {
        var require = new RequireAttempts(Pool, Key, 1);
        await Saved(require);
        await Add(0);
        await Saved(require, new ForgetAttempts(Pool, Key with { Kind = 7 }));
        Assert.Equal(1, (await Store.Attempts.Find(Pool, Key, Stop)).Count);
        await Add(0);
        var session = new UseSession(Pool, Guid.NewGuid(), Sample.Now);
        await Refused(SaveOutcome.AlreadyUsed, session, require);
        Assert.False(await Store.SignIns.IsUsed(Pool, session.SignIn, Stop));
        await Saved(require with { Most = 2 }, require with { Pool = Pool + 1 }, require with { Key = Key with { Kind = 7 } });
        Assert.Equal(2, (await Store.Attempts.Find(Pool, Key, Stop)).Count);
    }

    [Fact]
    public async Task Of_guesses_made_at_once_no_more_count_than_would_one_by_one()
    {
        const int most = 4;
        var saved = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            await Add(0);
            var result = await Store.Changes.Save(new Change(new RequireAttempts(Pool, Key, most), new UseSession(Pool, Guid.NewGuid(), Sample.Now)), Stop);
            Assert.True(result.IsSaved || (result.Outcome is SaveOutcome.AlreadyUsed && result.Refused is RequireAttempts));
            return result.IsSaved;
        })));
        Assert.InRange(saved.Count(static one => one), 0, most);
        Assert.Equal(50, (await Store.Attempts.Find(Pool, Key, Stop)).Count);
    }

    private ValueTask<Attempts> Add(int minutes, bool sliding = false) =>
        Store.Attempts.Add(Pool, Key, Sample.Now.AddMinutes(minutes), TimeSpan.FromHours(1), sliding, Stop);
}
