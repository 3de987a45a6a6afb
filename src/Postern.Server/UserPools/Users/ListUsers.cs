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
        var after = request.PaginationToken is { } token ? await paging.Position(pool.Number, Question(filter), token, stop) : null;
        var found = await search.Find(pool, filter, after, Paging.Limit(request.Limit), stop);
        return new()
        {
            Users = Shape(found.Users, request.AttributesToGet is { Count: > 0 } wanted ? wanted.Contains : null),
            PaginationToken = found.Next is { } next ? paging.Next(pool.Number, Question(filter), next) : null,
        };
    }

    /// <summary>What a token is bound to. Most calls have one page, and need none.</summary>
    private static string Question(UserFilter? filter) => filter is { } asked
        ? $"{nameof(ListUsers)} {asked.Attribute}{(asked.IsPrefix ? '^' : '=')}{asked.Value}"
        : nameof(ListUsers);

    private static List<UserType> Shape(IReadOnlyList<User> users, Func<string, bool>? include)
    {
        var shaped = new List<UserType>(users.Count);
        foreach (var user in users)
            shaped.Add(user.ToUserType(include));
        return shaped;
    }
}
