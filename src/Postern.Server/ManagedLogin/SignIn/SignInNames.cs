using Postern.UserPools.Pools;

namespace Postern.ManagedLogin.SignIn;

/// <summary>By what the users of a pool sign in.</summary>
public static class SignInNames
{
    /// <summary>The key of the label of the name's field.</summary>
    /// <remarks>Hosted pages sheet, "Pages and their way". Aliases leave it "Username" (unverified against the service).</remarks>
    public static string LabelOf(UserPool pool) => pool.UsernameAttributes switch
    {
        ["email"] => "sign-in.email",
        ["phone_number"] => "sign-in.phone",
        { Count: > 0 } => "sign-in.email-or-phone",
        _ => "sign-in.username",
    };
}
