using System.Globalization;
using System.Xml;

namespace Postern.Contract;

/// <summary>Values as the text of XML elements of a Query answer.</summary>
internal static class XmlText
{
    public static string Of(string value) => value;

    public static string Of(long value) => XmlConvert.ToString(value);

    public static string Of(double value) => XmlConvert.ToString(value);

    public static string Of(bool value) => XmlConvert.ToString(value);

    public static string Of(byte[] value) => Convert.ToBase64String(value);

    /// <summary>ISO 8601 in UTC: whole seconds as the service writes them, milliseconds where there are any.</summary>
    public static string Of(DateTimeOffset value) =>
        value.ToUniversalTime().ToString(value.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
