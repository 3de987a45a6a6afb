using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>The old switch of SMS as a user's second factor; AdminSetUserMFAPreference came after it.</summary>
public sealed class AdminSetUserSettings(Pools.Pools pools, Users.Users users) : IOperation<AdminSetUserSettingsRequest, AdminSetUserSettingsResponse>
{
    public async ValueTask<AdminSetUserSettingsResponse> Run(AdminSetUserSettingsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(pool, request.Username, user => new Decision(MfaPreferences.SetOptions(pool, user, request.MFAOptions)), stop);
        return new();
    }
}
