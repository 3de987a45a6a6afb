namespace Postern.Cryptography;

/// <summary>What the master key seals; each purpose has a key of its own. Part of what is stored: never renumber, only add.</summary>
public enum AtRestPurpose
{
    /// <summary>The value by which a wrong master key is noticed.</summary>
    Check = 1,

    /// <summary>The secret of the installation. No associated data.</summary>
    InstallationSecret = 2,

    /// <summary>A key of the ring. Associated data: its id.</summary>
    RingKey = 3,

    /// <summary>An RSA signing key. Associated data: its kid.</summary>
    SigningKey = 4,

    /// <summary>A user's or a device's SRP verifier. Associated data: pool and sub, and a device's key.</summary>
    Verifier = 5,

    /// <summary>A client secret. Associated data: the client id.</summary>
    ClientSecret = 6,

    /// <summary>An upstream provider's secret or key. Associated data: pool and provider name.</summary>
    ProviderSecret = 7,

    /// <summary>A user's TOTP secret. Associated data: pool and sub.</summary>
    SoftwareTokenSecret = 8,

    /// <summary>A message of the outbox. Associated data: its id.</summary>
    Message = 9,

    /// <summary>A secret access key. Associated data: the access key id.</summary>
    AccessKey = 10,

    /// <summary>An imported foreign password hash. Associated data: pool and sub.</summary>
    PasswordHash = 11,

    /// <summary>State too large for a session, kept as a row. Associated data: its id.</summary>
    SessionState = 12,
}
