namespace Postern.ManagedLogin.SignUp;

public sealed record SignUpModel(PageRequest Page, string? Error) : FormModel(Page, Page.Texts["sign-up.title"], Error)
{
    public required IReadOnlyList<SignUpField> Fields { get; init; }

    public required bool IsPasswordOptional { get; init; }

    /// <summary>The documents that signing up agrees to; null where the client has not both.</summary>
    public (string TermsOfUse, string PrivacyPolicy)? Terms { get; init; }

    public PasswordRules Rules => new(Texts, Page.Client.Pool.PasswordPolicy, "signUpPassword");

    /// <summary>What was typed before, the password never.</summary>
    public string Typed(SignUpField field) => Page.Field(field.Name) is { Length: > 0 } typed ? typed
        : field.Name is SignUpField.Username ? Page.Authorization.Parameters.LoginHint ?? "" : "";

    /// <summary>The sentence of the documents, its two names apart from what stands around them.</summary>
    public IReadOnlyList<string> TermsSentence => Texts["sign-up.terms"].Split("{0}", 2) is [var before, var rest] && rest.Split("{1}", 2) is [var between, var after]
        ? [before, between, after]
        : [Texts["sign-up.terms"], " ", ""];
}
