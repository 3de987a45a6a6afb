using Postern.Contract.UserPools;
using Postern.ManagedLogin.SignUp;
using RazorSlices;

namespace Postern.ManagedLogin.SignIn;

/// <summary>NEW_PASSWORD_REQUIRED: a new password, typed twice, with the required attributes that the user still lacks.</summary>
public sealed class NewPasswordStep : IChallengeStep
{
    private const string Prefix = "userAttributes.";

    public IReadOnlyList<string> Challenges { get; } = [ChallengeNameType.NEW_PASSWORD_REQUIRED];

    public string Path => "/changepassword";

    public RazorSlice View(PageRequest page, PageState state, string sealedState, string? error) =>
        Views.NewPassword.Create(new(page, sealedState, Path, error) { Fields = Fields(page, state) });

    public IReadOnlyDictionary<string, string> Responses(PageRequest page, PageState state)
    {
        var responses = new Dictionary<string, string> { ["NEW_PASSWORD"] = page.Field("new_password") };
        foreach (var field in Fields(page, state))
        {
            if (field.Read(page) is { Length: > 0 } value)
                responses[Prefix + field.Attribute] = value;
        }
        return responses;
    }

    public string? Problem(PageRequest page) => page.Field("new_password") == page.Field("confirm_password") ? null : page.Texts["new-password.mismatch"];

    private static IReadOnlyList<SignUpField> Fields(PageRequest page, PageState state) =>
    [
        .. state.List("requiredAttributes").Select(name => page.Client.Pool.Schema.Find(name[Prefix.Length..]))
            .OfType<SchemaAttributeType>().Select(attribute => SignUpField.OfAttribute(attribute, page.Texts)),
    ];
}

public sealed record NewPasswordModel(PageRequest Page, string State, string Path, string? Error)
    : ChallengeModel(Page, State, Path, Page.Texts["new-password.title"], Error)
{
    /// <summary>The attributes that are asked for.</summary>
    public required IReadOnlyList<SignUpField> Fields { get; init; }

    public PasswordRules Rules => new(Texts, Page.Client.Pool.PasswordPolicy, "new_password");
}
