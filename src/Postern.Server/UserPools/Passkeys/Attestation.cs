using System.Formats.Cbor;

namespace Postern.UserPools.Passkeys;

/// <summary>An attestation object (WebAuthn §6.5): the authenticator's data, and a statement of who vouches for it.</summary>
/// <param name="Format"><c>none</c>, <c>packed</c> or one that Postern does not know.</param>
/// <param name="Statement">The statement, a CBOR map.</param>
/// <param name="Bytes">The authenticator's data as it was signed.</param>
/// <param name="Data">The same, read.</param>
internal sealed record Attestation(string Format, ReadOnlyMemory<byte> Statement, ReadOnlyMemory<byte> Bytes, AuthenticatorData Data)
{
    private const int LongestFormat = 32;

    /// <returns>Null where the bytes are no such object.</returns>
    public static Attestation? Read(byte[] cbor)
    {
        try
        {
            var reader = new CborReader(cbor, CborConformanceMode.Strict);
            string? format = null;
            ReadOnlyMemory<byte>? statement = null;
            byte[]? bytes = null;
            if (reader.ReadStartMap() is not 3)
                return null;
            for (var i = 0; i < 3; i++)
            {
                switch (reader.ReadTextString())
                {
                    case "fmt":
                        format = reader.ReadTextString();
                        break;
                    case "attStmt" when reader.PeekState() is CborReaderState.StartMap:
                        statement = reader.ReadEncodedValue();
                        break;
                    case "authData":
                        bytes = reader.ReadByteString();
                        break;
                    default:
                        return null;
                }
            }
            reader.ReadEndMap();
            return format is { Length: <= LongestFormat } && statement is { } map && bytes is not null && reader.BytesRemaining == 0
                && AuthenticatorData.Read(bytes) is { } data
                ? new(format, map, bytes, data)
                : null;
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException)
        {
            return null;
        }
    }
}
