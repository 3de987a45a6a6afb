using Postern.Contract.UserPools;
using Postern.UserPools.SignIn;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>SELECT_CHALLENGE: with which of his first factors the user begins. The first that the pool allows is preselected.</summary>
public sealed class FactorChoiceStep : IChallengeStep
{
    public IReadOnlyList<string> Challenges { get; } = [ChallengeNameType.SELECT_CHALLENGE];

    public string Path => "/selectchallenge";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error) => Views.Choose.Create(
        new(page, sealedState, Path, page.Texts["choice.title"], page.Texts["choice.instruction"], Options(page, state.Available), error) { User = state.Username });

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state) =>
        new Dictionary<string, string> { ["ANSWER"] = page.Field(ChooseModel.Field) };

    public async ValueTask<SignInOutcome?> Skip(PageFlow flow, PageRequest page, PageState state) =>
        Offered(page, state.Available) is [var only] ? await flow.Answer(page, state, new Dictionary<string, string> { ["ANSWER"] = only }) : null;

    /// <summary>The factors that a page can ask for, in the pool's order.</summary>
    public static IReadOnlyList<string> Offered(PageRequest page, IReadOnlyList<string> available)
    {
        var order = page.Client.Pool.Settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
        return [.. available.Where(static name => name is not ChallengeNameType.PASSWORD_SRP).OrderBy(name => order.TakeWhile(one => one != name).Count())];
    }

    private static IReadOnlyList<Option> Options(PageRequest page, IReadOnlyList<string> available) =>
        [.. Offered(page, available).Select(name => new Option(name, page.Texts[name switch
        {
            ChallengeNameType.EMAIL_OTP => "choice.email",
            ChallengeNameType.SMS_OTP => "choice.sms",
            ChallengeNameType.WEB_AUTHN => "choice.passkey",
            _ => "choice.password",
        }]))];
}

/// <summary>One of several.</summary>
/// <param name="Value">Of the form's field.</param>
public sealed record Option(string Value, string Text);

/// <summary>A page that lets the user choose.</summary>
/// <param name="Legend">What is chosen.</param>
public sealed record ChooseModel(PageRequest Page, string State, string Path, string Title, string Legend, IReadOnlyList<Option> Options, string? Error)
    : ChallengeModel(Page, State, Path, Title, Error)
{
    public const string Field = "choice";

    /// <summary>Who is about to sign in; null where that is known.</summary>
    public string? User { get; init; }
}
