using System.Text;
using CsCheck;
using Postern.OAuth;

namespace Postern.Tests.OAuth;

public class OAuthFormTests
{
    [Fact]
    public void Whatever_fields_were_encoded_come_back()
    {
        var text = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char["+&=% /öé€\0\n"]), 0, 20];
        Gen.Dictionary(text.Where(static name => name.Length > 0), text)[0, 12].Sample(fields =>
        {
            var form = OAuthForm.Parse(Encoding.ASCII.GetBytes(string.Join('&', fields.Select(static field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"))));
            foreach (var (name, value) in fields)
                Assert.Equal(value.Length == 0 ? null : value, form[name]);
        });
    }

    [Fact]
    public void No_bytes_do_anything_but_parse_or_be_an_invalid_request()
    {
        byte[][] known = ["a=b"u8.ToArray(), "&"u8.ToArray(), "="u8.ToArray(), "%41"u8.ToArray(), "%"u8.ToArray(), "%f0%9f"u8.ToArray(), "+"u8.ToArray()];
        var pieces = Gen.OneOf(Gen.Byte.Array[0, 6], Gen.Int[0, known.Length - 1].Select(index => known[index]));
        pieces.Array[0, 20].Select(static all => all.SelectMany(static piece => piece).ToArray()).Sample(static body =>
        {
            try
            {
                Assert.Null(OAuthForm.Parse(body)["nobody sends this"]);
            }
            catch (OAuthException refused)
            {
                Assert.Equal("invalid_request", refused.Error);
            }
        });
    }

    [Theory]
    [InlineData("a=1&&b=2&", "1", "2")]
    [InlineData("a=+&b=%20", " ", " ")]
    [InlineData("a==&b=a=b", "=", "a=b")]
    [InlineData("a=%c3%B6&b=%2B", "ö", "+")]
    [InlineData("a&b=", null, null)]
    public void Blanks_signs_and_empty_fields_are_read_as_browsers_write_them(string body, string? a, string? b)
    {
        var form = OAuthForm.Parse(Encoding.ASCII.GetBytes(body));
        Assert.Equal((a, b), (form["a"], form["b"]));
    }
}
