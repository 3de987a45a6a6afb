using Postern.Contract.UserPools;
using Postern.UserPools.SignIn;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>MFA_SETUP: which second factor the user wants, then an authenticator app's secret and its first code, or an address, to which a
/// code then goes.</summary>
/// <remarks>Hosted pages sheet, "Pages and their way". The classic pages set up the same as managed login: reports on the service's differ.</remarks>
public sealed class MfaSetupStep(MfaSetup setUp) : IChallengeStep
{
    /// <summary>Of the page's state, beside the challenge's own: what was chosen, and the app's secret.</summary>
    public const string Chosen = "CHOSEN";
    public const string Secret = "SECRET_CODE";

    private const string Back = "back";

    public IReadOnlyList<string> Challenges { get; } = [ChallengeNameType.MFA_SETUP];

    public string Path => "/mfa/setup";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error)
    {
        var methods = state.List("MFAS_CAN_SETUP");
        return state.Parameters.GetValueOrDefault(Chosen) switch
        {
            null or "" => Views.Choose.Create(new(
                page, sealedState, Path, page.Texts["mfa-setup.title"], page.Texts["mfa-setup.choose"], MfaChoiceStep.Options(page, methods, "mfa-setup."), error)),
            ChallengeNameType.SOFTWARE_TOKEN_MFA => Views.AppSetup.Create(new(
                page, sealedState, Path, state.Username, state.Parameters.GetValueOrDefault(Secret, ""), methods.Count > 1, error)),
            var chosen => Views.AddressSetup.Create(new(page, sealedState, Path, chosen is ChallengeNameType.EMAIL_OTP, methods.Count > 1, error)),
        };
    }

    public async ValueTask<SignInOutcome?> Skip(PageFlow flow, PageRequest page, PageState state) =>
        !state.Parameters.ContainsKey(Chosen) && state.List("MFAS_CAN_SETUP") is [var only] ? await Choose(state, only, page.Stop) : null;

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state) =>
        state.Parameters.GetValueOrDefault(Chosen) is ChallengeNameType.EMAIL_OTP
            ? new Dictionary<string, string> { ["EMAIL"] = page.Field("address").Trim() }
            : new Dictionary<string, string> { ["PHONE_NUMBER"] = CodeStep.Digits(page.Field("address")) };

    public string? Problem(PageRequest page) => page.Field(ChallengeModel.ActionField).Length > 0 || !page.Form.ContainsKey("code")
        ? null
        : TypedText.Missing(page.Texts, "mfa-setup.app-code", CodeStep.Digits(page.Field("code")));

    public async ValueTask<SignInOutcome> Answer(PageFlow flow, PageRequest page, PageState state)
    {
        if (page.Field(ChallengeModel.ActionField) is Back)
            return Again(state, state.Session, "", null);
        switch (state.Parameters.GetValueOrDefault(Chosen))
        {
            case null or "":
                return await Choose(state, page.Field(ChooseModel.Field), page.Stop);
            case ChallengeNameType.SOFTWARE_TOKEN_MFA:
                var proved = await setUp.Verify(state.Session, CodeStep.Digits(page.Field("code")), Name(page), page.Stop, isOfPages: true);
                return await flow.Answer(page, state with { Session = proved }, new Dictionary<string, string>());
            default:
                return await flow.Answer(page, state, Responses(page, state));
        }
    }

    /// <summary>The state with what was chosen; a secret is made where it is an app.</summary>
    private async ValueTask<SignInOutcome> Choose(PageState state, string chosen, CancellationToken stop)
    {
        if (!state.List("MFAS_CAN_SETUP").Contains(chosen))
            throw new InvalidParameterException("Invalid MFA type selected: choose one of MFAS_CAN_SETUP.");
        if (chosen is not ChallengeNameType.SOFTWARE_TOKEN_MFA)
            return Again(state, state.Session, chosen, null);
        var (secret, next) = await setUp.Associate(state.Session, stop, isOfPages: true);
        return Again(state, next, chosen, secret);
    }

    private static string? Name(PageRequest page) => page.Field("device_name").Trim() is { Length: > 0 } name ? name[..Math.Min(name.Length, 256)] : null;

    private static SignInOutcome Again(PageState state, string session, string chosen, string? secret) => new()
    {
        ChallengeName = state.Challenge,
        Session = session,
        ChallengeParameters = new Dictionary<string, string>(state.Parameters) { [Chosen] = chosen, [Secret] = secret ?? "" },
    };
}

/// <param name="Secret">In base 32.</param>
/// <param name="HasChoice">Whether something else could be set up.</param>
public sealed record AppSetupModel(PageRequest Page, string State, string Path, string Username, string Secret, bool HasChoice, string? Error)
    : ChallengeModel(Page, State, Path, Page.Texts["mfa-setup.app-title"], Error)
{
    public override string? Graphic => AssetCategoryType.AUTH_APP_GRAPHIC;

    /// <summary>What the picture says: the pool is the issuer.</summary>
    public string Address
    {
        get
        {
            var issuer = Uri.EscapeDataString(Page.Client.Pool.Settings.Name ?? Page.Client.Pool.Id);
            return $"otpauth://totp/{issuer}:{Uri.EscapeDataString(Username)}?secret={Secret}&issuer={issuer}";
        }
    }
}

/// <param name="IsEmail">Else a phone number.</param>
public sealed record AddressSetupModel(PageRequest Page, string State, string Path, bool IsEmail, bool HasChoice, string? Error)
    : ChallengeModel(Page, State, Path, Page.Texts[IsEmail ? "mfa-setup.email-title" : "mfa-setup.sms-title"], Error);
