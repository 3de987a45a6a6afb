using Postern.OAuth;
using Postern.UserPools.Branding;
using Postern.UserPools.Clients;

namespace Postern.ManagedLogin;

/// <summary>The look of a client's pages.</summary>
public sealed class Themes(Brandings brandings)
{
    /// <summary>The theme of a page.</summary>
    /// <param name="client">Null where the page does not know whose it is.</param>
    public async ValueTask<Theme> Of(DomainRequest request, AppClient? client) =>
        client is not null && request.Domain.IsManagedLogin && await brandings.For(client, request.Stop) is not null
            ? Theme.Default with { IsOwn = true }
            : Theme.Default;
}
