using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>Sets a user's second factors, and the one that is asked for first.</summary>
public sealed class AdminSetUserMFAPreference(Pools.Pools pools, Users.Users users)
    : IOperation<AdminSetUserMFAPreferenceRequest, AdminSetUserMFAPreferenceResponse>
{
    public async ValueTask<AdminSetUserMFAPreferenceResponse> Run(AdminSetUserMFAPreferenceRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(pool, request.Username, user => new Decision(MfaPreferences.Set(
            pool, user, request.SMSMfaSettings, request.SoftwareTokenMfaSettings, request.EmailMfaSettings, request.WebAuthnMfaSettings, isAdmin: true)), stop);
        return new();
    }
}
