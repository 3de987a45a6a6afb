using Postern.Contract.UserPools;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>SELECT_MFA_TYPE: which second factor the user answers with.</summary>
public sealed class MfaChoiceStep : IChallengeStep
{
    public IReadOnlyList<string> Challenges { get; } = [ChallengeNameType.SELECT_MFA_TYPE];

    public string Path => "/mfa/select";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error) => Views.Choose.Create(
        new(page, sealedState, Path, page.Texts["mfa.title"], page.Texts["mfa.choose"], Options(page, state.List("MFAS_CAN_CHOOSE"), "mfa."), error));

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state) =>
        new Dictionary<string, string> { ["ANSWER"] = page.Field(ChooseModel.Field) };

    /// <param name="prefix">Of the texts' keys.</param>
    public static IReadOnlyList<Option> Options(PageRequest page, IReadOnlyList<string> names, string prefix) => [.. names.Select(name => new Option(name, page.Texts[prefix + name switch
    {
        ChallengeNameType.SMS_MFA => "sms",
        ChallengeNameType.EMAIL_OTP => "email",
        _ => "app",
    }]))];
}
