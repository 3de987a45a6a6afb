using Postern.OAuth;
using Postern.OAuth.Authorize;

namespace Postern.ManagedLogin;

/// <summary>How browsers come to the pages from the endpoints that show nothing themselves.</summary>
/// <remarks>OAuth sheet, "The session": the redirect to the sign-in page brings the form's token already, which scripts read from it, and clears
/// what an earlier round to a provider may have left.</remarks>
public sealed class Entrance(Csrf csrf, ErrorPage errors) : ISignInPages
{
    public string Enter(DomainRequest request, string query)
    {
        csrf.Token(request);
        DomainCookies.Clear(request, "csrf-state", "None");
        DomainCookies.Clear(request, "csrf-state-legacy", sameSite: null);
        return $"{request.Base}/login{query}";
    }

    public Task ShowFault(DomainRequest request, string text, int status) => errors.Show(request, text, status);
}
