using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Postern.OAuth;

/// <summary>The fields of a form (<c>application/x-www-form-urlencoded</c>), each at most once. A field without a value counts as left out
/// (RFC 6749, §3.1).</summary>
public sealed class OAuthForm
{
    /// <summary>In bytes, as sent. A refresh token, the longest of the usual fields, has about 2,000.</summary>
    public const int LongestBody = 64 * 1024;

    private const string MediaType = "application/x-www-form-urlencoded";
    private const int LongestValue = 32 * 1024;
    private const int LongestName = 256;
    private const int MostFields = 64;

    private readonly Dictionary<string, string> values = new(8, StringComparer.Ordinal);

    private OAuthForm()
    {
    }

    /// <summary>A field's value; null where it is absent or empty.</summary>
    public string? this[string name] => values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The same as a query, with its question mark.</summary>
    public string ToQuery() => "?" + string.Join('&', values.Select(static field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));

    /// <summary>All of them, as they came.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields => values;

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="OAuthException"><c>invalid_request</c>: another type, too large, or malformed.</exception>
    public static async ValueTask<OAuthForm> Read(HttpRequest request, CancellationToken stop)
    {
        if (!IsForm(request.ContentType) || request.ContentLength > LongestBody)
            throw Malformed();
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(stop);
            var body = read.Buffer;
            if (body.Length > LongestBody)
            {
                reader.AdvanceTo(body.End);
                throw Malformed();
            }
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(body.Start, body.End);
                continue;
            }
            try
            {
                return Parse(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
            }
            finally
            {
                reader.AdvanceTo(body.End);
            }
        }
    }

    /// <exception cref="OAuthException"><c>invalid_request</c>: a field twice, a bad escape, text that is no UTF-8, or more than is taken.</exception>
    public static OAuthForm Parse(ReadOnlySpan<byte> body)
    {
        var form = new OAuthForm();
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(body.Length, 1));
        try
        {
            foreach (var range in body.Split((byte)'&'))
            {
                var field = body[range];
                if (field.IsEmpty)
                    continue;
                var equals = field.IndexOf((byte)'=');
                var name = Decode(equals < 0 ? field : field[..equals], buffer, LongestName);
                var value = equals < 0 ? "" : Decode(field[(equals + 1)..], buffer, LongestValue);
                // RFC 6749, §3.2: parameters must not be there more than once.
                if (form.values.Count == MostFields || !form.values.TryAdd(name, value))
                    throw Malformed();
            }
        }
        finally
        {
            // It may have held a secret.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
        return form;
    }

    private static string Decode(ReadOnlySpan<byte> encoded, Span<byte> buffer, int longest)
    {
        var length = 0;
        for (var at = 0; at < encoded.Length; at++)
        {
            var one = encoded[at];
            if (one is (byte)'+')
            {
                one = (byte)' ';
            }
            else if (one is (byte)'%')
            {
                if (at + 2 >= encoded.Length || !TryHex(encoded[at + 1], out var high) || !TryHex(encoded[at + 2], out var low))
                    throw Malformed();
                one = (byte)((high << 4) | low);
                at += 2;
            }
            buffer[length++] = one;
        }
        return length <= longest && Utf8.IsValid(buffer[..length]) ? Encoding.UTF8.GetString(buffer[..length]) : throw Malformed();
    }

    private static bool TryHex(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            _ => -1,
        };
        return value >= 0;
    }

    private static bool IsForm(string? contentType)
    {
        var type = contentType.AsSpan();
        var parameters = type.IndexOf(';');
        return (parameters < 0 ? type : type[..parameters]).Trim().Equals(MediaType, StringComparison.OrdinalIgnoreCase);
    }

    private static OAuthException Malformed() => new("invalid_request");
}
