using CsCheck;
using Postern.UserPools.Sessions;

namespace Postern.Tests.UserPools.Sessions;

public sealed class DeviceTypeTests
{
    [Theory]
    [InlineData(null, "unknown")]
    [InlineData("", "unknown")]
    [InlineData("   ", "unknown")]
    [InlineData("Mozilla/5.0", "unknown")]
    [InlineData("<script>alert(1)</script>", "unknown")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome 126, Windows 10")]
    [InlineData("Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36", "Chrome 109, Windows 7")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68", "Edge 126, Windows 10")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128, Linux")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari 17, macOS 10")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17, iOS 17")]
    [InlineData("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Chrome 126, iPadOS 16")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet 25, Android 14")]
    [InlineData("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome 126, ChromeOS")]
    [InlineData("Boto3/1.34.46 md/Botocore#1.34.46 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.13.5", "Boto3 1, Linux")]
    [InlineData("aws-sdk-js/3.1169.0 ua/2.1 os/linux#6.1.0 lang/js md/nodejs#18.20.4", "aws-sdk-js 3, Linux")]
    [InlineData("curl/8.14.1", "curl 8")]
    [InlineData("okhttp/4.12.0", "okhttp 4")]
    [InlineData("Android", "Android")]
    public void A_user_agent_tells_browser_and_system(string? userAgent, string device) => Assert.Equal(device, DeviceType.Of(userAgent));

    [Fact]
    public void Whatever_a_caller_says_the_device_is_short_and_plain() => Gen.OneOf(
        Gen.String, Gen.String[Gen.Char["AndroidWinowsNT /;()._0123456789"], 0, 3000]).Sample(static userAgent =>
    {
        var device = DeviceType.Of(userAgent);
        Assert.InRange(device.Length, 1, 100);
        Assert.Matches("^[A-Za-z0-9 ,._-]+$", device);
    });
}
