using System.Net;
using Postern.Federation;

namespace Postern.Tests.Federation;

public class NetworkReachTests
{
    [Theory]
    [InlineData("8.8.8.8", true, true)]
    [InlineData("2a00:1450:4001:81b::200e", true, true)]
    [InlineData("::ffff:8.8.8.8", true, true)]
    [InlineData("10.1.2.3", false, true)]
    [InlineData("172.16.0.1", false, true)]
    [InlineData("172.32.0.1", true, true)]
    [InlineData("192.168.1.1", false, true)]
    [InlineData("100.64.0.1", false, true)]
    [InlineData("fd00::1", false, true)]
    [InlineData("::ffff:10.1.2.3", false, true)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("127.255.0.1", false, false)]
    [InlineData("::1", false, false)]
    [InlineData("::ffff:127.0.0.1", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("::", false, false)]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("224.0.0.1", false, false)]
    [InlineData("255.255.255.255", false, false)]
    [InlineData("ff02::1", false, false)]
    [InlineData("64:ff9b::7f00:1", false, false)]
    [InlineData("2002:7f00:1::", false, false)]
    [InlineData("2001:0:7f00:1::", false, false)]
    [InlineData("::127.0.0.1", false, false)]
    public void A_server_calls_no_further_than_it_is_told(string address, bool isPublic, bool isInNetwork)
    {
        var parsed = IPAddress.Parse(address);
        Assert.Equal(isPublic, NetworkReach.Public.Holds(parsed));
        Assert.Equal(isInNetwork, NetworkReach.Network.Holds(parsed));
        Assert.True(NetworkReach.Anywhere.Holds(parsed));
    }
}
