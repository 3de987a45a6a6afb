namespace Postern.Cryptography;

/// <summary>What a sealed blob is; it opens as nothing else. Part of what clients hold: never renumber, only add.</summary>
public enum SealPurpose
{
    /// <summary>A challenge's <c>Session</c>.</summary>
    Session = 1,

    /// <summary>SRP's <c>SECRET_BLOCK</c>.</summary>
    SecretBlock = 2,

    RefreshToken = 3,

    /// <summary>An OAuth authorization code.</summary>
    AuthorizationCode = 4,

    /// <summary>An authorization request on its way through the pages and upstream providers.</summary>
    AuthorizationRequest = 5,

    PaginationToken = 6,

    /// <summary>The link by which a user gives feedback on a sign-in.</summary>
    FeedbackToken = 7,

    /// <summary>A cookie of the pages.</summary>
    Cookie = 8,

    /// <summary>An authorization request that a client pushed (<c>request_uri</c>).</summary>
    PushedRequest = 12,

    /// <summary>What a device without a browser polls with (<c>device_code</c>).</summary>
    DeviceCode = 16,

    /// <summary>A device's request on its way through the pages.</summary>
    DeviceVisit = 17,

    /// <summary>A nonce for proofs of possession (<c>DPoP-Nonce</c>).</summary>
    ProofNonce = 19,
}
