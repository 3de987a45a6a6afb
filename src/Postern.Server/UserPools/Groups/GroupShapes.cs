using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Groups;

/// <summary>Finds groups, and shows them as answers do: what is unset is absent.</summary>
public static class GroupShapes
{
    /// <exception cref="ResourceNotFoundException">The pool has no such group. Names of groups have case.</exception>
    public static async ValueTask<StoredGroup> Get(this IGroupStore groups, UserPool pool, string name, CancellationToken stop) =>
        await groups.Find(pool.Number, name, stop) ?? throw NotFound();

    public static ResourceNotFoundException NotFound() => new("Group not found.");

    /// <summary>The write that removes the group and its memberships.</summary>
    public static Storage.DeleteGroup Deletion(this StoredGroup group) => new(group.Pool, group.Name);

    public static GroupType ToWire(this StoredGroup group, UserPool pool) => new()
    {
        GroupName = group.Name,
        UserPoolId = pool.Id,
        Description = group.Description,
        RoleArn = group.RoleArn,
        Precedence = group.Precedence,
        CreationDate = group.Created,
        LastModifiedDate = group.Modified,
    };

    public static IReadOnlyList<GroupType> ToWire(this IReadOnlyList<StoredGroup> groups, UserPool pool)
    {
        var list = new List<GroupType>(groups.Count);
        foreach (var group in groups)
            list.Add(group.ToWire(pool));
        return list;
    }
}
