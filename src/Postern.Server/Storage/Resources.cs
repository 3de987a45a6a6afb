namespace Postern.Storage;

/// <summary>What a pool has under a name. Stored as a number: never reorder, only add.</summary>
public enum ResourceKind
{
    Client = 1,
    IdentityProvider = 2,
    ResourceServer = 3,
    Domain = 4,
    IdentityProviderIdentifier = 5,
    IdentityPoolRoles = 6,
    PrincipalTagMap = 7,
    UICustomization = 8,
    ManagedLoginBranding = 9,
    Terms = 10,

    /// <summary>The bytes of an image, of a style or a classic logo; never changed once written.</summary>
    BrandingAsset = 11,
}

/// <summary>A named part of a pool: an app client, an identity provider, a domain and so on.</summary>
/// <param name="Settings">The part's own settings as JSON, or an image's bytes; opaque here.</param>
/// <param name="Secret">What must be sealed at rest (client secrets, provider secrets); sealed by the caller, opaque here.</param>
public sealed record StoredResource(
    long Pool, ResourceKind Kind, string Name, ReadOnlyMemory<byte> Settings, ReadOnlyMemory<byte> Secret,
    DateTimeOffset Created, DateTimeOffset Modified, long Version);

/// <summary>Names that are looked up without a pool. Stored as a number: never reorder, only add.</summary>
public enum DirectoryKind
{
    Client = 1,
    Domain = 2,
    AccessKey = 3,
}

public interface IResourceStore
{
    ValueTask<StoredResource?> Find(long pool, ResourceKind kind, string name, CancellationToken stop);

    /// <summary>By name in byte order, after the name given (exclusive).</summary>
    ValueTask<Page<StoredResource>> List(long pool, ResourceKind kind, string? after, int limit, CancellationToken stop);

    /// <summary>Whether the pool has so many, or more.</summary>
    /// <param name="count">1 or more; so many names are walked.</param>
    ValueTask<bool> HasAtLeast(long pool, ResourceKind kind, int count, CancellationToken stop);

    /// <summary>The number of the pool that holds this name in the installation; null where none does.</summary>
    ValueTask<long?> FindPool(DirectoryKind kind, string name, CancellationToken stop);
}

/// <summary>Version 0: new, refused as NameTaken where the name exists. Else the row must still have <c>Resource.Version</c>.</summary>
public sealed record PutResource(StoredResource Resource) : Write;

/// <summary>The row must still have <c>Resource.Version</c>.</summary>
public sealed record DeleteResource(StoredResource Resource) : Write;

/// <summary>Takes a name of the whole installation for a pool; NameTaken where any pool holds it.</summary>
public sealed record ClaimName(DirectoryKind Kind, string Name, long Pool) : Write;

/// <summary>Gives a name of the installation back; nothing happens where the pool does not hold it.</summary>
public sealed record ReleaseName(DirectoryKind Kind, string Name, long Pool) : Write;
