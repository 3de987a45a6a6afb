using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.Tokens;

namespace Postern.Federation;

/// <summary>The public keys of somebody who signs tokens: those of a JWKS (RFC 7517) that may verify a signature.</summary>
public sealed class KeySet
{
    /// <summary>In bytes of JSON.</summary>
    public const int LongestDocument = 64 * 1024;

    private const int MostKeys = 32;
    private const int SmallestRsa = 2048;
    private const int LargestRsa = 8192;

    private readonly List<JsonWebKey> keys;

    private KeySet(List<JsonWebKey> keys) => this.keys = keys;

    /// <summary>Those that may have signed a token.</summary>
    /// <param name="kid">The token's; null: any.</param>
    public IReadOnlyList<JsonWebKey> Candidates(string? kid, string algorithm) =>
        [.. keys.Where(key => (kid is null || key.Kid == kid) && (key.Alg is null || key.Alg == algorithm) && Fits(key, algorithm))];

    public bool Has(string kid) => keys.Exists(key => key.Kid == kid);

    /// <summary>Reads a document. Keys of other kinds and uses are passed over.</summary>
    /// <param name="problem">What is wrong with it, for people.</param>
    public static bool TryRead(string json, [NotNullWhen(true)] out KeySet? set, [NotNullWhen(false)] out string? problem)
    {
        (set, problem) = (null, null);
        IList<JsonWebKey> all;
        try
        {
            all = new JsonWebKeySet(json).Keys;
        }
        catch (Exception malformed) when (malformed is ArgumentException or System.Text.Json.JsonException or InvalidOperationException)
        {
            problem = "must be a JSON Web Key Set.";
            return false;
        }
        if (all.Count > MostKeys)
            problem = $"must have at most {MostKeys} keys.";
        else if (all.Any(static key => key.D is not null || key.K is not null || key.Kty is "oct"))
            problem = "must have public keys alone.";
        else if (all.Where(IsUsable).ToList() is not { Count: > 0 } usable)
            problem = $"must have a key that verifies signatures: RSA of {SmallestRsa} to {LargestRsa} bits, or EC of P-256, P-384 or P-521.";
        else
            set = new(usable);
        return set is not null;
    }

    // RFC 7518, §3.1: each ECDSA algorithm has its curve.
    private static bool Fits(JsonWebKey key, string algorithm) => algorithm switch
    {
        SecurityAlgorithms.EcdsaSha256 => key.Crv is "P-256",
        SecurityAlgorithms.EcdsaSha384 => key.Crv is "P-384",
        SecurityAlgorithms.EcdsaSha512 => key.Crv is "P-521",
        _ => key.Kty is "RSA",
    };

    private static bool IsUsable(JsonWebKey key)
    {
        if (key.Use is not (null or "sig") || (key.KeyOps.Count > 0 && !key.KeyOps.Contains("verify")))
            return false;
        try
        {
            return key.Kty switch
            {
                "RSA" => key is { N.Length: > 0, E.Length: > 0 and < 16 } && key.KeySize is >= SmallestRsa and <= LargestRsa,
                "EC" => key is { Crv: "P-256" or "P-384" or "P-521", X.Length: > 0, Y.Length: > 0 },
                _ => false,
            };
        }
        catch (FormatException)   // no base64url
        {
            return false;
        }
    }
}
