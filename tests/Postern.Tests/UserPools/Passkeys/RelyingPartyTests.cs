using Postern.UserPools.Passkeys;

namespace Postern.Tests.UserPools.Passkeys;

public class RelyingPartyTests
{
    [Theory]
    [InlineData("https://example.com", true)]
    [InlineData("https://login.example.com", true)]
    [InlineData("https://a.b.example.com", true)]
    [InlineData("https://example.com:8443", true)]
    [InlineData("http://example.com", false)]
    [InlineData("https://badexample.com", false)]
    [InlineData("https://example.com.evil.org", false)]
    [InlineData("https://evil.org", false)]
    [InlineData("https://com", false)]
    [InlineData("https://.example.com", false)]
    [InlineData("https://example.com/", false)]
    [InlineData("https://example.com/path", false)]
    [InlineData("https://user@example.com", false)]
    [InlineData("https://evil.org@example.com", false)]
    [InlineData("https://example.com#x", false)]
    [InlineData("https://EXAMPLE.com", false)]
    [InlineData("ftp://example.com", false)]
    [InlineData("file:///example.com", false)]
    [InlineData("example.com", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Pages_with_TLS_of_the_domain_and_below_it_are_allowed(string origin, bool isAllowed)
    {
        Assert.Equal(isAllowed, new RelyingParty("example.com", AllowsLocalHttp: false).Allows(origin));
        Assert.Equal(isAllowed, new RelyingParty("example.com", AllowsLocalHttp: true).Allows(origin));
    }

    [Theory]
    [InlineData("localhost", "http://localhost:3000", true)]
    [InlineData("localhost", "http://localhost", true)]
    [InlineData("localhost", "http://app.localhost:5173", true)]
    [InlineData("shop.auth.localhost", "http://shop.auth.localhost:9229", true)]
    [InlineData("shop.auth.localhost", "http://localhost:9229", false)]
    [InlineData("localhost", "http://127.0.0.1:3000", false)]
    [InlineData("localhost", "http://evil-localhost:3000", false)]
    [InlineData("localhost", "http://localhost.evil.org", false)]
    public void Without_TLS_only_this_machine_is_and_only_in_development(string id, string origin, bool isAllowed)
    {
        Assert.Equal(isAllowed, new RelyingParty(id, AllowsLocalHttp: true).Allows(origin));
        Assert.False(new RelyingParty(id, AllowsLocalHttp: false).Allows(origin));
    }
}
