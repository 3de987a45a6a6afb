using System.Text;
using Postern.UserPools.Branding;

namespace Postern.Tests.UserPools.Branding;

public class ImageFileTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A0000", "PNG", "image/png")]
    [InlineData("FFD8FFE000104A464946", "JPEG", "image/jpeg")]
    [InlineData("00000100010010100000", "ICO", "image/x-icon")]
    [InlineData("524946460000000057454250", "WEBP", "image/webp")]
    public void An_image_is_known_by_its_first_bytes(string hex, string extension, string contentType)
    {
        Assert.Equal(extension, ImageFile.ExtensionOf(Convert.FromHexString(hex)));
        Assert.Equal(contentType, ImageFile.ContentTypeOf(extension));
    }

    [Theory]
    [InlineData("")]
    [InlineData("89504E47")]
    [InlineData("FFD8")]
    [InlineData("474946383961")]
    [InlineData("3C68746D6C3E")]
    [InlineData("524946460000000057415645")]
    public void Other_bytes_are_no_image(string hex) => Assert.Null(ImageFile.ExtensionOf(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("<svg/>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><svg><a href=\"#x\"/></svg>")]
    [InlineData("<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\"><image xlink:href=\"data:image/png;base64,AA==\"/></svg>")]
    public void A_drawing_is_an_image(string svg) => Assert.Equal("SVG", ImageFile.ExtensionOf(Encoding.UTF8.GetBytes(svg)));

    [Theory]
    [InlineData("<svg><script>alert(1)</script></svg>")]
    [InlineData("<svg><SCRIPT/></svg>")]
    [InlineData("<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"><s:script/></s:svg>")]
    [InlineData("<svg onload=\"alert(1)\"/>")]
    [InlineData("<svg><g OnClick=\"alert(1)\"/></svg>")]
    [InlineData("<svg><a href=\" javascript:alert(1)\"/></svg>")]
    [InlineData("<svg><a href=\"java&#115;cript:alert(1)\"/></svg>")]
    [InlineData("<svg><image href=\"https://evil.example/x.png\"/></svg>")]
    [InlineData("<svg xmlns:x=\"http://www.w3.org/1999/xlink\"><use x:href=\"other.svg#a\"/></svg>")]
    [InlineData("<svg><set attributeName=\"href\" to=\"javascript:alert(1)\"/></svg>")]
    [InlineData("<svg><foreignObject><body/></foreignObject></svg>")]
    [InlineData("<?xml version=\"1.0\"?><?xml-stylesheet href=\"x.css\"?><svg><?x?></svg>")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg>&a;</svg>")]
    [InlineData("<svg>")]
    [InlineData("<html><svg/></html>")]
    [InlineData("svg")]
    public void What_runs_or_loads_something_is_no_image(string svg) => Assert.Null(ImageFile.ExtensionOf(Encoding.UTF8.GetBytes(svg)));
}
