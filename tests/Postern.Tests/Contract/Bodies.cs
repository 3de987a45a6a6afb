using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Postern.Contract;

namespace Postern.Tests.Contract;

/// <summary>Reads and writes the bodies of the contract as the wire does.</summary>
internal static class Bodies
{
    public static T Read<T>(string json) where T : IRequest<T>
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var request = T.Read(ref reader);
        Assert.False(reader.Read());
        return request;
    }

    public static string Write(IResponse response) => Write(response.Write);

    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static string Violations<T>(string json) where T : IRequest<T>
    {
        var violations = new Violations();
        Read<T>(json).Validate(violations);
        return violations.Count == 0 ? "" : violations.ToString();
    }
}
