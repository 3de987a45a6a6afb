using Postern.Cryptography;
using Postern.OAuth.Authorize;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Push;

/// <summary>Authorization requests that clients push (RFC 9126). Nothing is stored of one before it was answered: its <c>request_uri</c> is the
/// sealed request itself, of one client.</summary>
/// <remarks>A browser must come with it within <see cref="Lifetime"/>; the pages then carry another one, which lasts as long as somebody may
/// take to sign in. Both are used up when the request is answered with a code or tokens: until then a page may be loaded again (§7.3).</remarks>
public sealed class PushedRequests(Sealer sealer, ISignInStore signIns, TimeProvider time)
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
        if (await signIns.IsUsed(pool.Number, pushed.Id, request.Stop))
            throw Used();
        if (!pushed.IsBegun)
        {
            pushed = pushed with { IsBegun = true, Expires = time.GetUtcNow() + flowLifetime };
            uri = Seal(pool, clientId, pushed);
        }
        return AuthorizationParameters.OfPushed(pushed, $"?client_id={Uri.EscapeDataString(clientId)}&request_uri={Uri.EscapeDataString(uri)}", given);
    }

    /// <summary>The request was answered already.</summary>
    public static OAuthException Used() => Invalid("The request_uri was used already.");

    private string Seal(UserPool pool, string clientId, PushedRequest pushed) =>
        Prefix + sealer.SealText(SealPurpose.PushedRequest, Sealer.Binding(pool.Number, clientId), pushed.ToBytes());

    private static OAuthException Invalid(string text) => new("invalid_request_uri", text);
}
