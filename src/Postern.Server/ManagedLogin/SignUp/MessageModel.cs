namespace Postern.ManagedLogin.SignUp;

/// <summary>A page that says what went wrong, and leads to the sign-in page.</summary>
public sealed record MessageModel(PageRequest Page, string Title, string? Error) : FormModel(Page, Title, Error);
