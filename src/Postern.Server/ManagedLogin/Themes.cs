using Postern.OAuth;
using Postern.UserPools.Clients;

namespace Postern.ManagedLogin;

/// <summary>The look of a client's pages.</summary>
public sealed class Themes
{
    /// <summary>The theme of a page.</summary>
    /// <param name="client">Null where the page does not know whose it is.</param>
    public ValueTask<Theme> Of(DomainRequest request, AppClient? client) => new(Theme.Default);
}
