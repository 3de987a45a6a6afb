using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.SignIn;

/// <summary>Answers a challenge of a sign-in on a server's behalf. A session that began with InitiateAuth is taken as well.</summary>
public sealed class AdminRespondToAuthChallenge(Pools.Pools pools, SignInMachine machine)
    : IOperation<AdminRespondToAuthChallengeRequest, AdminRespondToAuthChallengeResponse>
{
    public async ValueTask<AdminRespondToAuthChallengeResponse> Run(AdminRespondToAuthChallengeRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(await pools.Get(request.UserPoolId, caller, stop), request.ClientId, stop);
        var outcome = await machine.Answer(
            new(client, new(request.ChallengeResponses), request.Session, request.ClientMetadata, IsAdmin: true, caller.On(request.ContextData)), request.ChallengeName, stop);
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
