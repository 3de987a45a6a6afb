using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Postern.Federation;

namespace Postern.UserPools.Possession;

/// <summary>A DPoP proof (RFC 9449, §4.2), taken apart: a JWT that holds its own public key. Nothing of it is true before
/// <see cref="IsSigned"/> said so.</summary>
public sealed class DPoPProof
{
    /// <summary>In characters: a key and a signature of 8192 bits have 3,000 together.</summary>
    private const int Longest = 8 * 1024;

    private const int LongestId = 512;

    // A duplicate name would let two readers see different things.
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    // RFC 7517 and 7518: what public keys do not have.
    private static readonly string[] privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private readonly JsonWebToken jwt;
    private readonly JsonWebKey key;

    private DPoPProof(JsonWebToken jwt, JsonWebKey key)
    {
        this.jwt = jwt;
        this.key = key;
        Key = Base64Url.EncodeToString(key.ComputeJwkThumbprint());
    }

    /// <summary>The thumbprint of its key: <c>jkt</c>.</summary>
    public string Key { get; }

    /// <summary><c>jti</c>: it is good once.</summary>
    public required string Id { get; init; }

    /// <summary><c>htm</c>.</summary>
    public required string Method { get; init; }

    /// <summary><c>htu</c>.</summary>
    public required string Address { get; init; }

    /// <summary><c>iat</c>, in seconds since 1970.</summary>
    public required double Made { get; init; }

    /// <summary><c>ath</c>: of the access token that it comes with; null where there is none.</summary>
    public string? TokenHash { get; private init; }

    /// <summary>The server's; null where there is none.</summary>
    public string? Nonce { get; private init; }

    /// <summary>Takes a proof apart; null where it is none: of another type or algorithm, without a public key that fits it, or without a claim that it
    /// must have.</summary>
    public static DPoPProof? Read(string text) => OutsideTokens.Read(text, Longest, Take);

    /// <summary>Whether its own key signed it.</summary>
    public ValueTask<bool> IsSigned() => OutsideTokens.IsSigned(jwt, [key]);

    private static DPoPProof? Take(JsonWebToken jwt)
    {
        var header = JsonElement.Parse(Base64Url.DecodeFromChars(jwt.EncodedHeader), strict);
        var payload = JsonElement.Parse(Base64Url.DecodeFromChars(jwt.EncodedPayload), strict);
        if (Text(header, "typ") is not "dpop+jwt" || !header.TryGetProperty("jwk", out var jwk) || PublicKey(jwk, jwt.Alg) is not { } key)
            return null;
        if (Text(payload, "jti") is not { Length: > 0 and <= LongestId } id || Text(payload, "htm") is not { } method || Text(payload, "htu") is not { } address
            || !payload.TryGetProperty("iat", out var made) || !made.TryGetDouble(out var seconds))
            return null;
        return new DPoPProof(jwt, key) { Id = id, Method = method, Address = address, Made = seconds, TokenHash = Text(payload, "ath"), Nonce = Text(payload, "nonce") };
    }

    private static JsonWebKey? PublicKey(JsonElement jwk, string algorithm) =>
        jwk.ValueKind is JsonValueKind.Object && !privateMembers.Any(name => jwk.TryGetProperty(name, out _))
        && KeySet.TryRead($$"""{"keys":[{{jwk.GetRawText()}}]}""", out var set, out _)
        && set.Candidates(kid: null, algorithm) is [var key]
            ? key
            : null;

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
