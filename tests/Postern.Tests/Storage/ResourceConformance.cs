using Postern.Storage;

namespace Postern.Tests.Storage;

public abstract class ResourceConformance : StoreConformance
{
    [Fact]
    public async Task A_resource_comes_back_as_it_was_saved()
    {
        var client = Sample.Client(Pool);
        await Saved(new PutResource(client));
        Same.Resources(client with { Version = 1 }, await Store.Resources.Find(Pool, ResourceKind.Client, "app", Stop));
        Assert.Null(await Store.Resources.Find(Pool, ResourceKind.Domain, "app", Stop));
        Assert.Null(await Store.Resources.Find(Pool, ResourceKind.Client, "App", Stop));
        Assert.Null(await Store.Resources.Find(Pool + 1, ResourceKind.Client, "app", Stop));
    }

    [Fact]
    public async Task A_resource_without_settings_and_secret_is_one()
    {
        var bare = Sample.Client(Pool) with { Settings = default, Secret = default };
        await Saved(new PutResource(bare));
        Same.Resources(bare with { Version = 1 }, await Store.Resources.Find(Pool, ResourceKind.Client, "app", Stop));
    }

    [Fact]
    public async Task Versions_guard_a_resource()
    {
        var client = Sample.Client(Pool);
        await Saved(new PutResource(client));
        await Refused(SaveOutcome.NameTaken, new PutResource(client));
        await Saved(new PutResource(client with { Secret = "other"u8.ToArray(), Version = 1 }));
        await Refused(SaveOutcome.VersionLost, new PutResource(client with { Version = 1 }));
        await Refused(SaveOutcome.VersionLost, new DeleteResource(client with { Version = 1 }));
        await Saved(new DeleteResource(client with { Version = 2 }));
        await Refused(SaveOutcome.VersionLost, new DeleteResource(client with { Version = 2 }));
        Assert.Null(await Store.Resources.Find(Pool, ResourceKind.Client, "app", Stop));
    }

    [Fact]
    public async Task Resources_are_listed_by_the_bytes_of_their_names()
    {
        // By bytes a character beyond the basic plane comes after all others; by UTF-16 units it would not.
        string[] names = ["Z", "a", "é", "\uff5e", "\U0001f600"];
        foreach (var name in names.Reverse())
            await Saved(new PutResource(Sample.Client(Pool, name)));
        await Saved(new PutResource(Sample.Client(Pool, "b") with { Kind = ResourceKind.ResourceServer }), new PutResource(Sample.Client(Pool + 1, "b")));

        var first = await Store.Resources.List(Pool, ResourceKind.Client, null, 3, Stop);
        Assert.Equal(names[..3], first.Items.Select(r => r.Name));
        Assert.True(first.HasMore);
        var rest = await Store.Resources.List(Pool, ResourceKind.Client, names[2], 3, Stop);
        Assert.Equal(names[3..], rest.Items.Select(r => r.Name));
        Assert.False(rest.HasMore);
    }

    [Fact]
    public async Task Whether_a_pool_has_so_many_resources_of_a_kind_is_told()
    {
        Assert.False(await Store.Resources.HasAtLeast(Pool, ResourceKind.Client, 1, Stop));
        foreach (var name in new[] { "a", "b", "c" })
            await Saved(new PutResource(Sample.Client(Pool, name)));
        await Saved(new PutResource(Sample.Client(Pool, "d") with { Kind = ResourceKind.ResourceServer }), new PutResource(Sample.Client(Pool + 1, "e")));
        Assert.True(await Store.Resources.HasAtLeast(Pool, ResourceKind.Client, 3, Stop));
        Assert.False(await Store.Resources.HasAtLeast(Pool, ResourceKind.Client, 4, Stop));
    }

    [Fact]
    public async Task A_name_of_the_installation_has_one_holder()
    {
        await Saved(new ClaimName(DirectoryKind.Domain, "shop", Pool));
        await Refused(SaveOutcome.NameTaken, new ClaimName(DirectoryKind.Domain, "shop", Pool + 1));
        await Refused(SaveOutcome.NameTaken, new ClaimName(DirectoryKind.Domain, "shop", Pool));
        await Saved(new ClaimName(DirectoryKind.Client, "shop", Pool + 1));
        Assert.Equal(Pool, await Store.Resources.FindPool(DirectoryKind.Domain, "shop", Stop));
        Assert.Equal(Pool + 1, await Store.Resources.FindPool(DirectoryKind.Client, "shop", Stop));
        Assert.Null(await Store.Resources.FindPool(DirectoryKind.Domain, "Shop", Stop));
    }

    [Fact]
    public async Task Only_the_holder_gives_a_name_back()
    {
        await Saved(new ClaimName(DirectoryKind.Domain, "shop", Pool));
        await Saved(new ReleaseName(DirectoryKind.Domain, "shop", Pool + 1));
        Assert.Equal(Pool, await Store.Resources.FindPool(DirectoryKind.Domain, "shop", Stop));
        await Saved(new ReleaseName(DirectoryKind.Domain, "shop", Pool));
        await Saved(new ReleaseName(DirectoryKind.Domain, "shop", Pool));
        await Saved(new ClaimName(DirectoryKind.Domain, "shop", Pool + 1));
    }
}
