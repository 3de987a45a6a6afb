using System.Security.Cryptography;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.UserPools.Passkeys;

/// <summary>Making passkeys. The challenge is a row, one for each user and client: the newest counts, for three minutes and one success.</summary>
/// <remarks>User pools sheet, "Passkeys". The texts of the errors are unverified against the service.</remarks>
public sealed class PasskeyRegistrations(UserPasskeys passkeys, IUserPartStore parts, IChanges changes, RelyingParties parties, Users.Users users, TimeProvider time)
{
    private const int ChallengeLength = 32;
    private const int MostOthers = 100;

    // Longer than the minute that the browser has: its answer has to travel.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(3);

    /// <summary>The options for the browser.</summary>
    /// <exception cref="WebAuthnNotEnabledException">Nobody signs in by passkey in this pool.</exception>
    /// <exception cref="WebAuthnConfigurationMissingException">The pool has neither a relying party nor a domain.</exception>
    /// <exception cref="LimitExceededException">The user has as many passkeys as are allowed.</exception>
    public async ValueTask<JsonElement> Start(AppClient client, User user, CancellationToken stop)
    {
        RefuseUnlessEnabled(client.Pool);
        var party = await parties.Find(client.Pool, stop)
            ?? throw new WebAuthnConfigurationMissingException("The user pool has no relying party ID configured, and no domain.");
        RefuseMore(user);
        var known = await passkeys.List(client.Pool, user.Sub, stop);
        var challenge = RandomNumberGenerator.GetBytes(ChallengeLength);
        var now = time.GetUtcNow();
        await changes.Save(new(new ReplaceUserPart(new(
            client.Pool.Number, user.Sub, UserPartKind.PasskeyRegistration, client.Id, now, now, now + Lifetime, default, challenge, Version: 0))), stop);
        return CeremonyOptions.Creation(
            party, UserPasskeys.Verification(client.Pool), challenge, user.Sub, KnownAs(client.Pool, user),
            [.. known.Select(static one => one.Passkey).Where(passkey => passkey.RelyingPartyId == party.Id)]);
    }

    /// <summary>Checks what the browser made of the options, and keeps the passkey.</summary>
    /// <exception cref="WebAuthnNotEnabledException">Nobody signs in by passkey in this pool.</exception>
    /// <exception cref="WebAuthnChallengeNotFoundException">No registration with its challenge is under way.</exception>
    /// <exception cref="WebAuthnClientMismatchException">Another app client began it.</exception>
    /// <exception cref="WebAuthnOriginNotAllowedException">The page is not of the relying party.</exception>
    /// <exception cref="WebAuthnRelyingPartyMismatchException">The authenticator acted for another relying party.</exception>
    /// <exception cref="WebAuthnCredentialNotSupportedException">The algorithm, the attestation or a transport is unknown, or the user was not verified.</exception>
    /// <exception cref="InvalidParameterException">The credential does not hold together, or the user has it already.</exception>
    /// <exception cref="LimitExceededException">The user has as many passkeys as are allowed.</exception>
    public async ValueTask Complete(AppClient client, User owner, JsonElement credential, CancellationToken stop)
    {
        var pool = client.Pool;
        RefuseUnlessEnabled(pool);
        var created = CreatedCredential.Read(credential);
        var registration = await Pending(client, owner, created, stop);
        var party = await parties.Find(pool, stop)
            ?? throw new WebAuthnRelyingPartyMismatchException("The user pool has no relying party any more.");
        created.Check(party, UserPasskeys.MustVerify(pool));
        var passkey = Made(created, party);
        UserPart? begun = registration;
        await users.Change(pool, owner, async user =>
        {
            var challenge = begun ?? await Pending(client, user, created, stop);
            begun = null;
            RefuseMore(user);
            if (await passkeys.Find(pool, user.Sub, passkey.Id, stop) is not null)
                throw new InvalidParameterException("The credential is registered already.");
            var now = time.GetUtcNow();
            var row = new UserPart(pool.Number, user.Sub, UserPartKind.Passkey, passkey.Id, now, now, null, default, passkey.ToData(), Version: 0);
            var state = user.Factors();
            return new(user.With(state with { Passkeys = state.Passkeys + 1 }), new DeleteUserPart(challenge), new PutUserPart(row));
        }, stop);
    }

    private static Passkey Made(CreatedCredential created, RelyingParty party)
    {
        var (data, credential) = (created.Attestation.Data, created.Credential);
        return new(
            Passkey.Text(created.Id), party.Id, AuthenticatorNames.Of(credential.Authenticator, created.Attachment, created.Transports),
            created.Attachment, created.Transports, credential.Key, data.Counter, credential.Authenticator,
            data.Has(AuthenticatorFlags.MayBeBackedUp), data.Has(AuthenticatorFlags.IsBackedUp));
    }

    /// <summary>The row of the registration whose challenge was answered.</summary>
    private async ValueTask<UserPart> Pending(AppClient client, User user, CreatedCredential created, CancellationToken stop)
    {
        var row = await parts.Find(client.Pool.Number, user.Sub, UserPartKind.PasskeyRegistration, client.Id, stop);
        if (row is not null && IsAnswered(row))
            return row;
        var others = await parts.List(client.Pool.Number, user.Sub, UserPartKind.PasskeyRegistration, null, MostOthers, stop);
        if (others.Items.Any(IsAnswered))
            throw new WebAuthnClientMismatchException("The registration was started by another client.");
        throw new WebAuthnChallengeNotFoundException("The challenge of the registration was not found, or has expired.");

        bool IsAnswered(UserPart part) => part.Expires > time.GetUtcNow() && created.Client.Answers(part.Data.Span);
    }

    private static void RefuseUnlessEnabled(UserPool pool)
    {
        if (!pool.OffersFirstFactor(AuthFactorType.WEB_AUTHN))
            throw new WebAuthnNotEnabledException("Passkeys are not enabled for the user pool.");
    }

    private static void RefuseMore(User user)
    {
        if (user.Factors().Passkeys >= UserPasskeys.Most)
            throw new LimitExceededException("The user has as many passkeys as are allowed.");
    }

    /// <summary>By what people know their account: not by a UUID that the pool made.</summary>
    private static string KnownAs(UserPool pool, User user) =>
        (pool.UsernameAttributes.Count == 0 ? null : user.Attribute("email") ?? user.Attribute("phone_number")) ?? user.Username;
}
