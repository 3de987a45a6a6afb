using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Postern.Federation;

/// <summary>JWTs that others signed: taken apart, and checked by their public keys.</summary>
public static class OutsideTokens
{
    /// <summary>What may sign, as discovery says: asymmetric, with SHA-2. Not EdDSA, which .NET does not have.</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>What a signed token says, while nothing of it is true yet; null where it is malformed or too long, by another algorithm, or has critical
    /// headers (RFC 7515, §4.1.11: what is critical and not understood is refused).</summary>
    /// <param name="longest">In characters.</param>
    /// <param name="take">Takes out what is needed; claims of a wrong type show here. Null where something is missing.</param>
    public static T? Read<T>(string text, int longest, Func<JsonWebToken, T?> take)
        where T : class
    {
        // Five parts would be encrypted.
        if (text.Length > longest || text.Count(static c => c is '.') != 2)
            return null;
        try
        {
            var jwt = new JsonWebToken(text);
            return Algorithms.Contains(jwt.Alg) && !jwt.TryGetHeaderValue<object>("crit", out _) ? take(jwt) : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or SecurityTokenException or System.Text.Json.JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether one of the keys signed a token.</summary>
    public static async ValueTask<bool> IsSigned(JsonWebToken jwt, IReadOnlyList<JsonWebKey> candidates)
    {
        if (candidates.Count == 0)
            return false;
        var checkedBy = new TokenValidationParameters
        {
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = candidates,
            TryAllIssuerSigningKeys = true,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            // Its own cache would be shared by all servers of the process.
            CryptoProviderFactory = new() { CacheSignatureProviders = false },
        };
        return (await new JsonWebTokenHandler { MaximumTokenSizeInBytes = jwt.EncodedToken.Length }.ValidateTokenAsync(jwt, checkedBy)).IsValid;
    }
}
