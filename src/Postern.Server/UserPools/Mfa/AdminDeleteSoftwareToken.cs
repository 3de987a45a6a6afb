using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>Removes a user's software token, verified or not; the user may set up another.</summary>
/// <remarks>That a user without one is an error is unverified against the service.</remarks>
public sealed class AdminDeleteSoftwareToken(Pools.Pools pools, Users.Users users)
    : IOperation<AdminDeleteSoftwareTokenRequest, AdminDeleteSoftwareTokenResponse>
{
    public async ValueTask<AdminDeleteSoftwareTokenResponse> Run(AdminDeleteSoftwareTokenRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(pool, request.Username, static user =>
        {
            var state = user.Factors();
            if (state.Token is null && state.PendingSeed is null)
                throw new ResourceNotFoundException("Software Token MFA does not exist for the user.");
            var preferred = state.Preferred is ChallengeNameType.SOFTWARE_TOKEN_MFA ? null : state.Preferred;
            return new Decision(user.With(state with { Token = null, PendingSeed = null, Preferred = preferred }));
        }, stop);
        return new();
    }
}
