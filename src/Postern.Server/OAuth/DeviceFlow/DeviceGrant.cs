using Postern.OAuth.Token;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.DeviceFlow;

/// <summary><c>urn:ietf:params:oauth:grant-type:device_code</c> (RFC 8628, §3.4): a device asks again and again until its user decided. The tokens are
/// those that a code would give.</summary>
/// <remarks>The tokens are signed first, then the row that allowed them goes, then the answer leaves: of polls at once one wins. What came after a
/// second use is not revoked: the code never left the device and this server.</remarks>
public sealed class DeviceGrant(DeviceAuthorizations authorizations, GivenOnce given, TimeProvider time) : IGrant
{
    public string Type => "urn:ietf:params:oauth:grant-type:device_code";

    public bool IsServed(UserPool pool) => DeviceAuthorizations.AreServed(pool);

    public async ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, OAuthForm form, ProvenKey? key)
    {
        if (!DeviceAuthorizations.AreServed(client))
            throw new OAuthException("unauthorized_client");
        if (form["device_code"] is not { } code)
            throw new OAuthException("invalid_request");
        var allowed = await authorizations.Poll(client, code, request.Stop);
        var approval = allowed.Approval!;
        var facts = SignInFacts.New(time.GetUtcNow(), client.RefreshTokenLifetime) with { AuthTime = approval.AuthTime, Level = approval.Level, Grant = allowed.Grant };
        return await given.Give(request, client, approval.Sub, approval.SignOuts, facts, key, new DeleteUserPart(allowed.ToRow()), approval.Origin)
            ?? throw new OAuthException("invalid_grant");
    }
}
