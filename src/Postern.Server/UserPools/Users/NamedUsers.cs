using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;
using Postern.UserPools.SignIn;

namespace Postern.UserPools.Users;

/// <summary>The user whom an unsigned call names.</summary>
/// <param name="Client">The app client of the call.</param>
/// <param name="User">The user; where nobody has the name, what such a user would look like.</param>
/// <param name="Name">The name as it was given.</param>
/// <param name="IsHidden">Whether the caller must not learn that nobody has the name, or that the user is disabled.</param>
public sealed record NamedUser(AppClient Client, User User, string Name, bool IsHidden)
{
    public UserPool Pool => Client.Pool;
}

/// <summary>How sign-up and recovery find the user whom a call names: the client and its secret, the user, and the attempt counted, in this
/// order and at the same cost whether anybody has the name or not.</summary>
/// <remarks>User pools sheet, "PreventUserExistenceErrors". Where the client hides nobody, names that nobody has are not counted.</remarks>
public sealed class NamedUsers(Pools.Pools pools, Users users, Codes.Codes codes, UnknownUsers unknownUsers)
{
    /// <param name="check">What the call must fulfil whoever is named, before anything is looked up or counted; it may throw the operation's errors.</param>
    /// <exception cref="ResourceNotFoundException">No such client.</exception>
    /// <exception cref="NotAuthorizedException">The secret hash is missing or wrong; or the user is disabled, and the client hides nobody.</exception>
    /// <exception cref="UserNotFoundException">Nobody has the name, and the client hides nobody.</exception>
    /// <exception cref="LimitExceededException">The user had as many attempts within the hour as are allowed.</exception>
    public async ValueTask<NamedUser> Find(
        string clientId, string? secretHash, string name, LimitedAction action, CancellationToken stop, Action<AppClient>? check = null)
    {
        var client = await pools.Client(clientId, stop);
        SecretHash.Check(client, secretHash, name);
        check?.Invoke(client);
        var user = await users.Find(client.Pool, name, stop);
        if (!client.HidesUsers)
        {
            if (user is null)
                throw new UserNotFoundException("Username/client id combination not found.");
            if (!user.Enabled)
                throw new NotAuthorizedException("User is disabled.");
        }
        await codes.Count(client.Pool, user, name, action, stop);
        return new(client, user ?? unknownUsers.User(client.Pool, name), name, user is null or { Enabled: false });
    }
}
