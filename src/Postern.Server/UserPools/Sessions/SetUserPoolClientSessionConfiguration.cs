using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Sessions;

/// <summary>Sets how long an app client uses a browser's sign-in again without asking: 0 always asks. The pool must track sign-ins.</summary>
/// <remarks>Newest operations, "Sessions"; the text is unverified against the service.</remarks>
public sealed class SetUserPoolClientSessionConfiguration(ClientChanges clientChanges, PoolChanges poolChanges)
    : IOperation<SetUserPoolClientSessionConfigurationRequest, SetUserPoolClientSessionConfigurationResponse>
{
    public async ValueTask<SetUserPoolClientSessionConfigurationResponse> Run(
        SetUserPoolClientSessionConfigurationRequest request, Caller caller, CancellationToken stop)
    {
        var client = await clientChanges.Change(request.UserPoolId, request.ClientId, caller, Decide, stop);
        var minutes = request.SSOSession.MaxValidityMinutes;
        // Cookies and records last as long as the longest of clients, which the pool knows: sign-ins after this one.
        if (minutes > client.Pool.Sessions.LongestSso)
            await poolChanges.Change(request.UserPoolId, caller, pool => Lengthen(pool, minutes), stop);
        return new() { UserPoolId = client.Pool.Id, ClientId = client.Id, SSOSession = request.SSOSession };

        static PoolSettings Lengthen(UserPool pool, int minutes) =>
            pool.AllSettings with { Sessions = pool.Sessions with { LongestSso = Math.Max(pool.Sessions.LongestSso, minutes) } };

        AppClient Decide(AppClient client)
        {
            Tiers.RefuseInLite(client.Pool.Settings.UserPoolTier, SessionSettings.Feature);
            client.Pool.RequireTracking();
            return client with { SsoMinutes = request.SSOSession.MaxValidityMinutes };
        }
    }
}
