using Postern.Contract;
using Postern.Storage;
using Postern.UserPools.Pools;
using Postern.UserPools.Sessions;

namespace Postern.UserPools.BackChannel;

/// <summary>Ends sessions, and sees to it that the clients hear of it (OpenID Connect Back-Channel Logout 1.0). Where a pool did not switch it on,
/// nothing is read or written for it.</summary>
/// <remarks>
/// A browser's session ends by <c>/logout</c>, by another user's sign-in in the same browser, and where it is revoked as the SSO session that it is in
/// pools that track sessions: the token names the session (<c>sid</c>) and the user. All sessions of a user end by GlobalSignOut,
/// AdminUserGlobalSignOut, AdminDisableUser, DeleteUser and AdminDeleteUser: the token names the user alone, which means all sessions at that client
/// (§2.4), and every client hears that the user signed in to by the domain. A session that times out or gives way to newer ones, and one token
/// session that is revoked, tell nobody: applications know how long their own sessions last. Nor does a new password: Cognito's tokens and
/// sessions outlive it.
///
/// What is to be sent is durable before the session ends, and nothing leaves before it did. A node that dies in between sends it all the same: the
/// user asked for it.
/// </remarks>
public sealed class LogoutNotices(LogoutParties parties, Pools.Pools pools, IUserPartStore store, IChanges changes, LogoutDelivery delivery, TimeProvider time, ILogger logger)
{
    /// <summary>Notices that wait for one client; of more, the new ones are dropped, and that is logged.</summary>
    public const int MostOfClient = 500;

    /// <summary>Saves what ends sessions of a user, and tells the clients of each.</summary>
    /// <param name="ending">Ends every SSO session whose record it drops.</param>
    /// <param name="sid">A session that ends with it besides.</param>
    public async ValueTask Save(UserPool pool, Guid sub, Change ending, CancellationToken stop, string? sid = null)
    {
        var notices = new List<LogoutNotice>();
        if (PoolSwitch.BackChannelLogout.IsOnForSome(pool))
        {
            var ended = ending.Writes.OfType<DropUserPart>()
                .Where(static drop => drop.Kind is UserPartKind.Session && drop.Name.StartsWith(SessionId.SsoPrefix, StringComparison.Ordinal))
                .Select(static drop => drop.Name).Append(sid).OfType<string>().Distinct().ToList();
            foreach (var session in ended)
            {
                foreach (var client in await parties.Of(pool.Number, sub, session, stop))
                {
                    ending.Add(LogoutParties.Leave(pool.Number, sub, session, client));
                    await Add(notices, client, sub, session, stop);
                }
            }
        }
        await Around(notices, async () => await changes.Save(ending, stop), stop);
    }

    /// <summary>Ends all sessions of a user, and tells every client that the user signed in to by the domain.</summary>
    public async ValueTask OfUser(UserPool pool, Guid sub, Func<ValueTask> ending, CancellationToken stop)
    {
        var notices = new List<LogoutNotice>();
        if (PoolSwitch.BackChannelLogout.IsOnForSome(pool))
        {
            foreach (var client in await parties.Of(pool.Number, sub, stop))
                await Add(notices, client, sub, sid: null, stop);
        }
        await Around(notices, ending, stop);
    }

    private async ValueTask Around(List<LogoutNotice> notices, Func<ValueTask> ending, CancellationToken stop)
    {
        if (notices.Count > 0)
            await changes.Save(new Change().Add(notices.Select(notice => new PutUserPart(notice.ToRow(time.GetUtcNow() + LogoutDelivery.Longest)))), stop);
        try
        {
            await ending();
        }
        catch (ServiceException) when (notices.Count > 0)
        {
            // Nothing ended. After any other failure nobody knows.
            await changes.Save(new Change().Add(notices.Select(static notice => notice.Drop())), CancellationToken.None);
            throw;
        }
        delivery.Start(notices.Select(static notice => notice with { Version = 1 }));
    }

    private async ValueTask Add(List<LogoutNotice> notices, string clientId, Guid sub, string? sid, CancellationToken stop)
    {
        if (await pools.FindClient(clientId, stop) is not { } client || LogoutAddress.Of(client) is null)
            return;
        var prefix = LogoutNotice.PrefixOf(clientId);
        var waiting = (await store.List(LogoutNotice.Pool, Guid.Empty, UserPartKind.LogoutNotice, prefix, MostOfClient, stop)).Items;
        if (waiting.Count == MostOfClient && waiting[^1].Name.StartsWith(prefix, StringComparison.Ordinal))
        {
            logger.LogoutDropped(clientId, client.Pool.Id);
            return;
        }
        var now = TimeProvider.System.GetUtcNow();
        notices.Add(LogoutNotice.New(clientId, sub, sid, now, now + LogoutDelivery.Claim));
    }
}
