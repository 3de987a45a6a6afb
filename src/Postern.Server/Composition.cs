using Postern.CommandLine;
using Postern.Contract.IdentityPools;
using Postern.Contract.SecurityTokens;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Development;
using Postern.Federation;
using Postern.IdentityPools.Pools;
using Postern.Messages;
using Postern.ManagedLogin;
using Postern.ManagedLogin.Passkeys;
using Postern.ManagedLogin.Recovery;
using Postern.ManagedLogin.SignIn;
using Postern.ManagedLogin.SignUp;
using Postern.ManagedLogin.Theming;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.OAuth.Authorize.Checks;
using Postern.OAuth.Discovery;
using Postern.OAuth.Introspect;
using Postern.OAuth.Logout;
using Postern.OAuth.Possession;
using Postern.OAuth.Push;
using Postern.OAuth.Registration;
using Postern.OAuth.Revocation;
using Postern.OAuth.Token;
using Postern.OAuth.UserInfo;
using Postern.Storage;
using Postern.Triggers;
using Postern.UserPools;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Branding;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Devices;
using Postern.UserPools.Domains;
using Postern.UserPools.IdentityProviders;
using Postern.UserPools.Mfa;
using Postern.UserPools.Passkeys;
using Postern.UserPools.Passwords;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;
using Postern.UserPools.ResourceServers;
using Postern.UserPools.Sessions;
using Postern.UserPools.SignIn;
using Postern.UserPools.SignUp;
using Postern.UserPools.Terms;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;
using Postern.Wire;

namespace Postern;

/// <summary>Puts the parts together: what differs between development and production differs here and nowhere else.</summary>
internal sealed class Composition(ServerOptions options, IStore store, MasterKey masterKey, TimeProvider time, Clock? clock, ILoggerFactory loggers) : IDisposable
{
    private readonly KeyRing ring = new(store.Keys, masterKey, time);
    private readonly KeyStock stock = new(store.Keys, masterKey, time, loggers.CreateLogger<KeyStock>(), options.KeyStock, options.NewSigningPair);
    private readonly InstallationSecret secret = new(masterKey, store.Installation);
    private readonly Srp srp = new();
    private readonly SignInGate gate = new(Environment.ProcessorCount);
    private readonly LambdaInvoke? lambda = options.LambdaEndpoint is { } endpoint ? new(endpoint) : null;
    private readonly ILogger logger = loggers.CreateLogger("Postern");
    private readonly InFlight inFlight = new();
    private readonly TrustedProxies proxies = new(options.TrustedProxies);
    private Routes? routes;
    private NodeCaches? caches;
    private Outbox? outbox;
    private OutsideDocuments? administratorsDocuments;
    private OutsideDocuments? anybodysDocuments;
    private BackChannel? backChannel;
    private SessionActivity? sessionActivity;
    private DeviceActivity? deviceActivity;

    /// <summary>Checks the master key before any other write, then reads what every request needs.</summary>
    public async Task Load(CancellationToken stop)
    {
        await masterKey.Check(store.Installation, stop);
        await secret.Load(stop);
        await ring.Load(stop);
        if (clock is not null)
            await clock.Load(store.Installation, stop);
    }

    /// <summary>Builds the routes, once the public address is known: it is in every token. Nothing is served before.</summary>
    public void Bind(string publicUrl) => routes = Build(publicUrl);

    public Task Serve(HttpContext context)
    {
        proxies.Apply(context);
        return routes!.Serve(context);
    }

    /// <summary>The stock of keys, the ring, the outbox and the purge, until stopped.</summary>
    public async Task RunBackground(CancellationToken stop)
    {
        await Task.WhenAll(
            Stocking.Run(stock, inFlight, stop), ring.Maintain(loggers.CreateLogger<KeyRing>(), stop), Task.Run(srp.Prepare, CancellationToken.None), Follow(stop),
            clock is null || options.Db is null ? Task.CompletedTask : clock.Follow(store.Installation, stop),
            masterKey.Follow(store.Installation, loggers.CreateLogger<MasterKey>(), stop),
            sessionActivity!.Run(stop), deviceActivity!.Run(stop),
            new Chores(store.Installation, options.Smtp is null ? null : outbox, time, logger, backChannel!.Delivery).Run(stop),
            backChannel.Delivery.Run(stop));
    }

    public void Dispose()
    {
        lambda?.Dispose();
        administratorsDocuments?.Dispose();
        anybodysDocuments?.Dispose();
        backChannel?.Dispose();
        gate.Dispose();
        stock.Dispose();
        ring.Dispose();
    }

    private Routes Build(string publicUrl)
    {
        var isDevelopment = options.Mode is ServerMode.Development;
        var cache = new SettingsCache(store.Changes);
        var limits = new AttemptLimits(options.AttemptLimits);
        var sealer = new Sealer(ring);
        var clientSecrets = new ClientSecrets(masterKey);
        var pools = new Pools(store.Pools, store.Resources, cache, clientSecrets);
        var newClients = new NewClients(store.Resources, cache, clientSecrets, time, options.ClientsPerPool);
        var passwords = new Passwords(srp, masterKey, gate, secret, time);
        var codes = new Codes(store.Codes, store.Attempts, secret, limits, time);
        ITransport[] transports = options.Smtp is { } smtp ? [SmtpTransport.Parse(smtp, options.MailFrom)] : [];
        outbox = new Outbox(cache, store.Messages, masterKey, transports, new(isDevelopment, isDevelopment), time, loggers.CreateLogger<Outbox>());
        var users = new Users(store.Users, outbox, time);
        var paging = new Paging(sealer, time);
        deviceActivity = new DeviceActivity(store.UserParts, cache, loggers.CreateLogger<DeviceActivity>());
        var devices = new Devices(store.UserParts, cache, masterKey, deviceActivity, paging, time);
        var issuer = new Issuer(publicUrl, options.Issuer);
        var signingKeys = new SigningKeys(store.Keys, masterKey, stock, time);
        var verified = new VerifiedTokens<AccessTokenClaims>(time);
        var refreshTokens = new RefreshTokens(new RefreshTokenSealer(sealer));
        var tokens = new TokenMaker(signingKeys, refreshTokens, issuer, gate, time);
        sessionActivity = new SessionActivity(store.UserParts, cache, loggers.CreateLogger<SessionActivity>());
        var tokenSessions = new TokenSessions(store.UserParts, sessionActivity, time);
        var unknownUsers = new UnknownUsers(secret);
        var namedUsers = new NamedUsers(pools, users, codes, unknownUsers);
        var sessions = new SignInSessions(sealer, store.SignIns, time);
        var proofNonces = new ProofNonces(sealer, time);
        var dpopProofs = new DPoPProofs(proofNonces, cache, time);
        var refreshing = new Refreshing(refreshTokens, store.Users, store.Groups, store.SignIns, cache, tokens, tokenSessions, devices, dpopProofs, time);
        var lockOut = new LockOut(store.Attempts, cache, codes, limits, time);
        var signInUsers = new SignInUsers(store.Users, codes, unknownUsers);
        var delivery = new CodeDelivery(codes, outbox, time);
        var softwareTokens = new SoftwareTokens(secret, lockOut, time);
        var seen = new SeenBlocks(time);
        var deviceFactor = new DeviceFactor(devices, new DeviceKeys(secret), users, sessions, lockOut, srp, gate, seen);
        var passwordFactor = new PasswordFactor(
            passwords, new SrpFactor(srp, sealer, passwords, unknownUsers, gate, seen, time), lockOut, signInUsers, sessions, deviceFactor);
        var codeFactor = new CodeFactor(sessions, delivery, outbox, codes, lockOut, unknownUsers, users, secret, time);
        var softwareTokenFactor = new SoftwareTokenFactor(sessions, softwareTokens);
        var mfaSetup = new MfaSetup(pools, sessions, codeFactor, softwareTokens, signInUsers, users);
        var mfaChoice = new MfaChoice(sessions, codeFactor, softwareTokenFactor, mfaSetup);
        var newPassword = new NewPasswordChallenge(sessions, passwords, users, time);
        var poolDomains = new PoolDomains(pools, store.Pools, store.Resources, cache);
        var links = new ConfirmationLinks(poolDomains, publicUrl);
        var relyingParties = new RelyingParties(poolDomains, new Uri(publicUrl).Host, allowsLocalHttp: isDevelopment);
        var passkeys = new UserPasskeys(store.UserParts);
        var passkeyFactor = new PasskeyFactor(passkeys, relyingParties, sessions, time, loggers.CreateLogger<PasskeyFactor>());
        var passkeyRegistrations = new PasskeyRegistrations(passkeys, store.UserParts, cache, relyingParties, users, time);
        var firstFactors = new FirstFactorChoice(signInUsers, passwordFactor, codeFactor, passkeyFactor, sessions);
        var functions = new Functions((IFunctionTransport?)lambda ?? new NoFunctions(), Functions.TimeLimit, loggers.CreateLogger<Functions>());
        var custom = new CustomChallenges(
            functions, signInUsers, passwordFactor, codeFactor, softwareTokenFactor, sessions, new CustomStates(store.UserParts, cache, sealer, time));
        var machine = new SignInMachine(
            signInUsers, passwordFactor, firstFactors, custom, newPassword, mfaChoice, deviceFactor,
            [newPassword, codeFactor, softwareTokenFactor, deviceFactor, mfaSetup, mfaChoice, firstFactors, passkeyFactor, custom], refreshing, sessions,
            users, tokens, tokenSessions, time);
        var addresses = new DomainAddresses(publicUrl, servesPaths: isDevelopment);
        var documents = new IssuerDocuments(pools, poolDomains, addresses, signingKeys, issuer);
        var providers = new UpstreamProviders(store.Resources, masterKey);

        var accessTokens = new AccessTokens(pools, signingKeys, store.Users, verified, dpopProofs, time);
        backChannel = new BackChannel(pools, store.UserParts, cache, signingKeys, issuer, isDevelopment ? NetworkReach.Anywhere : NetworkReach.Network, time, logger);
        var activeScopes = new ActiveScopes(store.Resources, cache);
        var clientTokens = new ClientTokens(activeScopes, tokens);
        var givenOnce = new GivenOnce(store.Users, cache, activeScopes, tokens, tokenSessions);
        var revocation = new RefreshTokenRevocation(refreshTokens, tokenSessions, backChannel.Notices, time);
        var authorizationCodes = new AuthorizationCodes(sealer, poolDomains, time);
        var pushedRequests = new PushedRequests(sealer, store.SignIns, cache, time);
        var authorizations = new Authorizations(authorizationCodes, pushedRequests, tokens, tokenSessions, backChannel.Parties, cache, time);
        var providerAddresses = new ProviderAddresses(isDevelopment);
        var requestingClient = new RequestingClient(pools);
        var (grantedScope, chosenProvider) = (new GrantedScope(activeScopes), new ChosenProvider(providers));
        var deviceFlow = new DeviceFlowParts(
            store, cache, sealer, secret, limits, options.DevicesPerClient, grantedScope, requestingClient, chosenProvider, time, logger);
        var authorizationChecks = new AuthorizationChecks(pushedRequests, requestingClient, grantedScope, chosenProvider, deviceFlow.Visits, issuer);
        var ssoSessions = new SsoSessions(store.UserParts, sessionActivity, cache, time);
        var browserSessions = new BrowserSessions(sealer, store.Users, ssoSessions, backChannel.Notices, time);
        var silent = new SilentSignIn(browserSessions, store.Groups, ssoSessions, authorizations, time);
        var csrf = new Csrf(secret, acceptsInvented: isDevelopment);
        var languages = new Languages();
        var brandings = new Brandings(store.Resources);
        var customizations = new UICustomizations(store.Resources, publicUrl);
        var themes = new Themes(brandings, customizations);
        var errorPage = new ErrorPage(pools, languages, themes);
        var entrance = new Entrance(csrf, errorPage);
        var pageData = new PageDataCookie(sealer, time);
        var terms = new TermsDocuments(store.Resources);
        var recovery = new RecoveryCode(new ForgotPassword(namedUsers, unknownUsers, delivery, outbox), pageData);
        var flow = new PageFlow(
            machine, sealer, browserSessions, authorizations, pageData, new DeviceCookie(sealer, devices), recovery, time,
            [new NewPasswordStep(), new CodeStep(), new MfaChoiceStep(), new MfaSetupStep(mfaSetup), new FactorChoiceStep(), new PasswordStep(), new PasskeyStep()]);
        var afterSignUp = new AfterSignUp(flow, sessions, users, pageData);
        var confirmSignUp = new ConfirmSignUp(namedUsers, users, codes, sessions);
        IPage[] pages =
        [
            new SignInPage(flow, new ProviderList(providers), pageData), new ChallengePage(flow),
            new SignUpPage(new SignUp(pools, users, passwords, delivery, links, outbox, sessions, time), afterSignUp, terms, pageData),
            new ConfirmPage(confirmSignUp, afterSignUp, pageData),
            new ResendCodePage(new ResendConfirmationCode(namedUsers, unknownUsers, delivery, links, outbox), pageData),
            new ForgotPasswordPage(recovery),
            new ResetPasswordPage(new ConfirmForgotPassword(namedUsers, users, codes, passwords), flow, pageData),
            new AddPasskeyPage(passkeyRegistrations, browserSessions, silent, pageData),
            deviceFlow.Confirmation(browserSessions, pageData),
        ];
        var json = new OAuthJson(logger);
        var liveTokens = new LiveAccessTokens(pools, signingKeys, store.Users, time);
        administratorsDocuments = new OutsideDocuments(isDevelopment ? NetworkReach.Anywhere : NetworkReach.Network, providerAddresses);
        anybodysDocuments = new OutsideDocuments(isDevelopment ? NetworkReach.Anywhere : NetworkReach.Public, providerAddresses);
        var clientAuthentication = new ClientAuthentication(
            pools, new ClientAssertions(new RemoteKeySets(administratorsDocuments, time), new RemoteKeySets(anybodysDocuments, time), issuer, addresses, cache, time));
        var keyProofs = new KeyProofs(dpopProofs, proofNonces, addresses);
        var domains = new DomainRoutes(
            new DomainHosts(poolDomains, new Uri(publicUrl).Host, servesPaths: isDevelopment),
            [
                new AuthorizeEndpoint(authorizationChecks, silent, upstream: [], entrance),
                new LogoutEndpoint(requestingClient, new IdTokenHints(pools, signingKeys), browserSessions, entrance),
                new DomainDiscovery(documents, entrance),
                new TokenEndpoint(json, clientAuthentication, keyProofs,
                [
                    new CodeGrant(authorizationCodes, backChannel.Parties, givenOnce, cache, time),
                    new RefreshGrant(refreshing), new ClientCredentialsGrant(clientTokens),
                    deviceFlow.Grant(givenOnce),
                ]),
                new UserInfoEndpoint(json, accessTokens, keyProofs), new RevokeEndpoint(json, clientAuthentication, revocation),
                new IntrospectionEndpoint(json, clientAuthentication, new Introspection(liveTokens, refreshTokens, refreshing, issuer)),
                new PushEndpoint(json, clientAuthentication, keyProofs, authorizationChecks, pushedRequests),
                new RegistrationEndpoint(new RegistrationAccess(liveTokens, keyProofs), new Registrations(store.Resources, newClients, providerAddresses)),
                .. deviceFlow.Endpoints(json, clientAuthentication, csrf, languages, themes),
                errorPage, new AssetEndpoint(), new ThemeEndpoint(themes, brandings, customizations),
                new ConfirmUserEndpoint(pools, confirmSignUp, csrf, languages, themes),
                .. pages.Select(page => new PageEndpoint(page, authorizationChecks, csrf, languages, themes)),
            ],
            entrance, logger);

        var parts = new Parts
        {
            Time = time,
            Changes = cache,
            PoolStore = store.Pools,
            ResourceStore = store.Resources,
            UserStore = store.Users,
            UserParts = store.UserParts,
            GroupStore = store.Groups,
            SignInStore = store.SignIns,
            MasterKey = masterKey,
            Sealer = sealer,
            InstallationSecret = secret,
            Pools = pools,
            ClientSecrets = clientSecrets,
            PoolChanges = new PoolChanges(pools, cache, time),
            NewClients = newClients,
            ClientChanges = new ClientChanges(pools, cache, clientSecrets, time),
            PoolDomains = poolDomains,
            UICustomizations = customizations,
            Brandings = brandings,
            BrandingLog = new BrandingLog(loggers.CreateLogger<BrandingLog>()),
            TermsDocuments = terms,
            UpstreamProviders = providers,
            ProviderAddresses = providerAddresses,
            ConfiguredPools = new ConfiguredPools(store.Pools, cache, time),
            Users = users,
            UserSearch = new UserSearch(store.Users),
            NamedUsers = namedUsers,
            Passwords = passwords,
            Codes = codes,
            CodeDelivery = delivery,
            ConfirmationLinks = links,
            Outbox = outbox,
            UnknownUsers = unknownUsers,
            SignInMachine = machine,
            SignInSessions = sessions,
            SoftwareTokens = softwareTokens,
            LockOut = lockOut,
            MfaSetup = mfaSetup,
            UserPasskeys = passkeys,
            PasskeyRegistrations = passkeyRegistrations,
            Refreshing = refreshing,
            RefreshTokens = refreshTokens,
            TokenSessions = tokenSessions,
            AccessTokens = accessTokens,
            ClientTokens = clientTokens,
            RefreshTokenRevocation = revocation,
            LogoutNotices = backChannel.Notices,
            Devices = devices,
            Paging = paging,
            ChosenIds = new ChosenIds(isDevelopment),
            NewPools = isDevelopment ? new() : new(PoolSwitch.RequirePkce),
        };

        caches = new(cache, signingKeys, verified, documents, sessionActivity, deviceActivity);
        var answer = new Answer();
        var others = new OtherServices(answer);
        var faults = clock is null ? null : new Faults();
        var callers = new TrustingCallers(options.Region, publicUrl);
        var operations = BoundOperations.Bind(parts);
        return new Routes(
            new JsonFrontDoor(operations, [.. UserPoolsOperations.All, .. IdentityPoolsOperations.All], callers, answer, others, faults, logger),
            new QueryFrontDoor(operations, SecurityTokensOperations.All, callers, others, faults, logger),
            others, documents, domains, new ClassicLogos(pools, customizations),
            clock is null ? null : new DevelopmentEndpoints(store.Installation, new Inbox(store.Messages, outbox, pools), clock, faults!, inFlight, new Uri(publicUrl).Host, caches.Forget),
            inFlight,
            IsReady);
    }

    private async ValueTask<bool> IsReady(CancellationToken stop)
    {
        try
        {
            return await store.Installation.Get("installation-secret", stop) is not null;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    /// <summary>Forgets what other nodes changed, within a second.</summary>
    private async Task Follow(CancellationToken stop)
    {
        await foreach (var pool in store.Feed.Follow(stop))
        {
            if (pool is { } number)
                caches!.Forget(number);
            else
                caches!.Forget();
        }
    }
}
