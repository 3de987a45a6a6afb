using System.Xml;

namespace Postern.UserPools.Branding;

/// <summary>Tells drawings in SVG from documents that run or load something.</summary>
/// <remarks>The service checks SVG against a list of its own that is not published; this one takes every drawing.</remarks>
internal static class SvgFile
{
    private static readonly string[] ActiveElements = ["script", "foreignObject", "iframe", "object", "embed", "handler", "listener", "audio", "video"];

    /// <summary>Whether the bytes are XML with <c>svg</c> as its root, and nothing in it runs or comes from elsewhere.</summary>
    public static bool IsSvg(ReadOnlySpan<byte> bytes)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = 2_000_000 };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes.ToArray(), writable: false), settings);
            if (reader.MoveToContent() is not XmlNodeType.Element || reader.LocalName != "svg")
                return false;
            do
            {
                if (!IsHarmless(reader))
                    return false;
            }
            while (reader.Read());
            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool IsHarmless(XmlReader reader)
    {
        if (reader.NodeType is XmlNodeType.ProcessingInstruction)
            return false;
        if (reader.NodeType is not XmlNodeType.Element)
            return true;
        if (ActiveElements.Contains(reader.LocalName, StringComparer.OrdinalIgnoreCase))
            return false;
        while (reader.MoveToNextAttribute())
        {
            var value = reader.Value.Trim();
            if (reader.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                || value.Contains("javascript:", StringComparison.OrdinalIgnoreCase)
                || (reader.LocalName.Equals("href", StringComparison.OrdinalIgnoreCase) && !value.StartsWith('#') && !value.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)))
                return false;
        }
        reader.MoveToElement();
        return true;
    }
}
