using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.SignIn;

/// <summary>Answers a challenge of a sign-in.</summary>
public sealed class RespondToAuthChallenge(Pools.Pools pools, SignInMachine machine) : IOperation<RespondToAuthChallengeRequest, RespondToAuthChallengeResponse>
{
    public async ValueTask<RespondToAuthChallengeResponse> Run(RespondToAuthChallengeRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(request.ClientId, stop);
        var outcome = await machine.Answer(
            new(client, new(request.ChallengeResponses), request.Session, request.ClientMetadata, IsAdmin: false, caller.On(request.UserContextData, client)), request.ChallengeName, stop);
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
