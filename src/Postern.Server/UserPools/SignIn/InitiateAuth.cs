using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.SignIn;

/// <summary>Starts a sign-in, or refreshes one.</summary>
public sealed class InitiateAuth(Pools.Pools pools, SignInMachine machine) : IOperation<InitiateAuthRequest, InitiateAuthResponse>
{
    public async ValueTask<InitiateAuthResponse> Run(InitiateAuthRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(request.ClientId, stop);
        var outcome = await machine.Start(
            new(client, new(request.AuthParameters), request.Session, request.ClientMetadata, IsAdmin: false, caller.On(request.UserContextData, client)), request.AuthFlow, stop);
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
