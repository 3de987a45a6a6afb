using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>A user's own choice of second factors, and of the one that is asked for first.</summary>
public sealed class SetUserMFAPreference(AccessTokens accessTokens, Users.Users users) : IOperation<SetUserMFAPreferenceRequest, SetUserMFAPreferenceResponse>
{
    public async ValueTask<SetUserMFAPreferenceResponse> Run(SetUserMFAPreferenceRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        await users.Change(pool, holder.User, user => new(new Decision(MfaPreferences.Set(
            pool, user, request.SMSMfaSettings, request.SoftwareTokenMfaSettings, request.EmailMfaSettings, request.WebAuthnMfaSettings, isAdmin: false))), stop);
        return new();
    }
}
