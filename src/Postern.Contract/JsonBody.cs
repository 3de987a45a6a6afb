using System.Text;
using System.Text.Json;

namespace Postern.Contract;

/// <summary>Reads and writes the values of JSON 1.1 bodies for the generated records.</summary>
/// <remarks>Only <c>Expected map or null</c> is captured from the service; the texts for other types follow its form (unverified), as does
/// that null elements of lists and maps are left out. A whole number written as <c>1.0</c> or <c>1e0</c> is read as an integer (best reading).</remarks>
internal static class JsonBody
{
    /// <summary>Whether a map begins where the reader stands; false for null.</summary>
    public static bool Map(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.None)
            reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.Null => false,
            _ => throw new SerializationException("Expected map or null"),
        };
    }

    /// <summary>Moves to the value of the next member that is not null; false at the map's end.</summary>
    public static bool Member(ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            name = reader.ValueIsEscaped || reader.HasValueSequence ? Encoding.UTF8.GetBytes(Text(ref reader)) : reader.ValueSpan;
            reader.Read();
            if (reader.TokenType is not JsonTokenType.Null)
                return true;
        }
        name = default;
        return false;
    }

    /// <summary>Moves to the value of the next entry that is not null; false at the map's end.</summary>
    public static bool Entry(ref Utf8JsonReader reader, out string key)
    {
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            key = Text(ref reader);
            reader.Read();
            if (reader.TokenType is not JsonTokenType.Null)
                return true;
        }
        key = "";
        return false;
    }

    public static void List(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
            throw new SerializationException("Expected list or null");
    }

    /// <summary>Moves to the next element that is not null; false at the list's end.</summary>
    public static bool Item(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType is JsonTokenType.Null)
        {
        }
        return reader.TokenType is not JsonTokenType.EndArray;
    }

    public static string String(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String ? Text(ref reader) : throw new SerializationException("Expected string or null");

    public static int Integer(ref Utf8JsonReader reader)
    {
        var value = Whole(ref reader);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new SerializationException("Expected integer or null");
    }

    public static long Long(ref Utf8JsonReader reader) => Whole(ref reader);

    public static double Double(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.Number && reader.TryGetDouble(out var value) ? value : throw new SerializationException("Expected number or null");

    public static bool Boolean(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new SerializationException("Expected boolean or null"),
    };

    public static byte[] Blob(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String && reader.TryGetBytesFromBase64(out var value)
            ? value
            : throw new SerializationException("Expected base64 string or null");

    /// <summary>Seconds since the epoch, with a fraction and in E-notation where the client likes it; kept to the millisecond.</summary>
    public static DateTimeOffset Timestamp(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.Number || !reader.TryGetDecimal(out var seconds) || seconds is < -62_135_596_800m or > 253_402_300_799m)
            throw new SerializationException("Expected number or null");
        return DateTimeOffset.FromUnixTimeMilliseconds((long)decimal.Floor(seconds * 1000m));
    }

    public static JsonElement Document(ref Utf8JsonReader reader) => JsonElement.ParseValue(ref reader);

    /// <summary>Writes seconds since the epoch, with up to three decimals.</summary>
    public static void WriteTimestamp(Utf8JsonWriter writer, DateTimeOffset value)
    {
        var milliseconds = value.ToUnixTimeMilliseconds();
        if (milliseconds % 1000 == 0)
            writer.WriteNumberValue(milliseconds / 1000);
        else
            writer.WriteNumberValue(milliseconds / 1000m);
    }

    private static long Whole(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.Number)
            throw new SerializationException("Expected integer or null");
        if (reader.TryGetInt64(out var value))
            return value;
        if (reader.TryGetDecimal(out var number) && decimal.Truncate(number) == number && number is >= long.MinValue and <= long.MaxValue)
            return (long)number;
        throw new SerializationException("Expected integer or null");
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new SerializationException("Expected valid UTF-8 text");
        }
    }
}
