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
        var holder = await accessTokens.Check(request.AccessToken, stop);
        await users.Change(holder.Client.Pool, holder.User, user => new(new Decision(MfaPreferences.SetOptions(user, request.MFAOptions))), stop);
        return new();
    }
}
