using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>Whose sign-in a call is about: the user, his groups and his wrong answers by one read, then the secret hash, in this order and at
/// the same cost whether anybody has the name or not.</summary>
public sealed class SignInUsers(IUserStore users, Codes.Codes codes, UnknownUsers unknownUsers)
{
    /// <summary>The user whom a first step names.</summary>
    /// <exception cref="NotAuthorizedException">The secret hash is missing or wrong.</exception>
    /// <exception cref="UserNotFoundException">Nobody has the name, and the client hides nobody.</exception>
    public async ValueTask<SignInProgress> ByName(SignInCall call, SignInFlow flow, LimitedAction counted, CancellationToken stop)
    {
        var name = call.Given.Require("USERNAME");
        var pool = call.Client.Pool;
        var view = await users.FindForSignIn(pool.Number, pool.Fold(name), Users.Users.Sub(name), codes.Key(pool, null, name, counted), stop);
        // The hash may be made with the name that was sent or with the stored one: SDKs mix them after an alias sign-in.
        SecretHash.CheckParameter(call.Client, call.Given.Find("SECRET_HASH"), name, view.User?.Username);
        if (view.User is null)
            UnknownUsers.RefuseUnlessHidden(call.Client);
        return Progress(call, view, name, flow);
    }

    /// <summary>The user of a SECRET_BLOCK.</summary>
    /// <inheritdoc cref="ByName"/>
    public async ValueTask<SignInProgress> ByBlock(SignInCall call, SrpBlock block, CancellationToken stop)
    {
        var name = call.Given.Require("USERNAME");
        var pool = call.Client.Pool;
        var isNobody = block.Sub == Guid.Empty;
        var view = await users.FindForSignIn(
            pool.Number, isNobody ? pool.Fold(block.Name) : "", isNobody ? null : block.Sub, codes.Key(pool, null, block.Name, LimitedAction.Password), stop);
        SecretHash.CheckParameter(call.Client, call.Given.Find("SECRET_HASH"), name, view.User?.Username);
        if (view.User is null)
            UnknownUsers.RefuseUnlessHidden(call.Client);
        else if (!IsNameOf(call.Client, view.User, name))
            throw PasswordFactor.Wrong();
        return Progress(call, view, block.Name, block.Flow);
    }

    /// <summary>The user of a session.</summary>
    /// <exception cref="NotAuthorizedException">The session is another's, or died with a new password; the secret hash is missing or wrong;
    /// or the user is disabled.</exception>
    public async ValueTask<SignInProgress> BySession(SignInCall call, SignInSession session, LimitedAction counted, CancellationToken stop)
    {
        var name = call.Given.Require("USERNAME");
        var pool = call.Client.Pool;
        var view = await users.FindForSignIn(pool.Number, "", session.Sub, codes.Key(pool, null, session.Nobody, counted), stop);
        var isOwn = view.User is { } user
            ? session.Nobody.Length == 0 && IsNameOf(call.Client, user, name) && user.PasswordSet == session.PasswordSet
            : session.Nobody.Length > 0 && (pool.Fold(name) == pool.Fold(session.Nobody) || name == unknownUsers.Username(pool, session.Nobody));
        if (!isOwn)
            throw SignInSessions.Invalid();
        SecretHash.CheckParameter(call.Client, call.Given.Find("SECRET_HASH"), name, view.User?.Username);
        RefuseDisabled(view.User);
        return new(call, view.User ?? unknownUsers.User(pool, session.Nobody), view.Groups, view.FailedAttempts, session) { IsShown = true };
    }

    /// <summary>The user of a session, for operations that name neither client nor user.</summary>
    /// <exception cref="NotAuthorizedException">The session died with a new password, or with its user; or the user is disabled.</exception>
    public async ValueTask<SignInProgress> BySession(AppClient client, SignInSession session, LimitedAction counted, CancellationToken stop)
    {
        // Whoever is found has the key of his own: the one given is for nobody.
        var view = await users.FindForSignIn(client.Pool.Number, "", session.Sub, new((byte)counted, session.Sub), stop);
        if (view.User is not { } user || user.PasswordSet != session.PasswordSet)
            throw SignInSessions.Invalid();
        RefuseDisabled(user);
        return new(new(client, default, null, null, false, new Caller("", "", false)), user, view.Groups, view.FailedAttempts, session) { IsShown = true };
    }

    /// <summary>The same sign-in as if nobody had the name that was typed.</summary>
    public SignInProgress AsNobody(SignInProgress progress)
    {
        var name = progress.Call.Given.Require("USERNAME");
        var user = unknownUsers.User(progress.Pool, name);
        return progress with { Stored = user, Groups = [], Session = progress.Session with { Sub = user.Sub, PasswordSet = user.PasswordSet, Nobody = name } };
    }

    /// <summary>The same sign-in with the user as he is now: functions that ran meanwhile, or others, may have changed him.</summary>
    /// <exception cref="NotAuthorizedException">He is gone, disabled, or has a new password.</exception>
    public async ValueTask<SignInProgress> Again(SignInProgress progress, LimitedAction counted, CancellationToken stop)
    {
        var view = await users.FindForSignIn(
            progress.Pool.Number, "", progress.Session.Sub, codes.Key(progress.Pool, progress.Stored, progress.Name, counted), stop);
        if (view.User is not { } user || user.PasswordSet != progress.Session.PasswordSet)
            throw SignInSessions.Invalid();
        RefuseDisabled(user);
        return progress with { Stored = user, Groups = view.Groups };
    }

    /// <exception cref="NotAuthorizedException">The user is disabled.</exception>
    public static void RefuseDisabled(User? user)
    {
        if (user is { Enabled: false })
            throw new NotAuthorizedException("User is disabled.");
    }

    private SignInProgress Progress(SignInCall call, SignInView view, string name, SignInFlow flow)
    {
        var user = view.User ?? unknownUsers.User(call.Client.Pool, name);
        return new(call, user, view.Groups, view.FailedAttempts, new()
        {
            Pool = user.Pool,
            ClientId = call.Client.Id,
            SignIn = Guid.NewGuid(),
            Sub = user.Sub,
            PasswordSet = user.PasswordSet,
            Flow = flow,
            Nobody = view.User is null ? name : "",
        });
    }

    private static bool IsNameOf(AppClient client, User user, string name) =>
        UserNames.Of(client.Pool, user).Contains(client.Pool.Fold(name)) || Users.Users.Sub(name) == user.Sub;
}
