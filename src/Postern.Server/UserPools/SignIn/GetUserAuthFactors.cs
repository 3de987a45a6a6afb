using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Mfa;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>What the token's user can sign in with: first factors of USER_AUTH, and second factors.</summary>
public sealed class GetUserAuthFactors(AccessTokens accessTokens) : IOperation<GetUserAuthFactorsRequest, GetUserAuthFactorsResponse>
{
    public async ValueTask<GetUserAuthFactorsResponse> Run(GetUserAuthFactorsRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var state = holder.User.Factors();
        return new()
        {
            Username = holder.User.Username,
            PreferredMfaSetting = state.Preferred,
            UserMFASettingList = state.SettingList(),
            ConfiguredUserAuthFactors = FirstFactorChoice.Configured(holder.Client.Pool, holder.User),
        };
    }
}
