using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Postern.UserPools.Passkeys;

/// <summary>What an authenticator says of itself and of the ceremony, which its signature covers (WebAuthn §6.1).</summary>
/// <param name="RelyingPartyHash">SHA-256 of the relying party id that it acted for.</param>
/// <param name="Counter">How often it signed; 0 where it does not count.</param>
/// <param name="Credential">The credential that was made; null at sign-in.</param>
internal sealed record AuthenticatorData(
    ReadOnlyMemory<byte> RelyingPartyHash, AuthenticatorFlags Flags, uint Counter, AttestedCredential? Credential)
{
    private const int FixedLength = 37;

    public bool Has(AuthenticatorFlags flag) => (Flags & flag) == flag;

    public bool IsFor(RelyingParty party) => CryptographicOperations.FixedTimeEquals(RelyingPartyHash.Span, party.Hash);

    /// <returns>Null where the bytes are no such data, or there are too few or too many.</returns>
    public static AuthenticatorData? Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < FixedLength)
            return null;
        var flags = (AuthenticatorFlags)bytes.Span[32];
        // Who is backed up must be able to be (WebAuthn §6.1.3).
        if ((flags & (AuthenticatorFlags.MayBeBackedUp | AuthenticatorFlags.IsBackedUp)) == AuthenticatorFlags.IsBackedUp)
            return null;
        var rest = bytes[FixedLength..];
        try
        {
            AttestedCredential? credential = null;
            if (flags.HasFlag(AuthenticatorFlags.HasCredential) && (credential = AttestedCredential.Read(ref rest)) is null)
                return null;
            if (flags.HasFlag(AuthenticatorFlags.HasExtensions))
                AttestedCredential.Value(ref rest, CborReaderState.StartMap);
            return rest.IsEmpty ? new(bytes[..32], flags, BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[33..]), credential) : null;
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>The bits of an authenticator's data.</summary>
[Flags]
internal enum AuthenticatorFlags : byte
{
    None = 0,

    /// <summary>UP: somebody was there.</summary>
    UserPresent = 1,

    /// <summary>UV: it was the user, by a PIN, a finger or a face.</summary>
    UserVerified = 4,

    /// <summary>BE: the passkey may leave the device.</summary>
    MayBeBackedUp = 8,

    /// <summary>BS: it did.</summary>
    IsBackedUp = 16,

    HasCredential = 64,
    HasExtensions = 128,
}

/// <summary>A credential as its authenticator made it.</summary>
/// <param name="Authenticator">The model of the authenticator (AAGUID); zeros where it does not say.</param>
/// <param name="Key">The public key as a COSE_Key.</param>
internal sealed record AttestedCredential(Guid Authenticator, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Key)
{
    private const int LongestId = 1023;

    /// <summary>Reads one, and moves behind it.</summary>
    public static AttestedCredential? Read(ref ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < 18)
            return null;
        var authenticator = new Guid(bytes.Span[..16], bigEndian: true);
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[16..]);
        if (length is 0 or > LongestId || bytes.Length < 18 + length)
            return null;
        var id = bytes.Slice(18, length);
        bytes = bytes[(18 + length)..];
        return new(authenticator, id, Value(ref bytes, CborReaderState.StartMap));
    }

    /// <summary>One CBOR value of a kind; moves behind it.</summary>
    /// <exception cref="CborContentException">There is none.</exception>
    public static ReadOnlyMemory<byte> Value(ref ReadOnlyMemory<byte> bytes, CborReaderState kind)
    {
        var reader = new CborReader(bytes, CborConformanceMode.Strict, allowMultipleRootLevelValues: true);
        if (reader.PeekState() != kind)
            throw new CborContentException("Another kind of value was expected.");
        var value = reader.ReadEncodedValue();
        bytes = bytes[value.Length..];
        return value;
    }
}
