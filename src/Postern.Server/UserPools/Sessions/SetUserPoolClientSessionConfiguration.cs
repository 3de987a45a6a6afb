using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Sessions;

/// <summary>Sets how long an app client uses a browser's sign-in again without asking: 0 always asks. The pool must track sign-ins.</summary>
/// <remarks>Newest operations, "Sessions"; the text is unverified against the service.</remarks>
public sealed class SetUserPoolClientSessionConfiguration(ClientChanges clientChanges)
    : IOperation<SetUserPoolClientSessionConfigurationRequest, SetUserPoolClientSessionConfigurationResponse>
{
    public async ValueTask<SetUserPoolClientSessionConfigurationResponse> Run(
        SetUserPoolClientSessionConfigurationRequest request, Caller caller, CancellationToken stop)
    {
        var client = await clientChanges.Change(request.UserPoolId, request.ClientId, caller, Decide, stop);
        return new() { UserPoolId = client.Pool.Id, ClientId = client.Id, SSOSession = request.SSOSession };

        AppClient Decide(AppClient client)
        {
            Tiers.RefuseInLite(client.Pool.Settings.UserPoolTier, SessionSettings.Feature);
            client.Pool.RequireTracking();
            return client with { SsoMinutes = request.SSOSession.MaxValidityMinutes };
        }
    }
}
