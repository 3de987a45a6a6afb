using Postern.Cryptography;
using Postern.Federation;
using Postern.Storage;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.BackChannel;

/// <summary>OpenID Connect Back-Channel Logout 1.0, put together: who must hear of a session's end, what is to be sent, and its delivery.</summary>
public sealed class BackChannel : IDisposable
{
    private readonly OutsideForms outside;

    /// <param name="reach">How far the addresses of clients may lead, which administrators name.</param>
    public BackChannel(Pools.Pools pools, IUserPartStore store, IChanges changes, SigningKeys keys, Issuer issuer, NetworkReach reach, TimeProvider time, ILogger logger)
    {
        outside = new(reach);
        Parties = new(store, time);
        Delivery = new(pools, store, changes, new LogoutTokens(keys, issuer, time), outside, time, logger);
        Notices = new(Parties, pools, store, changes, Delivery, time, logger);
    }

    public LogoutParties Parties { get; }

    public LogoutNotices Notices { get; }

    public LogoutDelivery Delivery { get; }

    public void Dispose()
    {
        Delivery.Dispose();
        outside.Dispose();
    }
}
