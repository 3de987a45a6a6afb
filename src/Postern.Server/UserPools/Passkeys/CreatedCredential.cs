using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Cryptography;

namespace Postern.UserPools.Passkeys;

/// <summary>A credential as a browser hands it over after registration (RegistrationResponseJSON).</summary>
/// <param name="Attachment"><c>platform</c>, <c>cross-platform</c>, or null where the browser does not say.</param>
/// <param name="Transports">How the authenticator can be reached.</param>
internal sealed record CreatedCredential(
    byte[] Id, ClientData Client, Attestation Attestation, AttestedCredential Credential, string? Attachment, IReadOnlyList<string> Transports)
{
    private const int MostTransports = 10;

    private static readonly string[] KnownTransports = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal", "cable"];

    /// <exception cref="InvalidParameterException">It is none, or parts are missing: the live service refuses one without transports, too.</exception>
    public static CreatedCredential Read(JsonElement credential)
    {
        var members = new PresentedJson(credential);
        var response = members.Object("response");
        if (members.Text("type") is not "public-key"
            || members.Bytes("id") is not { Length: > 0 } id
            || !(members.Bytes("rawId") ?? id).AsSpan().SequenceEqual(id)
            || response.Bytes("clientDataJSON") is not { } json || ClientData.Read(json) is not { Type: ClientData.Creation } client
            || response.Bytes("attestationObject") is not { } cbor || Attestation.Read(cbor) is not { Data.Credential: { } made } attestation
            || !made.Id.Span.SequenceEqual(id)
            || response.Texts("transports", MostTransports) is not { } transports)
            throw Invalid();
        return new(id, client, attestation, made, members.Text("authenticatorAttachment"), [.. transports.Distinct()]);
    }

    /// <summary>Checks everything about the ceremony but its challenge (WebAuthn §7.1).</summary>
    /// <param name="mustVerify">Whether the authenticator must have verified the user.</param>
    /// <returns>The credential's key.</returns>
    /// <exception cref="WebAuthnOriginNotAllowedException">The page is not of the relying party.</exception>
    /// <exception cref="WebAuthnRelyingPartyMismatchException">The authenticator acted for another relying party.</exception>
    /// <exception cref="WebAuthnCredentialNotSupportedException">The algorithm, the attestation or a transport is unknown, or the user was not verified.</exception>
    /// <exception cref="InvalidParameterException">Nobody was there, or a signature is not right.</exception>
    public CoseKey Check(RelyingParty party, bool mustVerify)
    {
        if (Client.IsEmbedded || !party.Allows(Client.Origin))
            throw new WebAuthnOriginNotAllowedException($"The origin of the passkey is not allowed for the relying party {party.Id}.");
        if (!Attestation.Data.IsFor(party))
            throw new WebAuthnRelyingPartyMismatchException($"The passkey is for another relying party than {party.Id}.");
        if (!Attestation.Data.Has(AuthenticatorFlags.UserPresent))
            throw Invalid();
        if (mustVerify && !Attestation.Data.Has(AuthenticatorFlags.UserVerified))
            throw new WebAuthnCredentialNotSupportedException("The user pool requires user verification, which the passkey's authenticator did not do.");
        if (Transports.FirstOrDefault(static transport => !KnownTransports.Contains(transport)) is not null || Attachment is not (null or "platform" or "cross-platform"))
            throw new WebAuthnCredentialNotSupportedException("The transports of the passkey's authenticator are not supported.");
        var key = CoseKey.Read(Credential.Key) ?? throw new WebAuthnCredentialNotSupportedException("The algorithm of the passkey is not supported.");
        if (!IsAttested(key))
            throw Invalid();
        return key;
    }

    /// <summary>What does not hold together at all.</summary>
    public static InvalidParameterException Invalid() => new("Credential data is not valid");

    private bool IsAttested(CoseKey key)
    {
        switch (Attestation.Format)
        {
            case "none":
                // An empty map.
                return Attestation.Statement.Span is [0xa0];
            case "packed":
                return PackedStatement.Read(Attestation.Statement) is { } statement
                    && statement.Holds(key, Credential, (byte[])[.. Attestation.Bytes.Span, .. Client.Hash]);
            default:
                throw new WebAuthnCredentialNotSupportedException("The attestation of the passkey is not supported.");
        }
    }
}
