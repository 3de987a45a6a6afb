using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Tokens;

/// <summary>A token as a verifier sees it, checked against the pool's published keys.</summary>
internal sealed record Jwt(JsonObject Header, JsonObject Claims)
{
    public static Jwt Read(string token)
    {
        var parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        return new(Object(parts[0]), Object(parts[1]));
    }

    /// <param name="type">The header's <c>typ</c>; null: it has none.</param>
    public static async Task<Jwt> Verify(Api api, string poolId, string token, string? type = null)
    {
        var jwt = Read(token);
        Assert.Equal(type is null ? ["kid", "alg"] : ["kid", "alg", "typ"], jwt.Header.Select(static pair => pair.Key));
        Assert.Equal(type, (string?)jwt.Header["typ"]);
        Assert.Equal("RS256", (string?)jwt.Header["alg"]);
        var keys = (await api.Get($"/{poolId}/.well-known/jwks.json"))!["keys"]!.AsArray();
        var key = keys.Single(key => (string?)key!["kid"] == (string?)jwt.Header["kid"])!;
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars((string?)key["n"]),
            Exponent = Base64Url.DecodeFromChars((string?)key["e"]),
        });
        var dot = token.LastIndexOf('.');
        Assert.True(rsa.VerifyData(Encoding.ASCII.GetBytes(token[..dot]), Base64Url.DecodeFromChars(token.AsSpan(dot + 1)), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return jwt;
    }

    public IEnumerable<string> Names => Claims.Select(static pair => pair.Key).Order(StringComparer.Ordinal);

    private static JsonObject Object(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
}
