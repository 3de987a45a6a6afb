using Postern.UserPools.Clients;
using Postern.UserPools.IdentityProviders;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>Last: with whom the user signs in. A provider that is named, by its name or an identifier of it, must be one of the client's; the only
/// one needs no name.</summary>
/// <remarks>OAuth sheet, "Order of work", 8 and 9. Where both parameters are sent the name counts (no client is known that sends both).</remarks>
public sealed class ChosenProvider(UpstreamProviders providers)
{
    /// <summary>The pool's own users.</summary>
    public const string Cognito = "COGNITO";

    /// <summary>Widely reported of hosted pages.</summary>
    public const string Unavailable = "Login option is not available. Please try another one";

    /// <summary>Null where the pages ask.</summary>
    /// <exception cref="OAuthException">There is none of this name, or not for this client; told on a page.</exception>
    public async ValueTask<UpstreamProvider?> Of(AppClient client, AuthorizationParameters parameters, CancellationToken stop)
    {
        var offered = client.Settings.SupportedIdentityProviders ?? [];
        if (parameters.IdentityProvider is { } name)
            return await Named(client, offered, name, stop);
        if (parameters.IdpIdentifier is { } identifier)
        {
            return await providers.FindByIdentifier(client.Pool, identifier, stop) is { } found && offered.Contains(found.Name) ? found : throw Missing();
        }
        return offered is [var only] && only is not Cognito ? await Named(client, offered, only, stop) : null;
    }

    private async ValueTask<UpstreamProvider?> Named(AppClient client, IReadOnlyList<string> offered, string name, CancellationToken stop)
    {
        if (!offered.Contains(name))
            throw Missing();
        return name is Cognito ? null : await providers.Find(client.Pool, name, stop) ?? throw Missing();
    }

    private static OAuthException Missing() => new("invalid_request", Unavailable);
}
