namespace Postern.OAuth.Authorize.Checks;

/// <summary>The API that the access token is meant for (RFC 8707): its <c>aud</c>. One, by https, http to localhost, or a scheme of its own.</summary>
/// <remarks>OAuth sheet, "Scopes, resource servers, binding": only the scheme is checked, and that it is an absolute URI without a fragment. The
/// fault and its text are unverified against the service.</remarks>
public static class Resources
{
    /// <summary>Null where none is asked for.</summary>
    /// <exception cref="OAuthException">It is no such URI.</exception>
    public static string? Of(AuthorizationParameters parameters)
    {
        if (parameters.Resource is not { } resource)
            return null;
        var colon = resource.IndexOf(':', StringComparison.Ordinal);
        var isRight = colon > 0 && Uri.CheckSchemeName(resource[..colon]) && Uri.TryCreate(resource, UriKind.Absolute, out var uri)
            && !resource.Contains('#', StringComparison.Ordinal) && !resource.Contains(' ', StringComparison.Ordinal)
            && uri.Scheme switch
            {
                "https" => uri.Host.Length > 0,
                "http" => uri.Host is "localhost",
                _ => true,
            };
        return isRight ? resource : throw new OAuthException("invalid_request", "resource must be an absolute URI by https, http://localhost or a custom scheme");
    }
}
