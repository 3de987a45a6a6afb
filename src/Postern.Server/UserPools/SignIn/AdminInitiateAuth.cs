using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.SignIn;

/// <summary>Starts a sign-in on a server's behalf, with the flows that only servers may use.</summary>
public sealed class AdminInitiateAuth(Pools.Pools pools, SignInMachine machine) : IOperation<AdminInitiateAuthRequest, AdminInitiateAuthResponse>
{
    public async ValueTask<AdminInitiateAuthResponse> Run(AdminInitiateAuthRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(await pools.Get(request.UserPoolId, caller, stop), request.ClientId, stop);
        var outcome = await machine.Start(
            new(client, new(request.AuthParameters), request.Session, request.ClientMetadata, IsAdmin: true, caller.On(request.ContextData)), request.AuthFlow, stop);
        return new()
        {
            ChallengeName = outcome.ChallengeName,
            ChallengeParameters = outcome.ChallengeParameters,
            Session = outcome.Session,
            AvailableChallenges = outcome.AvailableChallenges,
            AuthenticationResult = outcome.AuthenticationResult,
        };
    }
}
