using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Clients;

/// <summary>Changes an app client: decides on what stands now, saves, and where another change came in between, decides again.</summary>
public sealed class ClientChanges(Pools.Pools pools, IChanges changes, ClientSecrets secrets, TimeProvider time)
{
    private const int Tries = 3;

    /// <summary>Changes a client.</summary>
    /// <param name="decide">From the client as it stands to its settings and secrets as they shall be. It may throw the operation's errors.</param>
    /// <returns>The client as saved.</returns>
    /// <exception cref="ResourceNotFoundException">No such pool or client.</exception>
    /// <exception cref="TooManyRequestsException">Others changed the client each time.</exception>
    public async ValueTask<AppClient> Change(string poolId, string clientId, Caller caller, Func<AppClient, ValueTask<AppClient>> decide, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var before = await pools.ReadClient(await pools.Read(poolId, caller, stop), clientId, stop);
            var decided = await decide(before);
            var after = decided with
            {
                Row = before.Row with
                {
                    Settings = ClientSettings.ToJson(decided.Settings, decided.SsoMinutes, decided.RegisteredKeys),
                    Secret = ReferenceEquals(decided.Secrets, before.Secrets) ? before.Row.Secret : secrets.Seal(clientId, decided.Secrets),
                    Modified = time.GetUtcNow(),
                },
            };
            if ((await changes.Save(new(new PutResource(after.Row)), stop)).IsSaved)
                return after;
        }
        throw new TooManyRequestsException("Too many changes of this app client at once; try again.");
    }

    /// <inheritdoc cref="Change(string, string, Caller, Func{AppClient, ValueTask{AppClient}}, CancellationToken)"/>
    public ValueTask<AppClient> Change(string poolId, string clientId, Caller caller, Func<AppClient, AppClient> decide, CancellationToken stop) =>
        Change(poolId, clientId, caller, client => new ValueTask<AppClient>(decide(client)), stop);
}
