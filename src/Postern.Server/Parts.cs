using Postern.Cryptography;
using Postern.Federation;
using Postern.IdentityPools.Pools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Branding;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Devices;
using Postern.UserPools.Domains;
using Postern.UserPools.IdentityProviders;
using Postern.UserPools.Passkeys;
using Postern.UserPools.Mfa;
using Postern.UserPools.Passwords;
using Postern.UserPools.Pools;
using Postern.UserPools.Sessions;
using Postern.UserPools.SignIn;
using Postern.UserPools.Terms;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern;

/// <summary>What operations are made of. The generated table constructs each with the parts that its constructor names, matched by type:
/// every property here has a type of its own.</summary>
public sealed class Parts
{
    public required TimeProvider Time { get; init; }

    public required IChanges Changes { get; init; }
    public required IPoolStore PoolStore { get; init; }
    public required IResourceStore ResourceStore { get; init; }
    public required IUserStore UserStore { get; init; }
    public required IUserPartStore UserParts { get; init; }
    public required IGroupStore GroupStore { get; init; }
    public required ISignInStore SignInStore { get; init; }

    public required MasterKey MasterKey { get; init; }
    public required Sealer Sealer { get; init; }
    public required InstallationSecret InstallationSecret { get; init; }

    public required Pools Pools { get; init; }
    public required ClientSecrets ClientSecrets { get; init; }
    public required PoolChanges PoolChanges { get; init; }
    public required NewClients NewClients { get; init; }
    public required ClientChanges ClientChanges { get; init; }
    public required PoolDomains PoolDomains { get; init; }
    public required UICustomizations UICustomizations { get; init; }
    public required Brandings Brandings { get; init; }
    public required BrandingLog BrandingLog { get; init; }
    public required TermsDocuments TermsDocuments { get; init; }
    public required UpstreamProviders UpstreamProviders { get; init; }
    public required ProviderAddresses ProviderAddresses { get; init; }
    public required ConfiguredPools ConfiguredPools { get; init; }
    public required Users Users { get; init; }
    public required UserSearch UserSearch { get; init; }
    public required NamedUsers NamedUsers { get; init; }
    public required Passwords Passwords { get; init; }
    public required Codes Codes { get; init; }
    public required CodeDelivery CodeDelivery { get; init; }
    public required ConfirmationLinks ConfirmationLinks { get; init; }
    public required Outbox Outbox { get; init; }
    public required UnknownUsers UnknownUsers { get; init; }
    public required SignInMachine SignInMachine { get; init; }
    public required SignInSessions SignInSessions { get; init; }
    public required SoftwareTokens SoftwareTokens { get; init; }
    public required LockOut LockOut { get; init; }
    public required MfaSetup MfaSetup { get; init; }
    public required UserPasskeys UserPasskeys { get; init; }
    public required PasskeyRegistrations PasskeyRegistrations { get; init; }
    public required Refreshing Refreshing { get; init; }
    public required RefreshTokens RefreshTokens { get; init; }
    public required TokenSessions TokenSessions { get; init; }
    public required AccessTokens AccessTokens { get; init; }
    public required ClientTokens ClientTokens { get; init; }
    public required RefreshTokenRevocation RefreshTokenRevocation { get; init; }
    public required LogoutNotices LogoutNotices { get; init; }
    public required Devices Devices { get; init; }
    public required Paging Paging { get; init; }

    /// <summary>Whether ids may be chosen by tags and names: development only.</summary>
    public required ChosenIds ChosenIds { get; init; }
    public required NewPools NewPools { get; init; }
}
