namespace Postern.Storage;

/// <summary>Stored as a number: never reorder, only add. The names are Cognito's.</summary>
public enum UserStatus
{
    UNCONFIRMED = 1,
    CONFIRMED = 2,
    RESET_REQUIRED = 3,
    FORCE_CHANGE_PASSWORD = 4,
    EXTERNAL_PROVIDER = 5,
}

/// <summary>A user as one row.</summary>
/// <param name="Username">The stored name, as SRP, tokens and answers show it.</param>
/// <param name="Attributes">Name and value in order, without <c>sub</c>; values are text as Cognito keeps them.</param>
/// <param name="Salt">The SRP salt; empty for a user without a password.</param>
/// <param name="Verifier">The sealed SRP verifier; empty for a user without a password.</param>
/// <param name="PasswordSet">When the password was set: a temporary one expires by it. Default where there is none.</param>
/// <param name="SignOuts">Raised by each global sign-out; tokens carry it.</param>
/// <param name="State">What else a user has (pending attribute values, factors, history), as JSON; empty where nothing. Opaque here.</param>
/// <param name="Version">Raised by each write; 0 in a row that was never saved.</param>
public sealed record User(
    long Pool, Guid Sub, string Username, UserStatus Status, bool Enabled,
    IReadOnlyList<KeyValuePair<string, string>> Attributes,
    ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Verifier, DateTimeOffset PasswordSet,
    int SignOuts, ReadOnlyMemory<byte> State, DateTimeOffset Created, DateTimeOffset Modified, long Version)
{
    /// <summary>The value of an attribute; null where the user has none.</summary>
    public string? Attribute(string name)
    {
        foreach (var (key, value) in Attributes)
        {
            if (key == name)
                return value;
        }
        return null;
    }
}

/// <summary>One entry of the search table: an attribute's folded value, by which ListUsers finds and orders.</summary>
public readonly record struct SearchTerm(string Attribute, string Value);

/// <summary>The user and what a sign-in needs beside it, found by one statement.</summary>
/// <param name="Groups">The user's groups, by precedence (none last), then name.</param>
/// <param name="FailedAttempts">The user's attempts of the kind asked for; where there is no user, those under the key given.</param>
public sealed record SignInView(User? User, IReadOnlyList<StoredGroup> Groups, Attempts FailedAttempts);

/// <summary>The user and what a token-authorised call needs beside it, found by one statement.</summary>
/// <param name="IsRevoked">Whether the token's <c>origin_jti</c> stands among the revoked.</param>
public sealed record TokenView(User User, bool IsRevoked);

public interface IUserStore
{
    /// <summary>By sub where the pool has a user of it, else by a folded name or alias; one statement.</summary>
    ValueTask<User?> Find(long pool, string foldedName, Guid? sub, CancellationToken stop);

    /// <summary>As <see cref="Find"/>, with groups and failed attempts.</summary>
    /// <param name="attempts">The kind of attempts, and under whom they are counted where nobody is found.</param>
    ValueTask<SignInView> FindForSignIn(long pool, string foldedName, Guid? sub, AttemptKey attempts, CancellationToken stop);

    ValueTask<TokenView?> FindForToken(long pool, Guid sub, Guid originJti, CancellationToken stop);

    /// <summary>All users by sub, after the sub given (exclusive).</summary>
    ValueTask<Page<User>> List(long pool, Guid? after, int limit, CancellationToken stop);

    /// <summary>Users with a search term equal to, or beginning with, the value: ascending by value, then sub, after the position given.</summary>
    /// <param name="after">Value and sub of the last user of the page before.</param>
    ValueTask<Page<(User User, string Value)>> Search(long pool, string attribute, string value, bool isPrefix, (string Value, Guid Sub)? after, int limit, CancellationToken stop);
}

/// <summary>A new user (Version 0) or a changed one (the row must still have <c>User.Version</c>, else VersionLost).</summary>
/// <param name="Claims">Folded names and aliases to take: NameTaken where another user of the pool holds one.</param>
/// <param name="Releases">Folded names and aliases to give back.</param>
public sealed record PutUser(
    User User, IReadOnlyList<string> Claims, IReadOnlyList<string> Releases,
    IReadOnlyList<SearchTerm> NewTerms, IReadOnlyList<SearchTerm> OldTerms) : Write;

/// <summary>Removes a user with its names, terms, memberships, parts and codes. The row must still have <c>User.Version</c>.</summary>
public sealed record DeleteUser(User User, IReadOnlyList<string> Names, IReadOnlyList<SearchTerm> Terms) : Write;
