using Microsoft.Extensions.Primitives;
using Postern.OAuth.Authorize;
using Postern.OAuth.Authorize.Checks;
using Postern.OAuth.Token;
using Postern.UserPools.Pools;

namespace Postern.OAuth.DeviceFlow;

/// <summary><c>/oauth2/device_authorization</c> (RFC 8628, §3.1): a device that has no browser asks for a code that its user types elsewhere. Cognito
/// has none; a pool switches it on.</summary>
/// <remarks>Clients prove themselves as at the token endpoint. Scopes are checked as at <c>/oauth2/authorize</c> where tokens are asked for. Open to scripts of any origin.</remarks>
public sealed class DeviceAuthorizationEndpoint(
    OAuthJson json, ClientAuthentication clients, GrantedScope grantedScope, DeviceAuthorizations authorizations, DeviceLimits limits) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/oauth2/device_authorization"];

    public bool IsOpenToScripts => true;

    public bool IsServed(UserPool pool) => DeviceAuthorizations.AreServed(pool);

    public Task Serve(DomainRequest request) => json.Post(request, async form =>
    {
        var client = await clients.Authenticate(request, form, refused: 401);
        if (!DeviceAuthorizations.AreServed(client))
            throw new OAuthException("unauthorized_client");
        var parameters = Parameters(form);
        var grant = new UserPools.Tokens.Grant(await Scope(client, parameters, request.Stop), Resources.Of(parameters));
        await limits.CountDevice(request, client);
        var (deviceCode, userCode) = await authorizations.Begin(client, grant, request.Stop);
        var (page, shown) = (request.Base + DeviceVisits.CodePath, UserCode.Shown(userCode));
        return writer =>
        {
            writer.WriteString("device_code"u8, deviceCode);
            writer.WriteString("user_code"u8, shown);
            writer.WriteString("verification_uri"u8, page);
            writer.WriteString("verification_uri_complete"u8, $"{page}?user_code={shown}");
            writer.WriteNumber("expires_in"u8, (int)DeviceAuthorizations.Lifetime.TotalSeconds);
            writer.WriteNumber("interval"u8, DeviceAuthorizations.Interval);
        };
    });

    private async ValueTask<string> Scope(UserPools.Clients.AppClient client, AuthorizationParameters parameters, CancellationToken stop)
    {
        try
        {
            return await grantedScope.Of(client, ResponseType.Token, parameters, stop);
        }
        catch (OAuthException fault) when (fault.Description is "invalid_scope")
        {
            // RFC 6749, §5.2, has a code for it.
            throw new OAuthException("invalid_scope");
        }
    }

    private static AuthorizationParameters Parameters(OAuthForm form)
    {
        var given = new Dictionary<string, StringValues>(2);
        foreach (var name in (ReadOnlySpan<string>)["scope", "resource"])
        {
            if (form[name] is { } value)
                given[name] = value;
        }
        return new(given, "");
    }
}
