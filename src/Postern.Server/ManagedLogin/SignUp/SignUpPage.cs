using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.ManagedLogin.SignIn;
using Postern.OAuth;
using Postern.UserPools.Clients;
using Postern.UserPools.Passwords;
using Postern.UserPools.Terms;

namespace Postern.ManagedLogin.SignUp;

/// <summary><c>/signup</c>: makes an account as SignUp does, and leads on to confirming it.</summary>
/// <remarks>Hosted pages sheet, "Pages and their way". Where the pool's users may sign in without a password, and the client lets them choose,
/// managed login asks for none: an addition of Postern's to the page, as SignUp takes it.</remarks>
public sealed class SignUpPage(IOperation<SignUpRequest, SignUpResponse> signUp, AfterSignUp after, TermsDocuments terms, PageDataCookie data) : IPage
{
    private const string Password = "password";

    public IReadOnlyList<string> Paths { get; } = ["/signup"];

    public bool NeedsResponseType => false;

    public Task Get(PageRequest page)
    {
        Require(page);
        return Show(page, null);
    }

    public async Task Post(PageRequest page)
    {
        Require(page);
        var username = page.Field(SignUpField.Username).Trim();
        if (Problem(page, username) is { } problem)
        {
            await Show(page, problem);
            return;
        }
        try
        {
            var answer = await signUp.Run(page, Request(page, username));
            await after.Continue(page, username, answer);
        }
        catch (UsernameExistsException taken)
        {
            // Where the form was sent again, the account is this browser's own.
            if (await IsSigningUp(page, username))
                await page.Redirect(page.Link("/confirm"));
            else
                await Show(page, taken.Message);
        }
        catch (CodeDeliveryFailureException undelivered)
        {
            await after.Undelivered(page, username, undelivered.Message);
        }
        catch (ServiceException refused)
        {
            await Show(page, refused.Message);
        }
    }

    private static string? Problem(PageRequest page, string username) => TypedText.ProblemOfName(page.Texts, SignInNames.LabelOf(page.Client.Pool), username)
        ?? SignUpField.Of(page.Client, page.Texts).Select(field => field.Problem(page)).FirstOrDefault(static problem => problem is not null);

    private static SignUpRequest Request(PageRequest page, string username)
    {
        var password = page.Field(Password);
        if (password.Length > 0 && (char.IsWhiteSpace(password[0]) || char.IsWhiteSpace(password[^1])))
            throw new InvalidPasswordException(page.Texts["password.blank"]);
        if (password.Length == 0 && !IsPasswordOptional(page))
            page.Client.Pool.PasswordPolicy.Check(password);
        return new()
        {
            ClientId = page.Client.Id,
            SecretHash = SecretHash.Of(page.Client, username),
            Username = username,
            Password = password.Length > 0 ? password : null,
            UserAttributes = Attributes(page),
        };
    }

    private static List<AttributeType> Attributes(PageRequest page)
    {
        var attributes = new List<AttributeType>();
        foreach (var field in SignUpField.Of(page.Client, page.Texts))
        {
            if (field.Attribute is { } name && field.Read(page) is { Length: > 0 } value)
                attributes.Add(new() { Name = name, Value = value });
        }
        return attributes;
    }

    private static bool IsPasswordOptional(PageRequest page) =>
        page.Request.Domain.IsManagedLogin && page.Client.OffersChoice && page.Client.Pool.OffersPasswordless;

    private static void Require(PageRequest page)
    {
        page.RequireLocalUsers();
        if (page.Client.Pool.Settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly is true)
            throw new OAuthException("invalid_request", "SignUp is not permitted for this user pool");
    }

    private async ValueTask<bool> IsSigningUp(PageRequest page, string username) =>
        await data.Find(page) is { Session: not null } known && known.Username == username;

    private async Task Show(PageRequest page, string? error)
    {
        // The classic pages show none (hosted pages sheet, "Languages and terms").
        var links = page.Request.Domain.IsManagedLogin ? await terms.For(page.Client, page.Texts.Language, page.Stop) : null;
        await page.Render(Views.SignUp.Create(new(page, error)
        {
            Fields = SignUpField.Of(page.Client, page.Texts),
            IsPasswordOptional = IsPasswordOptional(page),
            Terms = links is null ? null : (links.TermsOfUse, links.PrivacyPolicy),
        }));
    }
}
