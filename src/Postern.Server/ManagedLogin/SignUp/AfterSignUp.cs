using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.SignIn;
using Postern.UserPools.Users;

namespace Postern.ManagedLogin.SignUp;

/// <summary>What follows a sign-up: the page that confirms it, then a sign-in that does not ask for the password again.</summary>
/// <remarks>Who signed up in this browser proved the password there: the sealed cookie remembers that for as long as the code lives, a day, since
/// mail may be slow. It is of no use without the code, and dies with another password.</remarks>
public sealed class AfterSignUp(PageFlow flow, SignInSessions sessions, Users users, PageDataCookie data)
{
    /// <summary>Leads on from an account that was just made.</summary>
    /// <param name="username">As it was typed.</param>
    public async Task Continue(PageRequest page, string username, SignUpResponse made)
    {
        var user = await users.Get(page.Client.Pool, made.UserSub, page.Stop);
        if (made.UserConfirmed)
        {
            await SignIn(page, username, sessions.SignedUp(page.Client, user));
        }
        else if (made.CodeDeliveryDetails is not { } sent)
        {
            await page.Render(Views.Message.Create(new(page, page.Texts["sign-up.title"], page.Texts["sign-up.not-verified"])));
        }
        else
        {
            data.Write(page, new(username, sent.DeliveryMedium, sent.Destination, sessions.SignUp(page.Client, user, PageDataCookie.Lifetime)));
            await page.Redirect(page.Link("/confirm"));
        }
    }

    /// <summary>Leads on from an account that was just made, and whose code was not taken by the transport: it can be sent again.</summary>
    public async Task Undelivered(PageRequest page, string username, string problem)
    {
        var user = await users.Get(page.Client.Pool, username, page.Stop);
        var known = new PageData(username, Session: sessions.SignUp(page.Client, user, PageDataCookie.Lifetime));
        data.Write(page, known);
        await ConfirmPage.Show(page, data, known, problem);
    }

    /// <summary>Signs in who confirmed the sign-up.</summary>
    /// <param name="session">Of the confirmed sign-up; null where the user has to sign in himself.</param>
    public async Task SignIn(PageRequest page, string username, string? session)
    {
        try
        {
            if (session is not null)
            {
                var outcome = await flow.Start(page, AuthFlowType.USER_AUTH, username, new Dictionary<string, string>(), session);
                await flow.Continue(page, outcome, username, Passkeys.AddPasskeyPage.IsOffered(page) ? Passkeys.AddPasskeyPage.Path : null);
                return;
            }
        }
        catch (ServiceException)
        {
            // The account is confirmed all the same; the sign-in page will say what is wrong with it.
        }
        data.Write(page, new(username, Notice: "confirm.done"));
        await page.Redirect(page.Link("/login"));
    }
}
