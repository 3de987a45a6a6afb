using Postern.Storage;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary><c>/oauth2/authorize</c>: shows nothing itself. With a live session it answers at once, else it sends the browser to the pages.</summary>
/// <remarks>OAuth sheet, "/oauth2/authorize".</remarks>
public sealed class AuthorizeEndpoint(AuthorizationChecks checks, BrowserSessions sessions, IUserStore users, IGroupStore groups, Authorizations authorizations) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/oauth2/authorize", "/authorize"];

    public async Task Serve(DomainRequest request)
    {
        var response = request.Context.Response;
        try
        {
            var authorization = await checks.Check(request);
            response.Redirect(await Answer(request, authorization) ?? $"{request.Base}/login{request.Query}");
        }
        catch (OAuthException fault)
        {
            response.Redirect(fault.Location ?? ErrorPage(request, fault));
        }
    }

    private static string ErrorPage(DomainRequest request, OAuthException fault) =>
        $"{request.Base}/error?error={Uri.EscapeDataString(fault.Error)}&client_id={Uri.EscapeDataString(AuthorizationParameters.Of(request).ClientId ?? "")}";

    /// <summary>The answer without a page; null where somebody must sign in.</summary>
    private async ValueTask<string?> Answer(DomainRequest request, AuthorizationRequest authorization)
    {
        var session = authorization.Prompts("login") ? null : await sessions.Find(request);
        if (session is not null && await users.FindForToken(request.Pool.Number, session.Sub, Guid.Empty, request.Stop) is { User: { Enabled: true } user })
        {
            var facts = new SignInFacts(default, default, session.AuthTime, default, Level: session.Level);
            var memberships = await groups.ListForUser(request.Pool.Number, user.Sub, request.Stop);
            return await authorizations.Grant(authorization, user, memberships, facts, null, request.Stop);
        }
        return authorization.Prompts("none") ? authorization.ErrorLocation("login_required", null) : null;
    }
}
