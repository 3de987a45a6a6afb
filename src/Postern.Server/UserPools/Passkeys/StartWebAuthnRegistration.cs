using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Passkeys;

/// <summary>Begins to make a passkey for the token's user: the options that a page hands to the browser.</summary>
public sealed class StartWebAuthnRegistration(AccessTokens accessTokens, PasskeyRegistrations registrations)
    : IOperation<StartWebAuthnRegistrationRequest, StartWebAuthnRegistrationResponse>
{
    public async ValueTask<StartWebAuthnRegistrationResponse> Run(StartWebAuthnRegistrationRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        return new() { CredentialCreationOptions = await registrations.Start(holder.Client, holder.User, stop) };
    }
}
