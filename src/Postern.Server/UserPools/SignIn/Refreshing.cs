using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Devices;
using Postern.UserPools.Possession;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.SignIn;

/// <summary>New tokens from a refresh token. Groups and attributes are read fresh; the sign-in's facts stay.</summary>
/// <remarks>User pools sheet, "Refresh, rotation, revocation, sign-out".</remarks>
public sealed class Refreshing(
    RefreshTokens refreshTokens, IUserStore users, IGroupStore groups, ISignInStore signIns, IChanges changes, TokenMaker tokens,
    TokenSessions sessions, Devices.Devices devices, DPoPProofs proofs, TimeProvider time)
{
    private const int Tries = 3;

    /// <summary>REFRESH_TOKEN_AUTH. The secret hash is made with the stored name: there is no USERNAME here.</summary>
    public async ValueTask<SignInOutcome> Start(AppClient client, AuthParameters parameters, Caller caller, CancellationToken stop)
    {
        var token = await refreshTokens.Open(client, parameters.Require("REFRESH_TOKEN"), stop);
        var user = await Holder(client, token, parameters.Find("DEVICE_KEY"), stop);
        if (client.HasSecret)
        {
            var hash = parameters.Find("SECRET_HASH");
            if (string.IsNullOrEmpty(hash))
                throw new NotAuthorizedException($"Client {client.Id} is configured with secret but SECRET_HASH was not received");
            if (!SecretHash.IsRight(client, hash, user.Username))
                throw new NotAuthorizedException($"SecretHash does not match for the client: {client.Id}");
        }
        var key = await KeyOf(client, token, null, caller, stop);
        return new() { AuthenticationResult = await Make(client, user, token.Facts, rotates: false, key, caller, stop) };
    }

    /// <summary>GetTokensFromRefreshToken: with rotation or without.</summary>
    /// <param name="proven">A key that the client proved to hold already; null where it did not. Then the caller's proof counts, if the refresh token
    /// is bound to a key.</param>
    /// <exception cref="RefreshTokenReuseException">The token was rotated away, and its grace period is over.</exception>
    public async ValueTask<AuthenticationResultType> Exchange(
        AppClient client, string refreshToken, string? deviceKey, Caller caller, CancellationToken stop, ProvenKey? proven = null)
    {
        var token = await refreshTokens.Open(client, refreshToken, stop);
        var user = await Holder(client, token, deviceKey, stop);
        var key = await KeyOf(client, token, proven, caller, stop);
        if (!client.RotatesRefreshTokens)
            return await Make(client, user, token.Facts, rotates: false, key, caller, stop);
        return await Rotate(client, user, token.Facts with { Key = token.Facts.Key ?? proven?.RefreshKey }, key, caller, stop);
    }

    /// <summary>Tokens with the refresh token that replaces this one. They are signed before the rotation is saved: where a signature cannot be
    /// had, the old one stays good.</summary>
    private async ValueTask<AuthenticationResultType> Rotate(
        AppClient client, User user, SignInFacts facts, string? key, Caller caller, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var now = time.GetUtcNow();
            var rotation = await signIns.FindRotation(client.Pool.Number, facts.OriginJti, stop);
            var current = rotation?.Generation ?? 0;
            if (facts.Generation == current)
            {
                var made = await Make(client, user, facts with { Generation = current + 1 }, rotates: true, key, caller, stop);
                var next = new Rotation(client.Pool.Number, facts.OriginJti, current + 1, now, facts.RefreshExpires);
                if ((await changes.Save(new(new PutRotation(next)), stop)).IsSaved)
                    return made;
            }
            else if (IsInGrace(client, rotation, facts, now))
            {
                return await Make(client, user, facts with { Generation = current }, rotates: true, key, caller, stop);
            }
            else
            {
                throw new RefreshTokenReuseException("Refresh token has been rotated and can no longer be used.");
            }
        }
        throw new TooManyRequestsException("Too many requests with this refresh token at once; try again.");
    }

    private static bool IsInGrace(AppClient client, Rotation? rotation, SignInFacts facts, DateTimeOffset now) =>
        rotation is not null && facts.Generation == rotation.Generation - 1
        && now < rotation.Rotated + TimeSpan.FromSeconds(client.Settings.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0);

    /// <summary>Whom a refresh token would give new tokens now, asked by its device; null where it would give none.</summary>
    public async ValueTask<User?> FindHolder(AppClient client, RefreshToken token, CancellationToken stop)
    {
        User user;
        try
        {
            user = await Holder(client, token, token.Facts.Device == Guid.Empty ? null : DeviceKeys.Of(client.Pool, token.Facts.Device), stop);
        }
        catch (NotAuthorizedException)
        {
            return null;
        }
        if (!client.RotatesRefreshTokens)
            return user;
        var rotation = await signIns.FindRotation(client.Pool.Number, token.Facts.OriginJti, stop);
        return token.Facts.Generation == (rotation?.Generation ?? 0) || IsInGrace(client, rotation, token.Facts, time.GetUtcNow()) ? user : null;
    }

    private async ValueTask<User> Holder(AppClient client, RefreshToken token, string? deviceKey, CancellationToken stop)
    {
        if (token.Facts.RefreshExpires <= time.GetUtcNow())
            throw new NotAuthorizedException("Refresh Token has expired");
        var view = await users.FindForToken(client.Pool.Number, token.Sub, token.Facts.OriginJti, stop) ?? throw RefreshTokens.Invalid();
        // Who is disabled has no live token either: this tells why.
        SignInUsers.RefuseDisabled(view.User);
        if (view.IsRevoked || token.SignOuts != view.User.SignOuts)
            throw new NotAuthorizedException("Refresh Token has been revoked");
        return await IsOfDevice(client, token, deviceKey, stop) ? view.User : throw RefreshTokens.Invalid();
    }

    /// <summary>The thumbprint of the key that the new access token is bound to; null where it is to none.</summary>
    /// <exception cref="NotAuthorizedException">The refresh token is bound to a key, which was not proved. The text is ours.</exception>
    private async ValueTask<string?> KeyOf(AppClient client, RefreshToken token, ProvenKey? proven, Caller caller, CancellationToken stop)
    {
        if (token.Facts.Key is not { } bound || proven?.Thumbprint == bound)
            return proven?.Thumbprint;
        if (proven is null && caller.Proof is { } sent && await proofs.Check(client.Pool, sent, accessToken: null, needsNonce: false, stop) is { } outcome)
        {
            if (outcome.Key == bound)
                return bound;
            if (outcome.Problem is not null)
                throw new NotAuthorizedException(outcome.Problem);
        }
        throw new NotAuthorizedException("Refresh Token is bound to a key: a DPoP proof of it is required");
    }

    /// <summary>Tokens of a pool that tracks devices are refreshed by the device that they were given to, once it was confirmed.</summary>
    private async ValueTask<bool> IsOfDevice(AppClient client, RefreshToken token, string? deviceKey, CancellationToken stop)
    {
        var pool = client.Pool;
        if (token.Facts.Device == Guid.Empty || !pool.TracksDevices)
            return true;
        return deviceKey == DeviceKeys.Of(pool, token.Facts.Device) && await devices.Find(pool.Number, token.Sub, deviceKey, stop) is not null;
    }

    private async ValueTask<AuthenticationResultType> Make(
        AppClient client, User user, SignInFacts facts, bool rotates, string? key, Caller caller, CancellationToken stop)
    {
        var made = await tokens.Make(client, user, await groups.ListForUser(client.Pool.Number, user.Sub, stop), facts, rotates, stop, key: key);
        if (rotates)
            await sessions.Rotated(client.Pool, user.Sub, facts, caller, stop);
        else
            sessions.Refreshed(client.Pool, user.Sub, facts, caller);
        return made;
    }
}
