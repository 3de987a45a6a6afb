using System.Text;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Cryptography;

namespace Postern.UserPools.Passkeys;

/// <summary>A passkey's answer to a challenge, as a browser hands it over (AuthenticationResponseJSON).</summary>
/// <param name="Id">The credential's id in base64url, as it is listed.</param>
/// <param name="UserHandle">Who signs in, as the authenticator knows it; null where it does not say.</param>
internal sealed record UsedCredential(
    string Id, ClientData Client, AuthenticatorData Data, ReadOnlyMemory<byte> Bytes, byte[] Signature, byte[]? UserHandle)
{
    private const int LongestText = 64 * 1024;

    /// <exception cref="InvalidParameterException">The text is none.</exception>
    public static UsedCredential Read(string text)
    {
        if (text.Length > LongestText)
            throw CreatedCredential.Invalid();
        try
        {
            using var document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false });
            var members = new PresentedJson(document.RootElement);
            var response = members.Object("response");
            if (members.Text("type") is not "public-key"
                || members.Bytes("id") is not { Length: > 0 } id
                || !(members.Bytes("rawId") ?? id).AsSpan().SequenceEqual(id)
                || response.Bytes("clientDataJSON") is not { } json || ClientData.Read(json) is not { } client
                || response.Bytes("authenticatorData") is not { } bytes || AuthenticatorData.Read(bytes) is not { } data
                || response.Bytes("signature") is not { Length: > 0 } signature)
                throw CreatedCredential.Invalid();
            return new(Passkey.Text(id), client, data, bytes, signature, response.Bytes("userHandle") is { Length: > 0 } handle ? handle : null);
        }
        catch (JsonException)
        {
            throw CreatedCredential.Invalid();
        }
    }

    /// <summary>What is wrong with it; null where nothing is (WebAuthn §7.2).</summary>
    /// <param name="passkey">The user's passkey of this id.</param>
    /// <param name="challenge">What it had to sign.</param>
    /// <param name="mustVerify">Whether the authenticator must have verified the user.</param>
    public Refusal? Check(Passkey passkey, Guid sub, ReadOnlySpan<byte> challenge, RelyingParty party, bool mustVerify)
    {
        if (Client.Type is not ClientData.Use || !Client.Answers(challenge))
            return Refusal.Challenge;
        if (Client.IsEmbedded || !party.Allows(Client.Origin))
            return Refusal.Origin;
        if (!Data.IsFor(party) || passkey.RelyingPartyId != party.Id)
            return Refusal.RelyingParty;
        if (UserHandle is not null && !UserHandle.AsSpan().SequenceEqual(Handle(sub)))
            return Refusal.User;
        if (!Data.Has(AuthenticatorFlags.UserPresent))
            return Refusal.UserAbsent;
        if (mustVerify && !Data.Has(AuthenticatorFlags.UserVerified))
            return Refusal.UserUnverified;
        if (Data.Has(AuthenticatorFlags.MayBeBackedUp) != passkey.MayBeBackedUp)
            return Refusal.BackedUp;
        if (CoseKey.Read(passkey.Key)?.Verifies((byte[])[.. Bytes.Span, .. Client.Hash], Signature) is not true)
            return Refusal.Signature;
        return (Data.Counter, passkey.Counter) is (0, 0) || Data.Counter > passkey.Counter ? null : Refusal.Counter;
    }

    /// <summary>The user as authenticators know him: the text of his sub.</summary>
    public static byte[] Handle(Guid sub) => Encoding.ASCII.GetBytes(sub.ToString());
}

/// <summary>Why a passkey's answer was refused: for the log alone, callers are told nothing.</summary>
internal enum Refusal
{
    Challenge,
    Origin,
    RelyingParty,
    User,
    UserAbsent,
    UserUnverified,
    BackedUp,
    Signature,

    /// <summary>The counter did not grow: somebody else may have a copy of the key.</summary>
    Counter,
}
