using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Possession;

namespace Postern.UserPools.Tokens;

/// <summary>What a verified access token says.</summary>
/// <param name="Key">The thumbprint of the key that it is bound to; null where anybody may use it.</param>
public sealed record AccessTokenClaims(Guid Sub, string ClientId, Guid? OriginJti, Guid Jti, string Scope, string? DeviceKey, DateTimeOffset Expires, string? Key);

/// <summary>The user who stands behind an access token, and the client that it was issued to.</summary>
public sealed record TokenHolder(AppClient Client, User User, AccessTokenClaims Claims);

/// <summary>Checks access tokens in token-authorised operations: signature, expiry, scope, revocation, and that the user may still act.</summary>
/// <remarks>Tokens sheet, "What verifiers check", last item. The signature is verified once and remembered; what can change is read each time.</remarks>
public sealed class AccessTokens(Pools.Pools pools, SigningKeys keys, IUserStore users, VerifiedTokens<AccessTokenClaims> verified, DPoPProofs proofs, TimeProvider time)
{
    /// <summary>The scope that lets a token act for its user in the API.</summary>
    public const string SelfServiceScope = "aws.cognito.signin.user.admin";

    /// <exception cref="NotAuthorizedException">The token is malformed, forged, expired, revoked, or lacks the scope; it is bound to a key that the caller
    /// did not prove; or the user is disabled.</exception>
    /// <exception cref="UserNotFoundException">The user was deleted.</exception>
    /// <exception cref="UserNotConfirmedException">The user is not confirmed.</exception>
    /// <exception cref="PasswordResetRequiredException">The user's password must be reset first.</exception>
    public async ValueTask<TokenHolder> Check(string token, Caller caller, CancellationToken stop)
    {
        var claims = await Read(token, stop);
        if (!GrantedScopes.Has(claims.Scope, SelfServiceScope))
            throw new NotAuthorizedException("Access Token does not have required scopes");
        var holder = await Holder(claims, stop);
        if (claims.Key is { } key)
            await CheckProof(holder, key, token, caller, stop);
        return holder;
    }

    /// <summary>What a token of any scope says; that its user may still act is not known yet.</summary>
    /// <exception cref="NotAuthorizedException">The token is malformed, forged or expired.</exception>
    public async ValueTask<AccessTokenClaims> Read(string token, CancellationToken stop)
    {
        var claims = verified.TryGet(token, out var known) ? known : await Verify(token, stop);
        return claims.Expires > time.GetUtcNow() ? claims : throw new NotAuthorizedException("Access Token has expired");
    }

    /// <summary>Who stands behind a token that was read, where the user may still act.</summary>
    /// <exception cref="NotAuthorizedException">The token is revoked, its client is gone, or the user is disabled.</exception>
    /// <exception cref="UserNotFoundException">The user was deleted.</exception>
    /// <exception cref="UserNotConfirmedException">The user is not confirmed.</exception>
    /// <exception cref="PasswordResetRequiredException">The user's password must be reset first.</exception>
    public async ValueTask<TokenHolder> Holder(AccessTokenClaims claims, CancellationToken stop)
    {
        var client = await pools.FindClient(claims.ClientId, stop) ?? throw Invalid();
        var view = await users.FindForToken(client.Pool.Number, claims.Sub, claims.OriginJti ?? Guid.Empty, stop)
            ?? throw new UserNotFoundException("User does not exist.");
        return Refusal(view, claims.Jti) is { } refused ? throw refused : new(client, view.User, claims);
    }

    /// <summary>The same for operations whose model has the token as an option: they need it all the same.</summary>
    /// <inheritdoc cref="Check"/>
    public ValueTask<TokenHolder> CheckOptional(string? token, Caller caller, CancellationToken stop) =>
        // The text is unverified against the service.
        token is null ? throw new NotAuthorizedException("Missing Access Token") : Check(token, caller, stop);

    /// <summary>Why a token's user may not act by it; null where he may.</summary>
    /// <param name="jti">The token's.</param>
    public static ServiceException? Refusal(TokenView view, Guid jti) => view switch
    {
        { IsRevoked: true } => new NotAuthorizedException("Access Token has been revoked"),
        _ when SignOutCount.Reveal(jti) != view.User.SignOuts => new NotAuthorizedException("Access Token has been revoked"),
        { User.Enabled: false } => new NotAuthorizedException("User is disabled."),
        { User.Status: UserStatus.UNCONFIRMED } => new UserNotConfirmedException("User is not confirmed."),
        { User.Status: UserStatus.RESET_REQUIRED } => new PasswordResetRequiredException("Password reset required for the user"),
        _ => null,
    };

    // RFC 9449, §7: a bound token is of no use to who can't prove its key. The form and the text are ours: the service binds no tokens.
    private async ValueTask CheckProof(TokenHolder holder, string key, string token, Caller caller, CancellationToken stop)
    {
        if (caller.Proof is not { } sent)
            throw new NotAuthorizedException("Access Token is bound to a key: a DPoP proof is required");
        var outcome = await proofs.Check(holder.Client.Pool, sent, token, needsNonce: false, stop);
        if (outcome.Key != key)
            throw new NotAuthorizedException(outcome.Problem ?? "The DPoP proof is by another key than the Access Token is bound to");
    }

    private async ValueTask<AccessTokenClaims> Verify(string token, CancellationToken stop)
    {
        if (!JwtReader.TryRead(token, out var jwt) || Claims(jwt) is not { } claims)
            throw Invalid();
        // Nothing that it says is true yet: a client that does not exist is one more way of being no token of ours.
        if (await pools.FindClient(claims.ClientId, stop) is not { } client)
            throw Invalid();
        var key = (await keys.Get(client.Pool.Number, stop)).Find(jwt.Kid);
        if (key is null)
            throw Invalid();
        if (!jwt.IsSignedBy(key))
            throw new NotAuthorizedException("Could not verify signature for Access Token");
        verified.Add(token, claims, claims.Expires);
        return claims;
    }

    private static AccessTokenClaims? Claims(JwtReader jwt) =>
        jwt.Text("token_use") is "access" && Id(jwt, "sub") is { } sub && jwt.Text("client_id") is { } client && Id(jwt, "jti") is { } jti && jwt.Time("exp") is { } expires
            ? new(sub, client, Id(jwt, "origin_jti"), jti, jwt.Text("scope") ?? "", jwt.Text("device_key"), expires, ProvenKey.Of(jwt))
            : null;

    // Only in the form that tokens are written with: the sub of a client's own token (a client id) is nobody's.
    private static Guid? Id(JwtReader jwt, string claim) => Guid.TryParseExact(jwt.Text(claim), "D", out var id) ? id : null;

    private static NotAuthorizedException Invalid() => new("Invalid Access Token");
}
