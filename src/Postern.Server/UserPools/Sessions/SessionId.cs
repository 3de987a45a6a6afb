using System.Buffers.Binary;

namespace Postern.UserPools.Sessions;

/// <summary>The id of a token session: <c>tkn</c> and the sign-in's <c>origin_jti</c> in 25 digits of base 36, so that either tells the other; and
/// likewise <c>sso</c> and the id of a browser's session.</summary>
/// <remarks>Form: newest operations, "Sessions". 128 bits never need more digits.</remarks>
public static class SessionId
{
    public const string TokenPrefix = "tkn";

    public const string SsoPrefix = "sso";

    private const int Digits = 25;
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    public static string Of(Guid originJti) => Of(TokenPrefix, originJti);

    /// <summary>The id of a browser's session.</summary>
    public static string OfSso(Guid session) => Of(SsoPrefix, session);

    private static string Of(string prefix, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        var rest = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        Span<char> id = stackalloc char[prefix.Length + Digits];
        prefix.CopyTo(id);
        for (var at = id.Length - 1; at >= prefix.Length; at--)
        {
            (rest, var digit) = UInt128.DivRem(rest, (UInt128)Alphabet.Length);
            id[at] = Alphabet[(int)digit];
        }
        return new(id);
    }

    /// <summary>The sign-in that a token session's id names; null where it is no such id.</summary>
    public static Guid? OriginJti(string id) => Read(TokenPrefix, id);

    /// <summary>The browser's session that an id names; null where it is no such id.</summary>
    public static Guid? OfSso(string id) => Read(SsoPrefix, id);

    private static Guid? Read(string prefix, string id)
    {
        if (id.Length != prefix.Length + Digits || !id.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        UInt128 number = 0;
        foreach (var character in id.AsSpan(prefix.Length))
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0 || number > (UInt128.MaxValue - (UInt128)digit) / (UInt128)Alphabet.Length)
                return null;
            number = (number * (UInt128)Alphabet.Length) + (UInt128)digit;
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new(bytes, bigEndian: true);
    }
}
