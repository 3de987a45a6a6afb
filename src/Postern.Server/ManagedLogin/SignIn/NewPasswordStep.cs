using Postern.Contract.UserPools;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>NEW_PASSWORD_REQUIRED: a new password, typed twice.</summary>
public sealed class NewPasswordStep : IChallengeStep
{
    public IReadOnlyList<string> Challenges { get; } = [ChallengeNameType.NEW_PASSWORD_REQUIRED];

    public string Path => "/changepassword";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error) => Views.NewPassword.Create(new(page, sealedState, error));

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state) =>
        new Dictionary<string, string> { ["NEW_PASSWORD"] = page.Field("new_password") };

    public string? Problem(PageRequest page) => page.Field("new_password") == page.Field("confirm_password") ? null : page.Texts["new-password.mismatch"];
}

/// <param name="State">Sealed.</param>
public sealed record NewPasswordModel(PageRequest Page, string State, string? Error) : FormModel(Page, Page.Texts["new-password.title"], Error);
