using System.Net;
using System.Text.RegularExpressions;
using Postern.Contract.UserPools;

namespace Postern.Messages;

/// <summary>The subject and body of a message: the pool's template, else the service's built-in text.</summary>
/// <remarks>Messages sheet, "Default texts" and "Templates and placeholders": nothing is replaced in subjects, and <c>{username}</c> only in
/// invitations.</remarks>
public static partial class MessageTexts
{
    private const string CodePlaceholder = "{####}";

    /// <param name="emailMfa">The texts of mails with a sign-in's code, where the pool has its own.</param>
    public static (string? Subject, string Body) Render(
        UserPoolType pool, MessageKind kind, string medium, string code, string username, EmailMfaConfigType? emailMfa = null)
    {
        var template = pool.VerificationMessageTemplate;
        var isMail = medium is DeliveryMediumType.EMAIL;
        string? body, subject = null;
        switch (kind)
        {
            case MessageKind.AdminCreateUser:
                var invitation = pool.AdminCreateUserConfig?.InviteMessageTemplate;
                body = InvitationTemplate(pool, medium) ?? (code.Length == 0 ? "Your username is {username}." : "Your username is {username} and temporary password is {####}.");
                body = body.Replace("{username}", isMail ? WebUtility.HtmlEncode(username) : username, StringComparison.Ordinal);
                subject = invitation?.EmailSubject ?? "Your temporary password";
                // A temporary password may hold a '<' or '&'; mail is HTML.
                return (isMail ? subject : null, body.Replace(CodePlaceholder, isMail ? WebUtility.HtmlEncode(code) : code, StringComparison.Ordinal));
            case MessageKind.Authentication:
                body = (isMail ? emailMfa?.Message : pool.SmsAuthenticationMessage) ?? "Your authentication code is {####}";
                subject = emailMfa?.Subject ?? "Your authentication code";
                break;
            default:
                body = (isMail ? template?.EmailMessage ?? pool.EmailVerificationMessage : template?.SmsMessage ?? pool.SmsVerificationMessage) ?? BuiltIn(kind);
                subject = template?.EmailSubject ?? pool.EmailVerificationSubject ?? "Your verification code";
                break;
        }
        return (isMail ? subject : null, body.Replace(CodePlaceholder, code, StringComparison.Ordinal));
    }

    /// <summary>The mail that confirms a sign-up by a link.</summary>
    public static (string Subject, string Body) RenderLink(UserPoolType pool, string link)
    {
        var template = pool.VerificationMessageTemplate;
        // The text between the marks is the administrator's, HTML as the rest.
        var body = LinkPlaceholder().Replace(
            template?.EmailMessageByLink ?? "Please click the link below to verify your email address. {##Verify Email##} ",
            place => $"<a href=\"{WebUtility.HtmlEncode(link)}\">{place.Groups[1].Value}</a>");
        return (template?.EmailSubjectByLink ?? "Your verification link", body);
    }

    /// <summary>Whether an invitation by this medium can be sent: a pool's own template must have a place for the password if there is one,
    /// and none if there is none.</summary>
    public static bool CanInvite(UserPoolType pool, string medium, bool withPassword) =>
        InvitationTemplate(pool, medium) is not { } template || template.Contains(CodePlaceholder, StringComparison.Ordinal) == withPassword;

    private static string? InvitationTemplate(UserPoolType pool, string medium) => medium is DeliveryMediumType.EMAIL
        ? pool.AdminCreateUserConfig?.InviteMessageTemplate?.EmailMessage
        : pool.AdminCreateUserConfig?.InviteMessageTemplate?.SMSMessage;

    private static string BuiltIn(MessageKind kind) => kind switch
    {
        MessageKind.SignUp or MessageKind.ResendCode => "Your confirmation code is {####}",
        MessageKind.ForgotPassword => "Your password reset code is {####}",
        _ => "Your verification code is {####}",
    };

    [GeneratedRegex(@"\{##(?!##\})(.*?)##\}", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkPlaceholder();
}
