using Postern.Contract.UserPools;
using Postern.UserPools.SignIn;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>SMS_MFA, EMAIL_OTP, SMS_OTP and SOFTWARE_TOKEN_MFA: a code in one field. One that was sent can be sent again.</summary>
public sealed class CodeStep : IChallengeStep
{
    /// <summary>The value of the button that sends the code again.</summary>
    public const string Resend = "resend";

    private const string Field = "code";

    public IReadOnlyList<string> Challenges { get; } =
        [ChallengeNameType.SMS_MFA, ChallengeNameType.EMAIL_OTP, ChallengeNameType.SMS_OTP, ChallengeNameType.SOFTWARE_TOKEN_MFA];

    public string Path => "/mfa";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error) => Views.Code.Create(new(page, sealedState, Path, state, error)
    {
        IsSentAgain = error is null && page.Field(ChallengeModel.ActionField) is Resend,
    });

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state) =>
        new Dictionary<string, string> { [state.Challenge + "_CODE"] = Digits(page.Field(Field)) };

    public string? Problem(PageRequest page) =>
        page.Field(ChallengeModel.ActionField).Length > 0 ? null : TypedText.Missing(page.Texts, "code.label", Digits(page.Field(Field)));

    public ValueTask<SignInOutcome> Answer(PageFlow flow, PageRequest page, PageState state) =>
        page.Field(ChallengeModel.ActionField) is Resend && state.Challenge is not ChallengeNameType.SOFTWARE_TOKEN_MFA
            ? flow.Resend(page, state)
            : flow.Answer(page, state, Responses(page, state));

    /// <summary>People group the digits that they copy.</summary>
    public static string Digits(string code) => string.Concat(code.Where(static c => !char.IsWhiteSpace(c) && c is not '-'));
}

/// <param name="Asked">The challenge.</param>
public sealed record CodeModel(PageRequest Page, string State, string Path, PageState Asked, string? Error)
    : ChallengeModel(Page, State, Path, Page.Texts[Asked.IsFirstFactor ? "code.title-first" : "code.title"], Error)
{
    public bool IsSentAgain { get; init; }

    public bool CanResend => Asked.Challenge is not ChallengeNameType.SOFTWARE_TOKEN_MFA;

    public override string? Graphic => Asked.Challenge switch
    {
        ChallengeNameType.SOFTWARE_TOKEN_MFA => AssetCategoryType.AUTH_APP_GRAPHIC,
        ChallengeNameType.EMAIL_OTP => AssetCategoryType.EMAIL_GRAPHIC,
        _ => AssetCategoryType.SMS_GRAPHIC,
    };

    /// <summary>Where the code is, in words.</summary>
    public string Instruction => Asked.Challenge switch
    {
        ChallengeNameType.SOFTWARE_TOKEN_MFA => Asked.Parameters.TryGetValue("FRIENDLY_DEVICE_NAME", out var name)
            ? Texts.With("code.app-named", name)
            : Texts["code.app"],
        ChallengeNameType.EMAIL_OTP => Texts.With("code.email", Destination),
        _ => Texts.With("code.sms", Destination),
    };

    private string Destination => Asked.Parameters.GetValueOrDefault("CODE_DELIVERY_DESTINATION", "");
}
