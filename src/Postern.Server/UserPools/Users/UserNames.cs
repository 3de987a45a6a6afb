using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Users;

/// <summary>Under which names a user is found, and which of their values ListUsers searches.</summary>
/// <remarks>User pools sheet, "Names that identify a user".</remarks>
public static class UserNames
{
    private static readonly string[] SearchedAttributes = ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"];

    /// <summary>The folded names and aliases that the user holds: the stored username; with UsernameAttributes the e-mail or phone
    /// number, verified or not; with AliasAttributes those once verified, and preferred_username at once.</summary>
    public static IReadOnlyList<string> Of(UserPool pool, User user)
    {
        var names = new List<string>(3) { pool.Fold(user.Username) };
        foreach (var attribute in pool.UsernameAttributes)
            Add(user.Attribute(attribute));
        foreach (var alias in pool.AliasAttributes)
        {
            if (alias is "preferred_username" || user.HasVerified(alias))
                Add(user.Attribute(alias));
        }
        return names;

        void Add(string? value)
        {
            if (value is not null && !names.Contains(pool.Fold(value)))
                names.Add(pool.Fold(value));
        }
    }

    /// <summary>The terms of the search table. Enabled users have no term of their own for <c>status</c>: they are nearly all.</summary>
    public static IReadOnlyList<SearchTerm> Terms(UserPool pool, User user)
    {
        var terms = new List<SearchTerm>(6) { new("username", pool.Fold(user.Username)), new("cognito:user_status", FoldForSearch(pool, "cognito:user_status", user.Status.ToString())) };
        foreach (var name in SearchedAttributes)
        {
            if (user.Attribute(name) is { } value)
                terms.Add(new(name, FoldForSearch(pool, name, value)));
        }
        if (!user.Enabled)
            terms.Add(new("status", "Disabled"));
        return terms;
    }

    /// <summary>Folds a value as the search table holds it: names by the pool's setting, all else without case (operations sheet,
    /// ListUsers; the two documents there disagree).</summary>
    public static string FoldForSearch(UserPool pool, string attribute, string value) =>
        attribute is "username" or "email" or "preferred_username" ? pool.Fold(value) : value.ToLowerInvariant();

    /// <summary>The write that saves a user, with the names and terms that it gains and loses.</summary>
    public static PutUser Put(UserPool pool, User? before, User after)
    {
        var names = Of(pool, after);
        var terms = Terms(pool, after);
        if (before is null)
            return new(after, names, [], terms, []);
        var oldNames = Of(pool, before);
        var oldTerms = Terms(pool, before);
        return new(after, [.. names.Except(oldNames)], [.. oldNames.Except(names)], [.. terms.Except(oldTerms)], [.. oldTerms.Except(terms)]);
    }

    public static Storage.DeleteUser Delete(UserPool pool, User user) => new(user, Of(pool, user), Terms(pool, user));
}
