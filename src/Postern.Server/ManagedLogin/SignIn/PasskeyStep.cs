using Postern.Contract.UserPools;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>WEB_AUTHN: the browser's script lets the user sign in by a passkey; without it the page says why it can't.</summary>
public sealed class PasskeyStep : IChallengeStep
{
    public IReadOnlyList<string> Challenges { get; } = [ChallengeNameType.WEB_AUTHN];

    public string Path => "/passkey";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error) => Views.Passkey.Create(new(page, sealedState, Path, state, error));

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state) =>
        new Dictionary<string, string> { ["CREDENTIAL"] = page.Field("credential") };

    public string? Problem(PageRequest page) =>
        page.Field("credential").Length > 0 || page.Field(ChallengeModel.ActionField).Length > 0 ? null : page.Texts["passkey.no-script"];
}

public sealed record PasskeyModel(PageRequest Page, string State, string Path, PageState Asked, string? Error)
    : ChallengeModel(Page, State, Path, Page.Texts["passkey.title"], Error)
{
    public override string? Graphic => AssetCategoryType.PASSKEY_GRAPHIC;

    public string Options => Asked.Parameters.GetValueOrDefault("CREDENTIAL_REQUEST_OPTIONS", "{}");
}
