using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.UserPools.Clients;
using Postern.UserPools.SignIn;

namespace Postern.ManagedLogin;

/// <summary>What follows a step of a sign-in on the pages: the next challenge's page, or the callback with a session in the browser.</summary>
public sealed class PageFlow(SignInMachine machine, Sealer sealer, BrowserSessions sessions, Authorizations authorizations, PageDataCookie data,
    IReadOnlyList<IChallengeStep> steps)
{
    public IReadOnlyList<IChallengeStep> Steps => steps;

    /// <summary>Starts a sign-in as InitiateAuth does.</summary>
    /// <exception cref="ServiceException">The machine refuses.</exception>
    public ValueTask<SignInOutcome> Start(PageRequest page, string flow, string username, IReadOnlyDictionary<string, string> parameters, string? session = null) =>
        machine.Start(Call(page, username, parameters, session), flow, page.Stop);

    /// <summary>Answers a challenge as RespondToAuthChallenge does.</summary>
    /// <exception cref="ServiceException">The machine refuses.</exception>
    public ValueTask<SignInOutcome> Answer(PageRequest page, PageState state, IReadOnlyDictionary<string, string> responses) =>
        machine.Answer(Call(page, state.Username, responses, state.Session), state.Challenge, page.Stop);

    /// <summary>Shows what comes next.</summary>
    /// <param name="username">As it was typed.</param>
    /// <param name="detour">The page that the sign-in leads to before the callback, when it is done; null: as a page before said.</param>
    public async Task Continue(PageRequest page, SignInOutcome outcome, string username, string? detour = null)
    {
        if (outcome.SignedIn is { } done)
        {
            await Finish(page, done, detour ?? await data.TakeNext(page));
            return;
        }
        if (detour is not null)
            data.WriteNext(page, detour);
        await Show(page, PageState.Of(outcome, username), null);
    }

    public Task Show(PageRequest page, PageState state, string? error)
    {
        var step = steps.FirstOrDefault(step => step.Challenges.Contains(state.Challenge)) ?? throw new OAuthException("invalid_request", "Login option is not available. Please try another one");
        return page.Render(step.View(page, state, state.Seal(sealer, page.Authorization), error));
    }

    public ValueTask<PageState?> State(PageRequest page) => PageState.Open(sealer, page.Authorization, page.Field(PageState.FieldName), page.Stop);

    private async Task Finish(PageRequest page, SignedIn done, string? detour)
    {
        var session = new BrowserSession(Guid.NewGuid(), done.User.Sub, done.Facts.AuthTime, done.Facts.Level);
        sessions.Begin(page.Request, session);
        await page.Redirect(detour is not null ? page.Link(detour) : await authorizations.Grant(page.Authorization, done.User, done.Groups, done.Facts, null, page.Stop));
    }

    private static SignInCall Call(PageRequest page, string username, IReadOnlyDictionary<string, string> parameters, string? session)
    {
        var all = new Dictionary<string, string>(parameters) { ["USERNAME"] = username };
        if (SecretHash.Of(page.Client, username) is { } hash)
            all["SECRET_HASH"] = hash;
        return new(page.Client, new(all), session, null, IsAdmin: false, page.Caller) { IsOfPages = true };
    }
}
