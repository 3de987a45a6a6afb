namespace Postern.UserPools.Pools;

/// <summary>Something that Postern adds to Cognito, off until a tag of the pool switches it on: <c>postern:{name}</c> = <c>true</c>, or the ids
/// of the app clients that it is for, separated by blanks.</summary>
/// <param name="Name">Without the prefix.</param>
/// <param name="Meaning">For people, in one sentence.</param>
public sealed record PoolSwitch(string Name, string Meaning)
{
    public const string Prefix = "postern:";

    /// <summary>PKCE for public clients.</summary>
    public static PoolSwitch RequirePkce { get; } = new("require-pkce", "Public clients must send a PKCE challenge to /oauth2/authorize.");

    /// <summary>Managed login as the service has it: unavailable without a style.</summary>
    public static PoolSwitch RequireBranding { get; } = new("require-branding", "Managed login answers 403 to clients that have no branding style.");

    /// <summary>The classic sign-in form twice.</summary>
    public static PoolSwitch HiddenFormCopy { get; } = new("hidden-form-copy", "The classic sign-in page holds a hidden copy of its form, for test suites that take the second of two.");

    /// <summary>No second time for a password that was just set.</summary>
    public static PoolSwitch SignInAfterReset { get; } = new("sign-in-after-reset", "Who resets a forgotten password on the pages is signed in at once.");

    /// <summary>Programs that open the links of mails confirm nobody.</summary>
    public static PoolSwitch ConfirmLinkButton { get; } = new("confirm-link-button", "The link of a confirmation mail shows a button that confirms, instead of confirming by itself.");

    /// <summary>RFC 9207.</summary>
    public static PoolSwitch AnswerIssuer { get; } = new("answer-issuer", "Answers at callbacks carry `iss` (RFC 9207), and discovery says so.");

    /// <summary>RFC 8252, section 7.3.</summary>
    public static PoolSwitch LoopbackPorts { get; } = new(
        "loopback-ports", "The port of an `http://localhost`, `http://127.0.0.1` or `http://[::1]` callback may differ from the registered one (RFC 8252).");

    /// <summary>RFC 8414, and discovery where the domain is.</summary>
    public static PoolSwitch OAuthMetadata { get; } = new(
        "oauth-metadata",
        "Discovery is served at the domain's host too, and as `/.well-known/oauth-authorization-server` (RFC 8414) under the issuer, before its path, and at the domain.");

    /// <summary>OpenID Connect Core and Discovery to the letter, where Cognito departs from them.</summary>
    public static PoolSwitch StrictOpenId { get; } = new(
        "strict-openid", "Where Cognito departs from OpenID Connect, OpenID Connect's rule holds: types of claims, posted requests, request objects, discovery.");

    /// <summary>The browser's language.</summary>
    public static PoolSwitch AcceptLanguage { get; } = new(
        "accept-language", "Managed login speaks the browser's language (`Accept-Language`) where neither `lang` nor its cookie names one.");

    /// <summary>RFC 7662.</summary>
    public static PoolSwitch Introspection { get; } = new("introspection", "Confidential clients may ask `/oauth2/introspect` about tokens (RFC 7662).");

    /// <summary>RFC 9126.</summary>
    public static PoolSwitch PushedRequests { get; } = new("pushed-requests", "Clients may push authorization requests to `/oauth2/par` (RFC 9126).");

    /// <summary>RFC 9126, section 5.</summary>
    public static PoolSwitch RequirePushedRequests { get; } = new("require-pushed-requests", "Clients must push their authorization requests (RFC 9126).");

    /// <summary>RFC 7523; OpenID Connect Core, section 9.</summary>
    public static PoolSwitch PrivateKeyJwt { get; } = new(
        "private-key-jwt", "Clients that have public keys prove themselves by a signed assertion (`private_key_jwt`, RFC 7523) at the domain's endpoints, and by nothing else.");

    /// <summary>RFC 9449.</summary>
    public static PoolSwitch DPoP { get; } = new("dpop", "Clients may prove that they hold a key, and get tokens that are good with it alone (RFC 9449).");

    /// <summary>RFC 9449, section 5.2.</summary>
    public static PoolSwitch RequireDPoP { get; } = new("require-dpop", "Clients get tokens at the domain by a proof of a key alone (RFC 9449).");

    /// <summary>RFC 9449, sections 8 and 9.</summary>
    public static PoolSwitch DPoPNonce { get; } = new("dpop-nonce", "Proofs at the domain must hold a nonce of the server's (RFC 9449).");

    /// <summary>OpenID Connect Back-Channel Logout 1.0.</summary>
    public static PoolSwitch BackChannelLogout { get; } = new(
        "backchannel-logout", "ID tokens carry the browser's session (`sid`), and clients that have an address for it are told when it ends (Back-Channel Logout).");

    /// <summary>RFC 8628.</summary>
    public static PoolSwitch DeviceGrant { get; } = new(
        "device-grant", "Devices without a browser may ask `/oauth2/device_authorization` for a code, which users type at `/device` (RFC 8628).");

    /// <summary>All there are; docs/switches.md lists them.</summary>
    public static IReadOnlyList<PoolSwitch> All { get; } =
    [
        RequirePkce, RequireBranding, HiddenFormCopy, SignInAfterReset, ConfirmLinkButton, AnswerIssuer, LoopbackPorts, OAuthMetadata, StrictOpenId,
        AcceptLanguage, Introspection, PushedRequests, RequirePushedRequests, PrivateKeyJwt, DPoP, RequireDPoP, DPoPNonce, BackChannelLogout,
        DeviceGrant,
    ];

    public string Tag => Prefix + Name;

    /// <summary>Whether the pool has it on, for a client where one is given.</summary>
    public bool IsOn(UserPool pool, string? clientId = null) =>
        pool.Settings.UserPoolTags is { } tags && tags.TryGetValue(Tag, out var value)
        && (value is "true" || (clientId is not null && value.Split(' ').Contains(clientId)));

    /// <summary>Whether the pool has it on, for all clients or for some.</summary>
    public bool IsOnForSome(UserPool pool) => pool.Settings.UserPoolTags is { } tags && tags.TryGetValue(Tag, out var value) && value is not "false";

    /// <summary>What is wrong with a tag's value; null where nothing is.</summary>
    public static string? Problem(string value) =>
        value is "true" or "false" || (value.Length > 0 && value.Split(' ').All(static id => id.Length > 0 && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+')))
            ? null
            : "is true, false, or the ids of the app clients that it is for, separated by blanks.";
}
