using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>The old switch of SMS as a second factor; SetUserMFAPreference came after it.</summary>
public sealed class SetUserSettings(AccessTokens accessTokens, Users.Users users) : IOperation<SetUserSettingsRequest, SetUserSettingsResponse>
{
    public async ValueTask<SetUserSettingsResponse> Run(SetUserSettingsRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        await users.Change(pool, holder.User, user => new(new Decision(MfaPreferences.SetOptions(pool, user, request.MFAOptions))), stop);
        return new();
    }
}
