using Postern.ManagedLogin.Theming;
using Postern.OAuth;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin;

/// <summary><c>/error?error=…</c>: shows text only, whoever wrote the address, in the look of the client that <c>client_id</c> names.</summary>
/// <remarks>OAuth sheet, "Contradictions and decisions", Error page. That the status is 400 there is unverified against the service.</remarks>
public sealed class ErrorPage(Pools pools, Languages languages, Themes themes) : IDomainEndpoint
{
    private const int LongestText = 500;

    public IReadOnlyList<string> Paths { get; } = ["/error"];

    public Task Serve(DomainRequest request) => BrowserHeaders.Begin(request)
        ? Show(request, request.Context.Request.Query["error"].ToString(), StatusCodes.Status400BadRequest)
        : Task.CompletedTask;

    /// <summary>Tells a fault at any address.</summary>
    public async Task Show(DomainRequest request, string text, int status)
    {
        var theme = await ThemeOf(request);
        await PageWriter.Write(request, Views.Error.Create(new(request, languages.For(request), text.Length <= LongestText ? text : text[..LongestText]) { Theme = theme }), status);
    }

    private async ValueTask<Theme> ThemeOf(DomainRequest request)
    {
        var clientId = request.Context.Request.Query["client_id"].ToString();
        try
        {
            var client = ThemeAddresses.IsName(clientId) ? await pools.FindClient(clientId, request.Stop) : null;
            return await themes.Of(request, client?.Pool.Number == request.Pool.Number ? client : null);
        }
        catch (StorageException)
        {
            // It may be what the page is about to tell.
            return Theme.Default;
        }
    }
}
