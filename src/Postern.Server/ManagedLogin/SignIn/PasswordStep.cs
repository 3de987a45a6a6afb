using Postern.Contract.UserPools;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>PASSWORD: the password of who typed his name first.</summary>
public sealed class PasswordStep : IChallengeStep
{
    public IReadOnlyList<string> Challenges { get; } = [ChallengeNameType.PASSWORD];

    public string Path => "/password";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error) => Views.Password.Create(new(page, sealedState, Path, state, error));

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state) => new Dictionary<string, string> { ["PASSWORD"] = page.Field("password") };

    public string? Problem(PageRequest page) =>
        page.Field(ChallengeModel.ActionField).Length > 0 ? null : TypedText.Missing(page.Texts, "sign-in.password", page.Field("password"));
}

public sealed record PasswordModel(PageRequest Page, string State, string Path, PageState Asked, string? Error)
    : ChallengeModel(Page, State, Path, Page.Texts["sign-in.title"], Error)
{
    public override string? Graphic => AssetCategoryType.PASSWORD_GRAPHIC;
}
