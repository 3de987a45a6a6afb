using Postern.Storage;

namespace Postern.Tests.Storage;

/// <summary>Calls everything that a store has, so that each of its statements is met; what it answers is another test's.</summary>
internal static class StoreCalls
{
    private static readonly byte[] Key = [1];
    private static readonly AttemptKey Attempted = new(1, default);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task All(IStore store)
    {
        await Read(store);
        await Write(store);
    }

    private static async Task Read(IStore store)
    {
        var sub = Guid.NewGuid();
        await store.Pools.Find(PoolKind.UserPool, "a", Stop);
        await store.Pools.Find(1, Stop);
        await store.Pools.List(PoolKind.UserPool, "a", "b", null, 1, Stop);
        await store.Pools.EstimatedNumberOfUsers(1, Stop);
        await store.Resources.Find(1, ResourceKind.Client, "a", Stop);
        await store.Resources.List(1, ResourceKind.Client, null, 1, Stop);
        await store.Resources.List(1, ResourceKind.Client, "a", 1, Stop);
        await store.Resources.HasAtLeast(1, ResourceKind.Client, 1, Stop);
        await store.Resources.FindPool(DirectoryKind.Client, "a", Stop);
        await store.Users.Find(1, "a", sub, Stop);
        await store.Users.FindForSignIn(1, "a", sub, Attempted, Stop);
        await store.Users.FindForToken(1, sub, sub, Stop);
        await store.Users.List(1, null, 1, Stop);
        foreach (var (value, isPrefix) in new[] { ("b", false), ("b", true), ("", true) })
        {
            await store.Users.Search(1, "a", value, isPrefix, null, 1, Stop);
            await store.Users.Search(1, "a", value, isPrefix, ("b", sub), 1, Stop);
        }
        await store.UserParts.Find(1, sub, UserPartKind.Device, "a", Stop);
        await store.UserParts.List(1, sub, UserPartKind.Device, null, 1, Stop);
        await store.UserParts.List(1, sub, UserPartKind.Device, "a", 1, Stop);
        await store.Groups.Find(1, "a", Stop);
        await store.Groups.List(1, null, 1, Stop);
        await store.Groups.ListForUser(1, sub, Stop);
        await store.Groups.ListUsers(1, "a", null, 1, Stop);
        await store.Codes.Find(1, sub, CodePurpose.SignUp, Stop);
        await store.SignIns.IsRevoked(1, sub, Stop);
        await store.SignIns.IsUsed(1, sub, Stop);
        await store.SignIns.FindRotation(1, sub, Stop);
        await store.Attempts.Find(1, Attempted, Stop);
        await store.Attempts.Add(1, Attempted, Sample.Now, TimeSpan.FromHours(1), false, Stop);
        await store.Attempts.Add(1, Attempted, Sample.Now, TimeSpan.FromHours(1), true, Stop);
        await store.Keys.SigningKeys(1, Stop);
        await store.Keys.FindPool("a", Stop);
        await store.Keys.CountStock(Stop);
        await store.Keys.AddToStock(Sample.Key("stock"), Stop);
        var pool = Sample.Number();
        var drawn = await store.Keys.DrawSigningKeys(pool, [Sample.Key(Guid.NewGuid().ToString()), Sample.Key(Guid.NewGuid().ToString())], Stop);
        await store.Keys.RotateSigningKeys(
            pool, [.. drawn!.Select(static key => key.Key.Kid)], [new(pool, SigningKeyUse.IdToken, Sample.Key(Guid.NewGuid().ToString()))], Sample.Now, Stop);
        await store.Keys.PoolsWithKeys(0, 1, Stop);
        await store.Keys.Ring(Stop);
        await store.Keys.AddToRing(new(1, Key, Sample.Now), Stop);
        await store.Messages.Find(sub, Stop);
        await store.Messages.List(null, null, 1, Stop);
        await store.Messages.List(null, 1, 1, Stop);
        await store.Messages.List("a", null, 1, Stop);
        await store.Messages.List("a", 1, 1, Stop);
        await store.Messages.Due(Sample.Now, 1, Stop);
        await store.Messages.Clear(Stop);
        await store.Installation.TryLease("a", sub, Sample.Now, TimeSpan.FromMinutes(1), Stop);
        await store.Installation.Get("a", Stop);
        await store.Installation.Set("a", Key, Stop);
        await store.Installation.GetOrSet("a", Key, Stop);
        foreach (var column in Enum.GetValues<SealedColumn>())
        {
            await store.Sealed.List(column, null, 1, Stop);
            await store.Sealed.Replace([new(new(column), Key, Key)], Stop);
        }
    }

    private static async Task Write(IStore store)
    {
        var pool = Sample.Pool(Sample.Number());
        var user = Sample.User(pool.Number);
        var group = Sample.Group(pool.Number, "staff");
        var client = Sample.Client(pool.Number);
        var code = Sample.Code(pool.Number, user.Sub);
        var part = Sample.Part(pool.Number, user.Sub);
        var message = Sample.Message(pool.Number);
        SearchTerm[] terms = [new("name", "jane")];
        var rotation = new Rotation(pool.Number, user.Sub, 1, Sample.Now, Sample.Now);
        await store.Changes.Save(
            new(
                new PutPool(pool), new PutPool(pool with { Version = 1 }), new PutUser(user, ["jane"], [], terms, []),
                new PutUser(user with { Version = 1 }, ["jane"], ["x"], terms, terms), new PutGroup(group), new PutGroup(group with { Version = 1 }),
                new AddMember(pool.Number, "staff", user.Sub, Sample.Now), new RemoveMember(pool.Number, "staff", user.Sub),
                new PutUserPart(part), new PutUserPart(part with { Version = 1 }), new ReplaceUserPart(part), new DeleteUserPart(part with { Version = 3 }),
                new DropUserPart(pool.Number, user.Sub, part.Kind, part.Name), new RequireAttempts(pool.Number, Attempted, 1),
                new PutCode(code), new UseCode(code), new DropCode(pool.Number, user.Sub, CodePurpose.SignUp),
                new QueueMessage(message), new PutMessage(message), new DropMessage(message.Id), new ForgetAttempts(pool.Number, Attempted),
                new UseSession(pool.Number, user.Sub, Sample.Now), new Revoke(pool.Number, user.Sub, Sample.Now), new PutRotation(rotation),
                new PutRotation(rotation with { Generation = 2 }),
                new PutResource(client), new PutResource(client with { Version = 1 }), new DeleteResource(client with { Version = 2 }),
                new ClaimName(DirectoryKind.Client, client.Name, pool.Number), new ReleaseName(DirectoryKind.Client, client.Name, pool.Number),
                new DeleteGroup(pool.Number, "staff")),
            Stop);
        Assert.True((await store.Installation.Purge(Sample.Now, 1000, Stop)) > 0);
        var result = await store.Changes.Save(
            new(new DeleteUser(user with { Version = 2 }, ["jane"], terms), new DeletePool(pool with { Version = 2 })), Stop);
        Assert.True(result.IsSaved);
        await store.Installation.Purge(Sample.Now, 1000, Stop);
    }
}
