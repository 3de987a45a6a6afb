using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Attributes;
using Postern.UserPools.Mfa;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Users;

/// <summary>The user of an access token, with the attributes that the token's client may read.</summary>
public sealed class GetUser(AccessTokens accessTokens) : IOperation<GetUserRequest, GetUserResponse>
{
    public async ValueTask<GetUserResponse> Run(GetUserRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var state = holder.User.Factors();
        return new()
        {
            Username = holder.User.Username,
            UserAttributes = holder.User.ToWire(holder.Client.MayRead),
            MFAOptions = state.Options(),
            PreferredMfaSetting = state.Preferred,
            UserMFASettingList = state.SettingList(),
        };
    }
}
