using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Postern.Cryptography;

/// <summary>A signed token, taken apart; nothing it says is true before <see cref="IsSignedBy"/> said so.</summary>
public sealed class JwtReader
{
    /// <summary>Longer tokens are refused unread.</summary>
    public const int LongestToken = CompactText.LongestText;

    private const int LongestHeader = 512;
    private const int DeepestPayload = 32;

    private readonly byte[] signed;
    private readonly byte[] signature;

    private JwtReader(string kid, JsonElement payload, byte[] signed, byte[] signature)
    {
        Kid = kid;
        Payload = payload;
        this.signed = signed;
        this.signature = signature;
    }

    public string Kid { get; }

    /// <summary>The claims: a JSON object.</summary>
    public JsonElement Payload { get; }

    /// <summary>The text of a claim; null where it is absent or no string.</summary>
    public string? Text(string claim) => Payload.TryGetProperty(claim, out var value) ? Text(value) : null;

    /// <summary>The text of a member of a claim; null where the claim is absent or no object, or the member absent or no string.</summary>
    public string? Text(string claim, string member) =>
        Payload.TryGetProperty(claim, out var value) && value.ValueKind is JsonValueKind.Object && value.TryGetProperty(member, out var inner) ? Text(inner) : null;

    /// <summary>A claim in whole seconds since 1970; null where it is absent or no such number.</summary>
    public DateTimeOffset? Time(string claim) =>
        Payload.TryGetProperty(claim, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var seconds)
        && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    public bool IsSignedBy(SigningKey key) => key.Verify(signed, signature);

    /// <summary>Takes a token apart: three parts, a header with <c>kid</c> and <c>alg</c> RS256, a JSON object. It never throws.</summary>
    public static bool TryRead(ReadOnlySpan<char> token, [NotNullWhen(true)] out JwtReader? jwt)
    {
        jwt = null;
        if (token.Length > LongestToken)
            return false;
        var first = token.IndexOf('.');
        var second = token.LastIndexOf('.');
        if (first <= 0 || second <= first)
            return false;

        Span<byte> header = stackalloc byte[LongestHeader];
        var signature = new byte[SigningKey.SignatureSize];
        if (first > LongestHeader || token.Length - second - 1 > 400
            || !CompactText.TryDecode(token[..first], header, out var headerLength)
            || !CompactText.TryDecode(token[(second + 1)..], signature, out var signatureLength) || signatureLength != signature.Length
            || !TryReadKid(header[..headerLength], out var kid))
            return false;

        var buffer = ArrayPool<byte>.Shared.Rent(second - first);
        try
        {
            // A second dot inside is refused by the alphabet.
            if (!CompactText.TryDecode(token[(first + 1)..second], buffer, out var length)
                || !TryParse(buffer.AsSpan(0, length), out var payload))
                return false;
            var signed = new byte[second];
            Encoding.ASCII.GetBytes(token[..second], signed);
            jwt = new(kid, payload, signed, signature);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool TryReadKid(ReadOnlySpan<byte> header, [NotNullWhen(true)] out string? kid)
    {
        kid = null;
        if (!TryParse(header, out var parsed)
            || !parsed.TryGetProperty("alg"u8, out var algorithm) || Text(algorithm) is not "RS256"
            || !parsed.TryGetProperty("kid"u8, out var id)
            || parsed.TryGetProperty("crit"u8, out _))   // RFC 7515 §4.1.11: what is critical and not understood is refused
            return false;
        kid = Text(id);
        return kid is not null;
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)   // an escaped half of a surrogate pair is JSON, but no text
        {
            return null;
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> json, out JsonElement value)
    {
        value = default;
        if (!Utf8.IsValid(json))
            return false;
        try
        {
            value = JsonElement.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = DeepestPayload });
            return value.ValueKind is JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // the latter: a name that is no text
        {
            return false;
        }
    }
}
