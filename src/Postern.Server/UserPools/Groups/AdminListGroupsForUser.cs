using System.Globalization;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Groups;

/// <summary>The groups of a user in pages: by precedence, those without one last, then by name.</summary>
public sealed class AdminListGroupsForUser(Pools.Pools pools, Users.Users users, IGroupStore groups, Paging paging)
    : IOperation<AdminListGroupsForUserRequest, AdminListGroupsForUserResponse>
{
    public async ValueTask<AdminListGroupsForUserResponse> Run(AdminListGroupsForUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        var list = $"{nameof(AdminListGroupsForUser)} {user.Sub:N}";
        var after = await paging.Position(pool.Number, list, request.NextToken, stop);
        var all = await groups.ListForUser(pool.Number, user.Sub, stop);
        // A user has at most 100: a page is cut from all of them.
        var start = after is null ? 0 : Start(all, after);
        var end = Math.Min(all.Count, start + Paging.Limit(request.Limit));
        return new()
        {
            Groups = Cut(all, start, end, pool),
            NextToken = end < all.Count ? paging.Next(pool.Number, list, string.Create(CultureInfo.InvariantCulture, $"{end} {all[end - 1].Name}")) : null,
        };
    }

    /// <summary>Where the next page begins: after the last group shown or, where the user has left that one meanwhile, in its place.</summary>
    private static int Start(IReadOnlyList<StoredGroup> all, string after)
    {
        var space = after.IndexOf(' ', StringComparison.Ordinal);
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Name.AsSpan().SequenceEqual(after.AsSpan(space + 1)))
                return i + 1;
        }
        return Math.Min(int.Parse(after.AsSpan(0, space), CultureInfo.InvariantCulture) - 1, all.Count);
    }

    private static List<GroupType> Cut(IReadOnlyList<StoredGroup> all, int start, int end, UserPool pool)
    {
        var page = new List<GroupType>(end - start);
        for (var i = start; i < end; i++)
            page.Add(all[i].ToWire(pool));
        return page;
    }
}
