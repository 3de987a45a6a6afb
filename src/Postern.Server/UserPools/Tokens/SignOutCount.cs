using System.Buffers.Binary;

namespace Postern.UserPools.Tokens;

/// <summary>A user's sign-out count inside an access token's <c>jti</c>, which keeps the form of a version 4 UUID.</summary>
/// <remarks>A global sign-out raises the count, and tokens with a lower one are revoked: seconds could not order a sign-out and a sign-in.
/// The last four bytes hold it, masked with the first four so that it is not seen as a run of zeros.</remarks>
public static class SignOutCount
{
    public static Guid Hide(int count)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], count ^ BinaryPrimitives.ReadInt32BigEndian(bytes));
        return new(bytes, bigEndian: true);
    }

    public static int Reveal(Guid jti)
    {
        Span<byte> bytes = stackalloc byte[16];
        jti.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt32BigEndian(bytes[12..]) ^ BinaryPrimitives.ReadInt32BigEndian(bytes);
    }
}
