using System.Security.Cryptography;
using System.Text;
using Postern.Cryptography;
using Postern.OAuth.Authorize;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Push;

/// <summary>Authorization requests that clients push (RFC 9126). Nothing is stored of one before it was answered: its <c>request_uri</c> is the
/// sealed request itself, of one client.</summary>
/// <remarks>A browser must come with it within <see cref="Lifetime"/>; the pages then carry another one, which lasts as long as somebody may
/// take to sign in. Both are used up when the request is answered with a code or tokens. Then the browser that was answered, and no other, may still
/// come with what its pages carry: a form that is sent twice, and the back button, do what they do to any request (§4 allows it).</remarks>
public sealed class PushedRequests(Sealer sealer, ISignInStore signIns, IChanges changes, TimeProvider time)
{
    /// <summary>Of the parameters, encoded as a query. Sealed, they must fit into the address of a page.</summary>
    public const int LongestQuery = 4096;

    private const string Prefix = "urn:ietf:params:oauth:request_uri:";

    private static readonly TimeSpan flowLifetime = TimeSpan.FromHours(1);

    /// <summary>Within which a browser must come.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether a pool has them at all.</summary>
    public static bool AreServed(UserPool pool) => PoolSwitch.PushedRequests.IsOnForSome(pool) || PoolSwitch.RequirePushedRequests.IsOnForSome(pool);

    /// <summary>Whether a client may push. One that must may.</summary>
    public static bool AreServed(UserPool pool, string clientId) =>
        PoolSwitch.PushedRequests.IsOn(pool, clientId) || PoolSwitch.RequirePushedRequests.IsOn(pool, clientId);

    /// <summary>The <c>request_uri</c> of a request that was checked.</summary>
    /// <param name="query">Its parameters, with a question mark, at most <see cref="LongestQuery"/> bytes.</param>
    public string Push(AppClient client, string query) => Seal(client.Pool, client.Id, new(Guid.NewGuid(), false, time.GetUtcNow() + Lifetime, query));

    /// <summary>The parameters that count: the pushed ones where a <c>request_uri</c> is there, else those given.</summary>
    /// <exception cref="OAuthException"><c>invalid_request_uri</c>: it is none of this client's, too old, or used; told on a page.</exception>
    public async ValueTask<AuthorizationParameters> Open(DomainRequest request, AuthorizationParameters given)
    {
        var pool = request.Pool;
        if (given.Find("request_uri") is not { } uri || given.ClientId is not { } clientId || !AreServed(pool, clientId))
            return given;
        if (given.IsRepeated("request_uri") || given.IsRepeated("client_id") || !uri.StartsWith(Prefix, StringComparison.Ordinal)
            || await sealer.OpenText(SealPurpose.PushedRequest, Sealer.Binding(pool.Number, clientId), uri.AsSpan(Prefix.Length), request.Stop) is not { } bytes)
            throw Invalid("The request_uri is not known.");
        var pushed = PushedRequest.Read(bytes);
        if (pushed.Expires <= time.GetUtcNow())
            throw Invalid("The request_uri has expired.");
        pushed = pushed with { Browser = BrowserOf(request, pushed.Id) };
        if (await signIns.IsUsed(pool.Number, pushed.Id, request.Stop) && !await IsRepeated(pool, pushed, request.Stop))
            throw Used();
        if (!pushed.IsBegun)
        {
            pushed = pushed with { Expires = time.GetUtcNow() + flowLifetime };
            uri = Seal(pool, clientId, pushed with { IsBegun = true });
        }
        return AuthorizationParameters.OfPushed(pushed, $"?client_id={Uri.EscapeDataString(clientId)}&request_uri={Uri.EscapeDataString(uri)}", given);
    }

    /// <summary>Uses a request up, as it is answered.</summary>
    /// <exception cref="OAuthException">It was answered already, and not to a page of the same browser; told on a page.</exception>
    public async ValueTask Use(UserPool pool, PushedRequest pushed, CancellationToken stop)
    {
        var until = pushed.Expires + Lifetime;
        var change = new Change(new UseSession(pool.Number, pushed.Id, until));
        if (pushed.Browser is { } browser)
            change.Add(new UseSession(pool.Number, browser, until));
        if (!(await changes.Save(change, stop)).IsSaved && !await IsRepeated(pool, pushed, stop))
            throw Used();
    }

    // What a client was given is good once, from whatever browser.
    private async ValueTask<bool> IsRepeated(UserPool pool, PushedRequest pushed, CancellationToken stop) =>
        pushed is { IsBegun: true, Browser: { } browser } && await signIns.IsUsed(pool.Number, browser, stop);

    private static Guid? BrowserOf(DomainRequest request, Guid pushed) => request.Context.Request.Cookies[DomainCookies.FormToken] is { Length: > 0 } token
        ? new Guid(SHA256.HashData([.. pushed.ToByteArray(), .. Encoding.UTF8.GetBytes(token)]).AsSpan(0, 16))
        : null;

    private static OAuthException Used() => Invalid("The request_uri was used already.");

    private string Seal(UserPool pool, string clientId, PushedRequest pushed) =>
        Prefix + sealer.SealText(SealPurpose.PushedRequest, Sealer.Binding(pool.Number, clientId), pushed.ToBytes());

    private static OAuthException Invalid(string text) => new("invalid_request_uri", text);
}
