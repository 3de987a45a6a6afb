using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using static System.Buffers.Text.Base64Url;

namespace Postern.Tests.OAuth;

/// <summary>A key pair that a client holds: what it signs, and the halves as JWKs.</summary>
internal sealed class HeldKey : IDisposable
{
    private readonly string algorithm;
    private readonly HashAlgorithmName hash;
    private readonly RSA? rsa;
    private readonly ECDsa? ecdsa;

    public HeldKey(string algorithm, int bits = 2048)
    {
        this.algorithm = algorithm;
        hash = new("SHA" + algorithm[2..]);
        if (algorithm[0] is 'E')
            ecdsa = ECDsa.Create(algorithm switch { "ES256" => ECCurve.NamedCurves.nistP256, "ES384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
        else
            rsa = RSA.Create(bits);
    }

    public JsonObject Jwk(bool isPrivate = false)
    {
        if (rsa is not null)
        {
            var numbers = rsa.ExportParameters(isPrivate);
            var key = new JsonObject { ["kty"] = "RSA", ["n"] = EncodeToString(numbers.Modulus), ["e"] = EncodeToString(numbers.Exponent) };
            if (isPrivate)
                key["d"] = EncodeToString(numbers.D);
            return key;
        }
        var parts = ecdsa!.ExportParameters(isPrivate);
        var curve = new JsonObject
        {
            ["kty"] = "EC", ["crv"] = algorithm switch { "ES256" => "P-256", "ES384" => "P-384", _ => "P-521" },
            ["x"] = EncodeToString(parts.Q.X), ["y"] = EncodeToString(parts.Q.Y),
        };
        if (isPrivate)
            curve["d"] = EncodeToString(parts.D);
        return curve;
    }

    /// <summary>RFC 7638, by SHA-256: the members that a key needs, by name.</summary>
    public string Thumbprint => EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
        "{" + string.Join(',', Jwk().OrderBy(static member => member.Key, StringComparer.Ordinal).Select(static member => $"\"{member.Key}\":\"{member.Value}\"")) + "}")));

    /// <summary>A JWT of a header and claims, as JSON, with a signature by this key.</summary>
    public string Sign(string header, string claims)
    {
        var signed = $"{EncodeToString(Encoding.UTF8.GetBytes(header))}.{EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = ecdsa?.SignData(bytes, hash) ?? rsa!.SignData(bytes, hash, algorithm[0] is 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        return $"{signed}.{EncodeToString(signature)}";
    }

    /// <summary>A DPoP proof as it should be, but for what is changed; a null value leaves a claim out.</summary>
    /// <param name="token">The access token that it comes with.</param>
    /// <param name="header">Changes members of the header.</param>
    public string Proof(string method, string address, string? token = null, Action<JsonObject>? header = null, params (string Name, JsonNode? Value)[] changed)
    {
        var head = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = algorithm, ["jwk"] = Jwk() };
        header?.Invoke(head);
        var claims = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString(), ["htm"] = method, ["htu"] = address, ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        };
        if (token is not null)
            claims["ath"] = EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        foreach (var (name, value) in changed)
        {
            if (value is null)
                claims.Remove(name);
            else
                claims[name] = value.DeepClone();
        }
        return Sign(head.ToJsonString(), claims.ToJsonString());
    }

    public void Dispose()
    {
        rsa?.Dispose();
        ecdsa?.Dispose();
    }
}
