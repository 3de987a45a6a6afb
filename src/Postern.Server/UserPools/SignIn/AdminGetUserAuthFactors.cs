using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Mfa;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>What a user can sign in with: first factors of USER_AUTH, and second factors.</summary>
public sealed class AdminGetUserAuthFactors(Pools.Pools pools, Users.Users users) : IOperation<AdminGetUserAuthFactorsRequest, AdminGetUserAuthFactorsResponse>
{
    public async ValueTask<AdminGetUserAuthFactorsResponse> Run(AdminGetUserAuthFactorsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        var state = user.Factors();
        return new()
        {
            Username = user.Username,
            PreferredMfaSetting = state.Preferred,
            UserMFASettingList = state.SettingList(),
            ConfiguredUserAuthFactors = FirstFactorChoice.Configured(pool, user),
        };
    }
}
