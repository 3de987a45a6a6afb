namespace Postern.Storage;

/// <param name="Precedence">Lower wins; null is last.</param>
public sealed record StoredGroup(
    long Pool, string Name, string? Description, string? RoleArn, int? Precedence,
    DateTimeOffset Created, DateTimeOffset Modified, long Version);

public interface IGroupStore
{
    ValueTask<StoredGroup?> Find(long pool, string name, CancellationToken stop);

    ValueTask<Page<StoredGroup>> List(long pool, string? after, int limit, CancellationToken stop);

    /// <summary>All groups of a user, by precedence (none last), then name.</summary>
    ValueTask<IReadOnlyList<StoredGroup>> ListForUser(long pool, Guid sub, CancellationToken stop);

    /// <summary>Members by sub, after the sub given (exclusive).</summary>
    ValueTask<Page<User>> ListUsers(long pool, string group, Guid? after, int limit, CancellationToken stop);
}

/// <summary>Version 0: new, refused as NameTaken where it exists. Else the row must still have <c>Group.Version</c>.</summary>
public sealed record PutGroup(StoredGroup Group) : Write;

/// <summary>Removes the group and its memberships.</summary>
public sealed record DeleteGroup(long Pool, string Name) : Write;

/// <summary>Idempotent. VersionLost where group or user do not exist any more.</summary>
public sealed record AddMember(long Pool, string Group, Guid Sub, DateTimeOffset At) : Write;

/// <summary>Idempotent.</summary>
public sealed record RemoveMember(long Pool, string Group, Guid Sub) : Write;
