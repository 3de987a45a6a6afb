using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Users;

/// <summary>Finds users by any name they have, and saves what an operation decides about one.</summary>
public sealed class Users(IUserStore store, IChanges changes, TimeProvider time)
{
    private const int Tries = 3;

    private static readonly string[] NamingAttributes = ["email", "phone_number", "preferred_username"];

    /// <summary>By username, alias or sub; null where there is none.</summary>
    public ValueTask<User?> Find(UserPool pool, string name, CancellationToken stop) =>
        store.Find(pool.Number, pool.Fold(name), Sub(name), stop);

    /// <summary>By username, alias or sub.</summary>
    /// <exception cref="UserNotFoundException">No such user; administrators are always told.</exception>
    public async ValueTask<User> Get(UserPool pool, string name, CancellationToken stop) =>
        await Find(pool, name, stop) ?? throw new UserNotFoundException("User does not exist.");

    /// <summary>Changes a user: decides on what stands now, saves, and where another change came in between, decides again.</summary>
    /// <param name="decide">From the user as it stands to the user as it shall be, with further writes of the same change. Returning the
    /// same user with no writes saves nothing. It may throw the operation's errors.</param>
    /// <returns>The user as saved.</returns>
    /// <exception cref="UserNotFoundException">No such user.</exception>
    /// <exception cref="AliasExistsException">The change takes an alias that another user holds.</exception>
    /// <exception cref="TooManyRequestsException">Others changed the user each time.</exception>
    public async ValueTask<User> Change(UserPool pool, string name, Func<User, Decision> decide, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var before = await Get(pool, name, stop);
            var decision = decide(before);
            if (ReferenceEquals(decision.User, before) && decision.Writes.Count == 0)
                return before;
            if (await Save(pool, before, decision, stop) is { } saved)
                return saved;
        }
        throw new TooManyRequestsException("Too many changes of this user at once; try again.");
    }

    /// <summary>As the other, beginning with a user that was read already; what is decided may need reads of its own.</summary>
    /// <inheritdoc cref="Change(UserPool, string, Func{User, Decision}, CancellationToken)"/>
    /// <param name="used">The error where a code, a session or a count of attempts was used up; null: it is decided again.</param>
    public async ValueTask<User> Change(
        UserPool pool, User read, Func<User, ValueTask<Decision>> decide, CancellationToken stop, Func<Write, Exception>? used = null)
    {
        var before = read;
        for (var tried = 0; tried < Tries; tried++)
        {
            if (tried > 0)
                before = await store.Find(pool.Number, "", read.Sub, stop) ?? throw new UserNotFoundException("User does not exist.");
            var decision = await decide(before);
            if (ReferenceEquals(decision.User, before) && decision.Writes.Count == 0)
                return before;
            if (await Save(pool, before, decision, stop, used) is { } saved)
                return saved;
        }
        throw new TooManyRequestsException("Too many changes of this user at once; try again.");
    }

    /// <summary>Saves a change of a user that was read before; null where the user was changed since, or a code or session was used.</summary>
    /// <param name="used">The error where a code or session was used, or too many attempts were counted; null: the answer is null.</param>
    /// <exception cref="AliasExistsException">The change takes an alias that another user holds.</exception>
    public async ValueTask<User?> Save(UserPool pool, User before, Decision decision, CancellationToken stop, Func<Write, Exception>? used = null)
    {
        var after = ReferenceEquals(decision.User, before) ? before : decision.User with { Modified = time.GetUtcNow() };
        var change = new Change();
        // Others first: an alias that moves must be free before it is claimed.
        change.Add(decision.Writes.OfType<PutUser>());
        if (!ReferenceEquals(after, before))
            change.Add(UserNames.Put(pool, before, after));
        change.Add(decision.Writes.Where(static write => write is not PutUser));
        var result = await changes.Save(change, stop);
        return result.Outcome switch
        {
            SaveOutcome.Saved => ReferenceEquals(after, before) ? before : after with { Version = before.Version + 1 },
            SaveOutcome.NameTaken => throw AliasTaken(pool, after, result.Refused as PutUser),
            SaveOutcome.AlreadyUsed when used is not null => throw used(result.Refused!),
            _ => null,
        };
    }

    /// <summary>Deletes a user that was read before, whatever was changed since; nothing happens where the user is gone.</summary>
    /// <exception cref="TooManyRequestsException">Others changed the user each time.</exception>
    public async ValueTask Delete(UserPool pool, User read, CancellationToken stop)
    {
        var before = read;
        for (var tried = 0; tried < Tries; tried++)
        {
            if ((await changes.Save(new(UserNames.Delete(pool, before)), stop)).IsSaved)
                return;
            if (await store.Find(pool.Number, "", read.Sub, stop) is not { } now)
                return;
            before = now;
        }
        throw new TooManyRequestsException("Too many changes of this user at once; try again.");
    }

    /// <summary>The writes that take aliases from the users who have them now; none where nobody else does, or the attributes are no aliases.</summary>
    /// <param name="claimant">Who shall have them: the user as it shall be.</param>
    /// <remarks>The others keep the attribute, unverified (user pools sheet, "Names that identify a user"). Who has two of them is written once.</remarks>
    public async ValueTask<IReadOnlyList<PutUser>> WithoutAliases(UserPool pool, User claimant, IReadOnlyList<string> attributes, CancellationToken stop)
    {
        var owners = new List<(User Before, User After)>(attributes.Count);
        foreach (var attribute in attributes)
        {
            if (!pool.AliasAttributes.Contains(attribute) || !claimant.HasVerified(attribute))
                continue;
            var alias = pool.Fold(claimant.Attribute(attribute)!);
            if (await store.Find(pool.Number, alias, null, stop) is not { } owner || owner.Sub == claimant.Sub
                || !owner.HasVerified(attribute) || pool.Fold(owner.Attribute(attribute)!) != alias)
                continue;
            var at = owners.FindIndex(other => other.Before.Sub == owner.Sub);
            var (before, now) = at < 0 ? (owner, owner) : owners[at];
            var without = now.WithAttributes([new(attribute + "_verified", "false")]) with { Modified = time.GetUtcNow() };
            if (at < 0)
                owners.Add((before, without));
            else
                owners[at] = (before, without);
        }
        return [.. owners.Select(owner => UserNames.Put(pool, owner.Before, owner.After))];
    }

    /// <summary>The error for an alias that someone else holds.</summary>
    public static AliasExistsException AliasTaken(UserPool pool, User user, PutUser? refused)
    {
        // Where a change claims several, which of them was not free is not known: the first is told.
        var taken = NamingAttributes.FirstOrDefault(attribute => user.Attribute(attribute) is { } value && refused?.Claims.Contains(pool.Fold(value)) is true);
        return new($"An account with the {taken ?? NamingAttributes[0]} already exists.");
    }

    /// <summary>A name that has the form of a sub.</summary>
    public static Guid? Sub(string name) => name.Length == 36 && Guid.TryParseExact(name, "D", out var sub) ? sub : null;
}

/// <summary>What was decided about a user.</summary>
/// <param name="User">As it shall be.</param>
/// <param name="Writes">What else belongs to the same change.</param>
public sealed record Decision(User User, params IReadOnlyList<Write> Writes);
