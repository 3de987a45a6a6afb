using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.UserPools.Codes;

namespace Postern.Tests.Messages;

public class MessageTextTests
{
    [Theory]
    [InlineData(MessageKind.SignUp, "Your verification code", "Your confirmation code is 123456")]
    [InlineData(MessageKind.ResendCode, "Your verification code", "Your confirmation code is 123456")]
    [InlineData(MessageKind.ForgotPassword, "Your verification code", "Your password reset code is 123456")]
    [InlineData(MessageKind.VerifyUserAttribute, "Your verification code", "Your verification code is 123456")]
    [InlineData(MessageKind.AdminCreateUser, "Your temporary password", "Your username is ada and temporary password is 123456.")]
    public void Without_templates_the_built_in_texts_are_sent(MessageKind kind, string subject, string body)
    {
        Assert.Equal((subject, body), MessageTexts.Render(new(), kind, "EMAIL", "123456", "ada"));
        Assert.Equal((null, body), MessageTexts.Render(new(), kind, "SMS", "123456", "ada"));
    }

    [Fact]
    public void A_template_s_code_is_replaced_everywhere_but_in_the_subject_and_the_name_only_in_invitations()
    {
        var pool = new UserPoolType
        {
            VerificationMessageTemplate = new() { EmailMessage = "{####} for {username}, again {####}", EmailSubject = "Code {####}", SmsMessage = "SMS {####}" },
            AdminCreateUserConfig = new() { InviteMessageTemplate = new() { EmailMessage = "Hi {username}: {####}", EmailSubject = "Welcome {username}", SMSMessage = "{username} {####}" } },
        };
        Assert.Equal(("Code {####}", "1 for {username}, again 1"), MessageTexts.Render(pool, MessageKind.SignUp, "EMAIL", "1", "ada"));
        Assert.Equal((null, "SMS 1"), MessageTexts.Render(pool, MessageKind.ForgotPassword, "SMS", "1", "ada"));
        Assert.Equal(("Welcome {username}", "Hi &lt;b&gt;: a&amp;b"), MessageTexts.Render(pool, MessageKind.AdminCreateUser, "EMAIL", "a&b", "<b>"));
        Assert.Equal((null, "<b> a&b"), MessageTexts.Render(pool, MessageKind.AdminCreateUser, "SMS", "a&b", "<b>"));
    }

    [Fact]
    public void A_confirmation_link_takes_the_place_of_its_mark_and_is_encoded()
    {
        const string Link = "https://login.example/confirmUser?client_id=c&user_name=%22&confirmation_code=1";
        const string Shown = "https://login.example/confirmUser?client_id=c&amp;user_name=%22&amp;confirmation_code=1";
        Assert.Equal(
            ("Your verification link", $"Please click the link below to verify your email address. <a href=\"{Shown}\">Verify Email</a> "),
            MessageTexts.RenderLink(new(), Link));
        var pool = new UserPoolType { VerificationMessageTemplate = new() { EmailMessageByLink = "{####} {##a##}{## b\nc ##} {username}", EmailSubjectByLink = "{##x##}" } };
        Assert.Equal(("{##x##}", $"{{####}} <a href=\"{Shown}\">a</a><a href=\"{Shown}\"> b\nc </a> {{username}}"), MessageTexts.RenderLink(pool, Link));
    }

    [Theory]
    [InlineData("email", "a@b.co", "a***@b***")]
    [InlineData("email", "jane.doe@example.com", "j***@e***")]
    [InlineData("phone_number", "+12065550100", "+*******0100")]
    [InlineData("phone_number", "+4915112345678", "+*********5678")]
    public void Destinations_are_masked(string attribute, string address, string masked) => Assert.Equal(masked, CodeDelivery.Mask(attribute, address));
}
