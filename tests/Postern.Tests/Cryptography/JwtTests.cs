using System.Buffers.Text;
using System.Text;
using CsCheck;
using Postern.Cryptography;

namespace Postern.Tests.Cryptography;

public class JwtTests
{
    private static readonly Lazy<SigningKey> key = new(NewKey);

    [Fact]
    public void A_token_is_read_back_and_its_signature_holds() =>
        Gen.String[0, 3000].Sample(
            text =>
            {
                text = new([.. text.Where(c => !char.IsSurrogate(c))]);
                var token = Jwt.Sign(key.Value, Encoding.UTF8.GetBytes($$"""{"sub":{{Json(text)}},"exp":1900000000}"""));
                Assert.Equal(3, token.Split('.').Length);
                if (token.Length > JwtReader.LongestToken)
                    return;
                Assert.True(JwtReader.TryRead(token, out var jwt));
                Assert.Equal(key.Value.Kid, jwt.Kid);
                Assert.Equal(text, jwt.Text("sub"));
                Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1900000000), jwt.Time("exp"));
                Assert.Null(jwt.Text("exp"));
                Assert.Null(jwt.Time("sub"));
                Assert.Null(jwt.Time("none"));
                Assert.True(jwt.IsSignedBy(key.Value));
            },
            iter: 50);

    [Fact]
    public void The_header_is_exactly_kid_and_alg()
    {
        var token = Jwt.Sign(key.Value, "{}"u8);
        Assert.Equal($$"""{"kid":"{{key.Value.Kid}}","alg":"RS256"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal)))));
    }

    [Fact]
    public void A_token_with_any_character_changed_is_refused()
    {
        var token = Jwt.Sign(key.Value, """{"sub":"alice"}"""u8);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var c in "AQgwz9-_.")
            {
                if (token[i] != c)
                    Assert.False(JwtReader.TryRead(token[..i] + c + token[(i + 1)..], out var jwt) && jwt.IsSignedBy(key.Value));
            }
        }
    }

    [Fact]
    public void Another_keys_signature_is_refused()
    {
        Assert.True(JwtReader.TryRead(Jwt.Sign(NewKey(), "{}"u8), out var jwt));
        Assert.False(jwt.IsSignedBy(key.Value));
    }

    [Theory]
    [InlineData("""{"alg":"RS256"}""", "{}")]
    [InlineData("""{"kid":"k"}""", "{}")]
    [InlineData("""{"kid":"k","alg":"none"}""", "{}")]
    [InlineData("""{"kid":"k","alg":"HS256"}""", "{}")]
    [InlineData("""{"kid":7,"alg":"RS256"}""", "{}")]
    [InlineData("""{"kid":"k","alg":["RS256"]}""", "{}")]
    [InlineData("""{"kid":"k","alg":"none","alg":"RS256"}""", "{}")]
    [InlineData("""{"kid":"k","alg":"RS256","crit":["b64"],"b64":false}""", "{}")]
    [InlineData("""{"kid":"\ud800","alg":"RS256"}""", "{}")]
    [InlineData("""{"kid":"k","alg":"\ud800"}""", "{}")]
    [InlineData("""["kid","alg"]""", "{}")]
    [InlineData("""{"kid":"k","alg":"RS256"}""", """{"\ud800":1}""")]
    [InlineData("""{"kid":"k","alg":"RS256"}""", "[]")]
    [InlineData("""{"kid":"k","alg":"RS256"}""", "{")]
    [InlineData("""{"kid":"k","alg":"RS256"}""", "")]
    [InlineData("""{"kid":"k","alg":"RS256"}""", """{"sub":"a","sub":"b"}""")]
    [InlineData("""{"kid":"k","alg":"RS256"}""", "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}")]
    public void What_is_no_RS256_token_of_an_object_is_not_read(string header, string payload)
    {
        var token = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{Base64Url.EncodeToString(new byte[256])}";
        Assert.False(JwtReader.TryRead(token, out _));
    }

    [Fact]
    public void A_claim_that_is_no_text_is_absent()
    {
        Assert.True(JwtReader.TryRead(Jwt.Sign(key.Value, """{"iss":"\ud800","exp":1e99,"iat":99999999999999,"n":1.5}"""u8), out var jwt));
        Assert.Null(jwt.Text("iss"));
        Assert.Null(jwt.Time("exp"));
        Assert.Null(jwt.Time("iat"));
        Assert.Null(jwt.Time("n"));
    }

    [Fact]
    public void Garbage_is_refused_without_a_throw()
    {
        Gen.String.Sample(text => !JwtReader.TryRead(text, out _));
        var start = Encoding.ASCII.GetString(key.Value.EncodedHeader.Span);
        var signature = Base64Url.EncodeToString(new byte[256]);
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            if (JwtReader.TryRead($"{start}.{Base64Url.EncodeToString(bytes)}.{signature}", out var jwt))
                Assert.False(jwt.IsSignedBy(key.Value));
            Assert.False(JwtReader.TryRead($"{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString("{}"u8)}.{signature}", out _));
        });
        foreach (var bad in new[] { "", ".", "..", "...", "a.b", "a.b.c", start, start + "..", $"{start}.e30.{signature}=", $"{start}.e30.{signature}A", $" {start}.e30.{signature}", $"{start}.e30.e30.{signature}", $"{start}.{new string('A', 20_000)}.{signature}", $"{start}._w.{signature}" })
            Assert.False(JwtReader.TryRead(bad, out _));
        Assert.True(JwtReader.TryRead($"{start}.e30.{signature}", out _));
    }

    private static string Json(string text) => $"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"";

    private static SigningKey NewKey()
    {
        var masterKey = new MasterKey(new byte[32]);
        return SigningKey.Open(masterKey, SigningKey.Generate(masterKey, DateTimeOffset.UnixEpoch));
    }
}

public class VerifiedTokensTests
{
    private readonly StandingClock clock = new();

    [Fact]
    public void A_token_is_known_until_it_expires()
    {
        var tokens = new VerifiedTokens<string>(clock);
        Assert.False(tokens.TryGet("token", out _));
        tokens.Add("token", "claims", clock.Now.AddMinutes(5));
        Assert.True(tokens.TryGet("token", out var claims));
        Assert.Equal("claims", claims);
        Assert.False(tokens.TryGet("tokem", out _));
        clock.Now = clock.Now.AddMinutes(5);
        Assert.False(tokens.TryGet("token", out _));
        clock.Now = clock.Now.AddMinutes(-1);
        tokens.Clear();
        Assert.False(tokens.TryGet("token", out _));
    }

    [Fact]
    public void So_many_are_remembered_and_those_in_use_stay()
    {
        var cache = new BoundedCache<int, string>(100);
        cache.Set(-1, "kept");
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, "x");
            Assert.Equal("kept", cache.Find(-1));
            Assert.InRange(cache.Count, 1, 101);
        }
        Assert.Null(cache.Find(5));
        cache.Remove(-1);
        Assert.Null(cache.Find(-1));
    }
}
