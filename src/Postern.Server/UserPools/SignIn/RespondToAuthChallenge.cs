using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.SignIn;

/// <summary>Answers a challenge of a sign-in.</summary>
public sealed class RespondToAuthChallenge(Pools.Pools pools, SignInMachine machine) : IOperation<RespondToAuthChallengeRequest, RespondToAuthChallengeResponse>
{
    public async ValueTask<RespondToAuthChallengeResponse> Run(RespondToAuthChallengeRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(request.ClientId, stop);
        var outcome = await machine.Answer(client, request.ChallengeName, request.Session, request.ChallengeResponses, stop);
        return new()
        {
            ChallengeName = outcome.ChallengeName,
            ChallengeParameters = outcome.ChallengeParameters,
            Session = outcome.Session,
            AuthenticationResult = outcome.AuthenticationResult,
        };
    }
}
