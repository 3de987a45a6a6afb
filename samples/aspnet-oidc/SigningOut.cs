using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Postern.Samples.AspNetOidc;

/// <summary>Cognito's <c>/logout</c> takes a client and one of its registered sign-out URLs; it knows no <c>post_logout_redirect_uri</c>.</summary>
internal static class SigningOut
{
    public static Task NamePlace(RedirectContext context)
    {
        var (message, request) = (context.ProtocolMessage, context.Request);
        message.Parameters.Clear();
        message.ClientId = context.Options.ClientId;
        message.SetParameter("logout_uri", $"{request.Scheme}://{request.Host}{request.PathBase}/");
        return Task.CompletedTask;
    }
}
