using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Attributes;
using Postern.UserPools.Mfa;

namespace Postern.UserPools.Users;

/// <summary>A user with all attributes, by username, alias or sub.</summary>
public sealed class AdminGetUser(Pools.Pools pools, Users users) : IOperation<AdminGetUserRequest, AdminGetUserResponse>
{
    public async ValueTask<AdminGetUserResponse> Run(AdminGetUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        var state = user.Factors();
        return new()
        {
            Username = user.Username,
            UserAttributes = user.ToWire(),
            UserCreateDate = user.Created,
            UserLastModifiedDate = user.Modified,
            Enabled = user.Enabled,
            UserStatus = user.Status.ToString(),
            MFAOptions = state.Options(),
            PreferredMfaSetting = state.Preferred,
            UserMFASettingList = state.SettingList(),
        };
    }
}
