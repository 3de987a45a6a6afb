using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.SignIn;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>Begins to set up a software token: a secret for an authenticator app, of no use until VerifySoftwareToken. The verified one goes on
/// working until then.</summary>
/// <remarks>By access token the secret waits in the user's row; by the session of MFA_SETUP it travels in the next session.</remarks>
public sealed class AssociateSoftwareToken(AccessTokens accessTokens, Users.Users users, MfaSetup setUp, SoftwareTokens tokens)
    : IOperation<AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse>
{
    public async ValueTask<AssociateSoftwareTokenResponse> Run(AssociateSoftwareTokenRequest request, Caller caller, CancellationToken stop)
    {
        SoftwareTokens.RequireOne(request.AccessToken, request.Session);
        if (request.Session is { } text)
        {
            var (code, next) = await setUp.Associate(text, stop);
            return new() { SecretCode = code, Session = next };
        }
        var holder = await accessTokens.Check(request.AccessToken!, caller, stop);
        var pool = holder.Client.Pool;
        SoftwareTokens.RefuseUnlessOffered(pool);
        var seed = SoftwareTokens.NewSeed();
        await users.Change(pool, holder.User, user => new(new Decision(user.With(user.Factors() with { PendingSeed = seed }))), stop);
        return new() { SecretCode = tokens.Secret(pool, holder.User, seed) };
    }
}
