using Postern.OAuth.Token;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;
using Postern.UserPools.ResourceServers;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.DeviceFlow;

/// <summary><c>urn:ietf:params:oauth:grant-type:device_code</c> (RFC 8628, §3.4): a device asks again and again until its user decided. The tokens are
/// those that a code would give.</summary>
/// <remarks>The tokens are signed first, then the row that allowed them goes, then the answer leaves: of polls at once one wins. What came after a
/// second use is not revoked: the code never left the device and this server.</remarks>
public sealed class DeviceGrant(
    DeviceAuthorizations authorizations, IUserStore users, IChanges changes, ActiveScopes scopes, TokenMaker tokens, TokenSessions sessions, TimeProvider time) : IGrant
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
        var grant = allowed.Grant with { Scope = await scopes.Of(client.Pool, allowed.Grant.Scope, request.Stop) };
        if (!GrantedScopes.AreReadable(grant.Scope, client))
            throw Refused();
        var view = await users.FindForSignIn(client.Pool.Number, "", approval.Sub, new((byte)LimitedAction.Password, approval.Sub), request.Stop);
        if (view.User is not { Enabled: true } user || user.SignOuts != approval.SignOuts)
            throw Refused();
        var facts = SignInFacts.New(time.GetUtcNow(), client.RefreshTokenLifetime) with { AuthTime = approval.AuthTime, Level = approval.Level, Grant = grant, Key = key?.RefreshKey };
        var made = await tokens.Make(client, user, view.Groups, facts, withRefreshToken: true, request.Stop, nonce: null, key?.Thumbprint);
        var session = await sessions.Begin(client, user, facts, request.Caller, request.Stop, approval.Origin);
        if (!(await changes.Save(new Change(new DeleteUserPart(allowed.ToRow())).Add(session), request.Stop)).IsSaved)
            throw Refused();
        return TokenAnswer.Of(made);
    }

    private static OAuthException Refused() => new("invalid_grant");
}
