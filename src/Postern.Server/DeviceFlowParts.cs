using Postern.Cryptography;
using Postern.ManagedLogin;
using Postern.ManagedLogin.DeviceFlow;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.OAuth.Authorize.Checks;
using Postern.OAuth.DeviceFlow;
using Postern.OAuth.Token;
using Postern.Storage;
using Postern.UserPools.Codes;

namespace Postern;

/// <summary>The part of the composition that lets devices without a browser in (RFC 8628).</summary>
/// <param name="devicesPerClient">That may begin within ten minutes.</param>
internal sealed class DeviceFlowParts(
    IStore store, IChanges changes, Sealer sealer, InstallationSecret secret, AttemptLimits limits, int devicesPerClient, GrantedScope scope, RequestingClient client,
    ChosenProvider provider, TimeProvider time, ILogger logger)
{
    private readonly DeviceLimits limits = new(store.Attempts, secret, limits, devicesPerClient, time, logger);

    public DeviceAuthorizations Authorizations { get; } = new(sealer, secret, store.UserParts, changes, time);

    public DeviceVisits Visits { get; } = new(sealer, client, provider, time);

    public IGrant Grant(GivenOnce given) => new DeviceGrant(Authorizations, given, time);

    public IPage Confirmation(BrowserSessions sessions, PageDataCookie data) => new ConfirmDevicePage(Authorizations, sessions, data);

    /// <summary>Where devices ask for codes, and users type them.</summary>
    public IEnumerable<IDomainEndpoint> Endpoints(OAuthJson json, ClientAuthentication clients, Csrf csrf, Languages languages, Themes themes) =>
    [
        new DeviceAuthorizationEndpoint(json, clients, scope, Authorizations, limits),
        new DeviceCodePage(Authorizations, Visits, limits, csrf, languages, themes),
    ];
}
