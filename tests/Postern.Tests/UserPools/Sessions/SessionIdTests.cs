using CsCheck;
using Postern.UserPools.Sessions;

namespace Postern.Tests.UserPools.Sessions;

public sealed class SessionIdTests
{
    [Fact]
    public void An_id_tells_its_sign_in_and_has_the_services_form() => Gen.Guid.Sample(static originJti =>
    {
        var id = SessionId.Of(originJti);
        Assert.Matches("^tkn[a-z0-9]{25}$", id);
        Assert.Equal(originJti, SessionId.OriginJti(id));
    });

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "tkn0000000000000000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000024", "tkn0000000000000000000000010")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "tknf5lxx1zz5pnorynqglhzmsp33")]
    public void Ids_are_numbers_of_base_36(string originJti, string id)
    {
        Assert.Equal(id, SessionId.Of(Guid.Parse(originJti)));
        Assert.Equal(Guid.Parse(originJti), SessionId.OriginJti(id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tkn")]
    [InlineData("sso0000000000000000000000000")]
    [InlineData("tkn000000000000000000000000A")]
    [InlineData("tkn000000000000000000000000_")]
    [InlineData("tknf5lxx1zz5pnorynqglhzmsp34")]
    [InlineData("tknzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void What_names_no_sign_in_is_told(string id) => Assert.Null(SessionId.OriginJti(id));
}
