using System.Globalization;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Users;

/// <summary>Users that were found.</summary>
/// <param name="Next">The position after them; null where there are no more. There may be fewer users than asked for all the same.</param>
public readonly record struct FoundUsers(IReadOnlyList<User> Users, string? Next);

/// <summary>Finds the users of a filter, a page at a time, by the index that serves it: no page reads more rows than it may show.</summary>
public sealed class UserSearch(IUserStore store)
{
    private const string Enabled = "Enabled";
    private const string Disabled = "Disabled";

    /// <param name="after">The position that the page before ended with; null for the first page.</param>
    public ValueTask<FoundUsers> Find(UserPool pool, UserFilter? filter, string? after, int limit, CancellationToken stop) => filter switch
    {
        null => All(pool, after, limit, stop),
        { Attribute: "status" } asked => ByStatus(pool, asked, after, limit, stop),
        { Attribute: "sub", IsPrefix: true } asked => BySubPrefix(pool, asked.Value, after, limit, stop),
        { Attribute: "sub" } asked => BySub(pool, asked.Value, stop),
        { } asked => ByTerm(pool, asked.Attribute, UserNames.FoldForSearch(pool, asked.Attribute, asked.Value), asked.IsPrefix, after, limit, stop),
    };

    private async ValueTask<FoundUsers> All(UserPool pool, string? after, int limit, CancellationToken stop)
    {
        var page = await store.List(pool.Number, Sub(after), limit, stop);
        return new(page.Items, page.HasMore ? Position(page.Items[^1]) : null);
    }

    private async ValueTask<FoundUsers> ByTerm(UserPool pool, string attribute, string value, bool isPrefix, string? after, int limit, CancellationToken stop)
    {
        // A position is the sub, of 32 digits, and the value that the user was found by.
        (string, Guid)? last = after is null ? null : (after[32..], Guid.ParseExact(after.AsSpan(0, 32), "N"));
        var page = await store.Search(pool.Number, attribute, value, isPrefix, last, limit, stop);
        var users = new User[page.Items.Count];
        for (var i = 0; i < users.Length; i++)
            users[i] = page.Items[i].User;
        return new(users, page.HasMore ? Position(users[^1]) + page.Items[^1].Value : null);
    }

    /// <summary>Disabled users have a term; the others, nearly all, are found among all users of a page.</summary>
    private async ValueTask<FoundUsers> ByStatus(UserPool pool, UserFilter filter, string? after, int limit, CancellationToken stop)
    {
        var (enabled, disabled) = (Matches(Enabled), Matches(Disabled));
        if (!enabled)
            return disabled ? await ByTerm(pool, "status", Disabled, isPrefix: false, after, limit, stop) : new([], null);
        var found = await All(pool, after, limit, stop);
        return disabled ? found : found with { Users = [.. found.Users.Where(static user => user.Enabled)] };

        bool Matches(string status) => filter.IsPrefix ? status.StartsWith(filter.Value, StringComparison.Ordinal) : status == filter.Value;
    }

    private async ValueTask<FoundUsers> BySub(UserPool pool, string value, CancellationToken stop) =>
        Users.Sub(value) is { } sub && await store.Find(pool.Number, "", sub, stop) is { } user ? new([user], null) : new([], null);

    /// <summary>Subs are in the order of their text, so that a prefix is a range.</summary>
    private async ValueTask<FoundUsers> BySubPrefix(UserPool pool, string prefix, string? after, int limit, CancellationToken stop)
    {
        if (FirstSub(prefix) is not { } first)
            return new([], null);
        var page = await store.List(pool.Number, after is null ? Before(first) : Sub(after), limit, stop);
        var users = new List<User>(page.Items.Count);
        foreach (var user in page.Items)
        {
            if (!user.Sub.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return new(users, null);
            users.Add(user);
        }
        return new(users, page.HasMore ? Position(users[^1]) : null);
    }

    /// <summary>The lowest UUID that begins so; null where none does.</summary>
    private static UInt128? FirstSub(string prefix)
    {
        const string lowest = "00000000-0000-0000-0000-000000000000";
        if (prefix.Length > lowest.Length)
            return null;
        var text = prefix + lowest[prefix.Length..];
        return Guid.TryParseExact(text, "D", out _)
            ? UInt128.Parse(text.Replace("-", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>The sub before: pages begin after one.</summary>
    private static Guid? Before(UInt128 sub) =>
        sub == UInt128.Zero ? null : Guid.ParseExact((sub - 1).ToString("x32", CultureInfo.InvariantCulture), "N");

    private static Guid? Sub(string? position) => position is null ? null : Guid.ParseExact(position, "N");

    private static string Position(User user) => user.Sub.ToString("N");
}
