using System.Text;

namespace Postern.Storage;

/// <summary>A user's attributes as bytes: the form's version, how many, then for each one its name (a number for the well-known ones, 0 and the name
/// itself for all others) and its value. Lengths are in groups of seven bits, the lowest first.</summary>
internal static class PackedAttributes
{
    private const byte Form = 1;

    /// <summary>The names that have a number: their place here, from 1. Never reorder, only add, up to 255.</summary>
    private static readonly string[] Known =
    [
        "email", "email_verified", "phone_number", "phone_number_verified", "name", "given_name", "family_name", "middle_name", "nickname",
        "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "address", "updated_at", "identities",
    ];

    /// <summary>The greatest number of bytes that these attributes take.</summary>
    public static int GreatestLength(IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        var most = 6;
        foreach (var (name, value) in attributes)
            most += 11 + Encoding.UTF8.GetMaxByteCount(name.Length) + Encoding.UTF8.GetMaxByteCount(value.Length);
        return most;
    }

    /// <summary>Packs attributes into a buffer of at least <see cref="GreatestLength"/> bytes; answers how many it took, none where there are none.</summary>
    public static int Write(IReadOnlyList<KeyValuePair<string, string>> attributes, byte[] buffer)
    {
        if (attributes.Count == 0)
            return 0;
        buffer[0] = Form;
        var at = 1;
        WriteNumber(buffer, ref at, attributes.Count);
        foreach (var (name, value) in attributes)
        {
            var number = Array.IndexOf(Known, name) + 1;
            buffer[at++] = (byte)number;
            if (number == 0)
                WriteText(buffer, ref at, name);
            WriteText(buffer, ref at, value);
        }
        return at;
    }

    /// <exception cref="StorageException">The bytes are of a form that this program does not know.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(ReadOnlySpan<byte> packed)
    {
        if (packed.IsEmpty)
            return [];
        if (packed[0] != Form)
            throw new StorageException($"A user's attributes are of form {packed[0]}, and this program knows form {Form} alone.");

        var rest = packed[1..];
        var attributes = new KeyValuePair<string, string>[ReadNumber(ref rest)];
        for (var i = 0; i < attributes.Length; i++)
        {
            var number = rest[0];
            rest = rest[1..];
            var name = number == 0 ? ReadText(ref rest) : Known[number - 1];
            attributes[i] = new(name, ReadText(ref rest));
        }
        return attributes;
    }

    private static void WriteText(byte[] buffer, ref int at, string text)
    {
        WriteNumber(buffer, ref at, Encoding.UTF8.GetByteCount(text));
        at += Encoding.UTF8.GetBytes(text, buffer.AsSpan(at));
    }

    private static void WriteNumber(byte[] buffer, ref int at, int number)
    {
        for (; number >= 0x80; number >>= 7)
            buffer[at++] = (byte)(number | 0x80);
        buffer[at++] = (byte)number;
    }

    private static string ReadText(ref ReadOnlySpan<byte> rest)
    {
        var length = ReadNumber(ref rest);
        var text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> rest)
    {
        var number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = rest[0];
            rest = rest[1..];
            number |= (next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }
    }
}
