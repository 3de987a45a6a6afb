using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.ManagedLogin.Recovery;
using Postern.ManagedLogin.SignIn;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.UserPools.Clients;
using Postern.UserPools.SignIn;

namespace Postern.ManagedLogin;

/// <summary>What follows a step of a sign-in on the pages: the next challenge's page, another page where the account is not ready, or the callback
/// with a session in the browser.</summary>
public sealed class PageFlow(SignInMachine machine, Sealer sealer, BrowserSessions sessions, Authorizations authorizations, PageDataCookie data, DeviceCookie device,
    RecoveryCode recovery, TimeProvider time, IReadOnlyList<IChallengeStep> steps)
{
    /// <summary>A browser is remembered for having proved two factors.</summary>
    private const int RememberedLevel = 3;

    public IReadOnlyList<IChallengeStep> Steps => steps;

    /// <summary>Starts a sign-in as InitiateAuth does.</summary>
    /// <exception cref="ServiceException">The machine refuses.</exception>
    public async ValueTask<SignInOutcome> Start(PageRequest page, string flow, string username, IReadOnlyDictionary<string, string> parameters, string? session = null) =>
        await machine.Start(await Call(page, username, parameters, session), flow, page.Stop);

    /// <summary>Starts one where the user chooses how he begins.</summary>
    /// <inheritdoc cref="Start"/>
    public ValueTask<SignInOutcome> Begin(PageRequest page, string username) => Start(page, AuthFlowType.USER_AUTH, username, new Dictionary<string, string>());

    /// <summary>Answers a challenge as RespondToAuthChallenge does.</summary>
    /// <exception cref="ServiceException">The machine refuses.</exception>
    public async ValueTask<SignInOutcome> Answer(PageRequest page, PageState state, IReadOnlyDictionary<string, string> responses) =>
        await machine.Answer(await Call(page, state.Username, responses, state.Session), state.Challenge, page.Stop);

    /// <summary>Sends a challenge's code again.</summary>
    /// <exception cref="ServiceException">The machine refuses.</exception>
    public async ValueTask<SignInOutcome> Resend(PageRequest page, PageState state)
    {
        var call = (await Call(page, state.Username, new Dictionary<string, string>(), state.Session)) with { Metadata = new Dictionary<string, string> { ["postern:resend"] = "true" } };
        return (await machine.Answer(call, state.Challenge, page.Stop)) with { AvailableChallenges = state.Available };
    }

    /// <summary>Takes a step of a sign-in and shows what comes next, whatever comes of it.</summary>
    /// <param name="username">As it was typed.</param>
    /// <param name="again">Shows the same page with an error.</param>
    public async Task Run(PageRequest page, string username, Func<ValueTask<SignInOutcome>> step, Func<string, Task> again)
    {
        try
        {
            await Continue(page, await step(), username);
        }
        catch (UserNotConfirmedException)
        {
            await Confirm(page, username, null);
        }
        catch (PasswordResetRequiredException)
        {
            await recovery.Send(page, username, again);
        }
        catch (NotAuthorizedException refused) when (refused.Message == SignInSessions.Used().Message)
        {
            // The form was sent twice, or again by the back button. Who signed in by the first has a session.
            await page.Redirect(page.Link("/oauth2/authorize"));
        }
        catch (NotAuthorizedException refused) when (refused.Message.StartsWith("Invalid session for the user", StringComparison.Ordinal))
        {
            await Over(page);
        }
        catch (ServiceException refused)
        {
            await again(refused.Message);
        }
    }

    /// <summary>Shows what comes next.</summary>
    /// <param name="username">As it was typed.</param>
    /// <param name="detour">The page that the sign-in leads to before the callback, when it is done; null: as a page before said.</param>
    public async Task Continue(PageRequest page, SignInOutcome outcome, string username, string? detour = null)
    {
        // At most one choice of a factor, one of its set-up and one of its kind have nothing to choose from.
        for (var skipped = 0; skipped < 3 && outcome is { SignedIn: null, Unconfirmed: null }; skipped++)
        {
            var state = PageState.Of(outcome, username);
            if (StepOf(state.Challenge) is not { } step || await step.Skip(this, page, state) is not { } next)
                break;
            outcome = next;
        }
        if (outcome.Unconfirmed is { } session)
        {
            await Confirm(page, username, session);
            return;
        }
        if (outcome.SignedIn is { } done)
        {
            await Finish(page, done, detour ?? await data.TakeNext(page));
            return;
        }
        if (detour is not null)
            data.WriteNext(page, detour);
        await Show(page, PageState.Of(outcome, username), null);
    }

    /// <summary>The page that asks a challenge; null where none does.</summary>
    public IChallengeStep? StepOf(string challenge) => steps.FirstOrDefault(step => step.Challenges.Contains(challenge));

    public Task Show(PageRequest page, PageState state, string? error)
    {
        var step = StepOf(state.Challenge) ?? throw new OAuthException("invalid_request", page.Texts["sign-in.unavailable"]);
        return page.Render(step.View(page, state, state.Seal(sealer, page.Authorization, time.GetUtcNow()), error));
    }

    /// <summary>Says that a flow took too long, or is none, and where to begin again with the same request.</summary>
    public Task Over(PageRequest page) => page.Render(
        Views.Error.Create(new(page.Request, page.Texts, page.Texts["error.too-long"])
        {
            Theme = page.Theme,
            Heading = page.Texts["error.expired"],
            Restart = page.Link("/login"),
        }),
        400);

    public ValueTask<PageState?> State(PageRequest page) =>
        PageState.Open(sealer, page.Authorization, page.Field(PageState.FieldName), time.GetUtcNow(), page.Stop);

    // A new code goes out there.
    private Task Confirm(PageRequest page, string username, string? session)
    {
        data.Write(page, new(username, Session: session));
        return page.Redirect(page.Link("/resendcode"));
    }

    private async Task Finish(PageRequest page, SignedIn done, string? detour)
    {
        if (DeviceCookie.IsAsked(page) && DeviceCookie.IsOffered(page) && done.Facts.Level >= RememberedLevel)
            await device.Remember(page, done.User);
        var session = await sessions.Begin(page.Request, page.Client, done);
        if (detour is not null || page.Authorization.Device is not null)
            data.WriteBegun(page, session.Id);
        await page.Redirect(detour is not null
            ? page.Link(detour)
            : await authorizations.Grant(page.Authorization, done.User, done.Groups, done.Facts, session, page.Caller, page.Stop));
    }

    private async ValueTask<SignInCall> Call(PageRequest page, string username, IReadOnlyDictionary<string, string> parameters, string? session)
    {
        var all = new Dictionary<string, string>(parameters) { ["USERNAME"] = username };
        if (SecretHash.Of(page.Client, username) is { } hash)
            all["SECRET_HASH"] = hash;
        return new(page.Client, new(all), session, null, IsAdmin: false, page.Caller) { IsOfPages = true, Device = await device.Find(page) };
    }
}
