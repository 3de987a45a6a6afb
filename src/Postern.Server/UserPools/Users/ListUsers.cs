using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Users;

/// <summary>The pool's users, or those that a filter finds, in pages.</summary>
/// <remarks>Operations sheet, ListUsers. Aliases of others never match <c>username</c>; e-mail addresses match unverified. Attributes that a
/// user lacks are left out rather than refused (unverified against the service).</remarks>
public sealed class ListUsers(Pools.Pools pools, UserSearch search, Paging paging) : IOperation<ListUsersRequest, ListUsersResponse>
{
    public async ValueTask<ListUsersResponse> Run(ListUsersRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var filter = UserFilter.Parse(request.Filter);
        var list = filter is { } asked ? $"{nameof(ListUsers)} {asked.Attribute}{(asked.IsPrefix ? '^' : '=')}{asked.Value}" : nameof(ListUsers);
        var after = await paging.Position(pool.Number, list, request.PaginationToken, stop);
        var found = await search.Find(pool, filter, after, Paging.Limit(request.Limit), stop);
        return new()
        {
            Users = Shape(found.Users, request.AttributesToGet),
            PaginationToken = found.Next is { } next ? paging.Next(pool.Number, list, next) : null,
        };
    }

    private static List<UserType> Shape(IReadOnlyList<User> users, IReadOnlyList<string>? attributes)
    {
        Func<string, bool>? include = attributes is { Count: > 0 } ? name => attributes.Contains(name) : null;
        var shaped = new List<UserType>(users.Count);
        foreach (var user in users)
            shaped.Add(user.ToUserType(include));
        return shaped;
    }
}
