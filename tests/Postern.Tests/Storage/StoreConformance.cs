using Postern.Storage;

namespace Postern.Tests.Storage;

/// <summary>What the conformance tests share: a store that is empty at the start of each, and a pool in it.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    private IStore? store;

    protected IStore Store => store!;

    /// <summary>The number of the pool that a test uses if it wants but one.</summary>
    protected long Pool { get; } = Sample.Number();

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>An empty store that no other test uses.</summary>
    protected abstract ValueTask<IStore> Open();

    public async ValueTask InitializeAsync()
    {
        store = await Open();
        await Saved(new PutPool(Sample.Pool(Pool)));
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task Saved(params Write[] writes) => Assert.Equal(default, await Store.Changes.Save(new Change(writes), Stop));

    /// <summary>A change that must be refused at its last write.</summary>
    protected async Task Refused(SaveOutcome outcome, params Write[] writes)
    {
        var result = await Store.Changes.Save(new Change(writes), Stop);
        Assert.Equal(outcome, result.Outcome);
        Assert.Same(writes[^1], result.Refused);
    }

    protected async Task<User> SavedUser(User user, params string[] names)
    {
        await Saved(new PutUser(user, names, [], [], []));
        return user with { Version = user.Version + 1 };
    }
}
