using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;

namespace Postern.UserPools.SignIn;

/// <summary>Challenge sessions: sealed, of one pool, client and user, readable by any node. A wrong answer does not consume one; success does.</summary>
/// <remarks>User pools sheet, "Session strings".</remarks>
public sealed class SignInSessions(Sealer sealer, ISignInStore signIns, TimeProvider time)
{
    /// <summary>The most characters of a session string.</summary>
    public const int LongestText = 2048;

    /// <summary>How long a page of a flow may be looked at, whatever the client's own sessions last (hosted pages sheet, "Pages and their way").</summary>
    public static TimeSpan LifetimeOnPages { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The session string of a challenge, with a full lifetime of its own.</summary>
    /// <param name="state">What the challenge keeps for its answer.</param>
    public string Seal(SignInProgress progress, string challenge, ReadOnlyMemory<byte> state = default) =>
        Seal(progress.Client, progress.Session with { Challenge = challenge, State = state }, progress.SessionLifetime);

    /// <summary>The session that answers a challenge.</summary>
    /// <exception cref="InvalidParameterException">There is none.</exception>
    /// <exception cref="NotAuthorizedException">It is no live session of this client and challenge.</exception>
    public async ValueTask<SignInSession> Open(AppClient client, string? text, string challenge, CancellationToken stop)
    {
        var session = await Open(text, challenge, stop);
        return session.Pool == client.Pool.Number && session.ClientId == client.Id ? session : throw Invalid();
    }

    /// <summary>The same for operations that name no client: the session does.</summary>
    /// <inheritdoc cref="Open(AppClient, string?, string, CancellationToken)"/>
    public async ValueTask<SignInSession> Open(string? text, string challenge, CancellationToken stop)
    {
        if (string.IsNullOrEmpty(text))
            throw new InvalidParameterException("Missing required parameter Session");
        if (await sealer.OpenText(SealPurpose.Session, default, text, stop) is not { } plain || SignInSession.Read(plain) is not { } session
            || !Answers(session, challenge))
            throw Invalid();
        if (await signIns.IsUsed(session.Pool, session.SignIn, stop))
            throw Used();
        if (session.Expires <= time.GetUtcNow())
            throw new NotAuthorizedException("Invalid session for the user, session is expired.");
        return session;
    }

    /// <summary>The session that SignUp gives to a client of USER_AUTH.</summary>
    /// <param name="lifetime">Null: that of any challenge. The pages keep theirs in a cookie for as long as the code lives.</param>
    public string SignUp(AppClient client, User user, TimeSpan? lifetime = null) =>
        Seal(client, OfSignUp(client, user, FirstFactorChoice.SigningUp), lifetime);

    /// <summary>The session by which a user who needs no confirmation signs in after the sign-up.</summary>
    public string SignedUp(AppClient client, User user) => Seal(client, OfSignUp(client, user, FirstFactorChoice.SignedUp));

    /// <summary>The session by which the user can sign in once the sign-up is confirmed; null where its own is no longer alive.</summary>
    /// <param name="text">The session of SignUp; where there is none, a code alone must be enough to sign in with.</param>
    /// <exception cref="NotAuthorizedException">It is no session of this sign-up.</exception>
    public async ValueTask<string?> Confirmed(AppClient client, User user, string? text, CancellationToken stop)
    {
        if (string.IsNullOrEmpty(text))
        {
            var isEnough = client.Pool.OffersFirstFactor(AuthFactorType.EMAIL_OTP) || client.Pool.OffersFirstFactor(AuthFactorType.SMS_OTP);
            return client.OffersChoice && isEnough ? SignedUp(client, user) : null;
        }
        if (await sealer.OpenText(SealPurpose.Session, default, text, stop) is not { } plain || SignInSession.Read(plain) is not { } session
            || session.Challenge != FirstFactorChoice.SigningUp || session.Pool != client.Pool.Number || session.ClientId != client.Id || session.Sub != user.Sub)
            throw Invalid();
        return session.Expires > time.GetUtcNow() && session.PasswordSet == user.PasswordSet ? SignedUp(client, user) : null;
    }

    /// <summary>The write that uses all sessions of a sign-in up.</summary>
    public UseSession Use(SignInSession session) =>
        // Later sessions of the sign-in may outlive this one, each by a full lifetime.
        new(session.Pool, session.SignIn, time.GetUtcNow() + TimeSpan.FromHours(1));

    public static NotAuthorizedException Invalid() => new("Invalid session for the user.");

    public static NotAuthorizedException Used() => new("Invalid session for the user, session can only be used once.");

    private string Seal(AppClient client, SignInSession session, TimeSpan? lifetime = null) =>
        sealer.SealText(SealPurpose.Session, default, (session with { Expires = time.GetUtcNow() + (lifetime ?? client.SessionLifetime) }).ToBytes());

    private static SignInSession OfSignUp(AppClient client, User user, string step) => new()
    {
        Pool = client.Pool.Number,
        ClientId = client.Id,
        SignIn = Guid.NewGuid(),
        Sub = user.Sub,
        PasswordSet = user.PasswordSet,
        Flow = SignInFlow.Choice,
        Challenge = step,
    };

    // Amplify chooses again while a passkey is waited for.
    private static bool Answers(SignInSession session, string challenge) =>
        session.Challenge == challenge || (challenge is ChallengeNameType.SELECT_CHALLENGE && session.Challenge is ChallengeNameType.WEB_AUTHN
            && session is { Flow: SignInFlow.Choice, Passed: Factors.None });
}
