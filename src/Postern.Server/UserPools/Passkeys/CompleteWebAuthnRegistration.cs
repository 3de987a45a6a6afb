using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Passkeys;

/// <summary>Keeps the passkey that a browser made for the token's user.</summary>
public sealed class CompleteWebAuthnRegistration(AccessTokens accessTokens, PasskeyRegistrations registrations)
    : IOperation<CompleteWebAuthnRegistrationRequest, CompleteWebAuthnRegistrationResponse>
{
    public async ValueTask<CompleteWebAuthnRegistrationResponse> Run(CompleteWebAuthnRegistrationRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        await registrations.Complete(holder.Client, holder.User, request.Credential, stop);
        return new();
    }
}
