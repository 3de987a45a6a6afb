using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>The texts of verification messages in their two forms: the template, and the three older members that mirror it.</summary>
/// <remarks>Messages sheet, "Templates and placeholders". In a pool that confirms by link the older e-mail text stays out of the template,
/// which may then hold only the link's. Error texts are unverified against the service.</remarks>
internal readonly record struct VerificationTexts(VerificationMessageTemplateType Template, string? Sms, string? Email, string? Subject)
{
    /// <exception cref="InvalidParameterException">The two forms differ, or the template holds a code's and a link's text where only one fits.</exception>
    public static VerificationTexts Of(VerificationMessageTemplateType? given, string? sms, string? email, string? subject)
    {
        var template = given ?? new();
        var byLink = template.DefaultEmailOption is DefaultEmailOptionType.CONFIRM_WITH_LINK;
        if (byLink && template is { EmailMessage: not null, EmailMessageByLink: not null })
            throw new InvalidParameterException("EmailMessage can not be set with EmailMessageByLink when DefaultEmailOption is CONFIRM_WITH_LINK.");
        sms = Same("SmsVerificationMessage", sms, "SmsMessage", template.SmsMessage);
        email = Same("EmailVerificationMessage", email, "EmailMessage", template.EmailMessage);
        subject = Same("EmailVerificationSubject", subject, "EmailSubject", template.EmailSubject);
        return new(
            template with
            {
                SmsMessage = sms,
                EmailMessage = byLink ? template.EmailMessage : email,
                EmailSubject = byLink ? template.EmailSubject : subject,
                DefaultEmailOption = template.DefaultEmailOption ?? DefaultEmailOptionType.CONFIRM_WITH_CODE,
            },
            sms, email, subject);
    }

    private static string? Same(string olderName, string? older, string name, string? text) => older is null || text is null || older == text
        ? text ?? older
        : throw new InvalidParameterException($"{olderName} and VerificationMessageTemplate.{name} must be the same when both are given.");
}
