using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Codes;
using Postern.UserPools.SignIn;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>Proves that an authenticator app has the secret of AssociateSoftwareToken. The code counts as used.</summary>
/// <remarks>By access token it only verifies: sign-ins of a pool where a second factor is optional ask for it once SetUserMFAPreference enables
/// it. By the session of MFA_SETUP it is enabled at once. Wrong codes count towards the lock-out.</remarks>
public sealed class VerifySoftwareToken(AccessTokens accessTokens, Users.Users users, MfaSetup setUp, SoftwareTokens tokens, LockOut lockOut)
    : IOperation<VerifySoftwareTokenRequest, VerifySoftwareTokenResponse>
{
    public async ValueTask<VerifySoftwareTokenResponse> Run(VerifySoftwareTokenRequest request, Caller caller, CancellationToken stop)
    {
        SoftwareTokens.RequireOne(request.AccessToken, request.Session);
        var name = string.IsNullOrEmpty(request.FriendlyDeviceName) ? null : request.FriendlyDeviceName;
        if (request.Session is { } text)
            return new() { Status = VerifySoftwareTokenResponseType.SUCCESS, Session = await setUp.Verify(text, request.UserCode, name, stop) };
        var holder = await accessTokens.Check(request.AccessToken!, caller, stop);
        SoftwareTokens.RefuseUnlessOffered(holder.Client.Pool);
        await Verify(holder, request.UserCode, name, stop);
        return new() { Status = VerifySoftwareTokenResponseType.SUCCESS };
    }

    private async ValueTask Verify(TokenHolder holder, string code, string? name, CancellationToken stop)
    {
        var (pool, user) = (holder.Client.Pool, holder.User);
        var seed = user.Factors().PendingSeed ?? throw SoftwareTokens.NoneAssociated();
        var failed = await lockOut.Find(user, LimitedAction.MfaCode, stop);
        var proved = await tokens.Prove(pool, user, failed, seed, code, SoftwareTokens.Mismatch, stop);
        await users.Change(pool, user, now =>
        {
            var state = now.Factors();
            if (state.PendingSeed != seed)
                throw SoftwareTokens.NoneAssociated();
            return new(new Decision(now.With(state with { PendingSeed = null, Token = new(seed, name, state.Token?.IsEnabled) }), proved));
        }, stop, SoftwareTokens.Refused);
    }
}
