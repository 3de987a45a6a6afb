using Postern.UserPools.Pools;

namespace Postern.OAuth.Authorize;

/// <summary>An authorization request that is posted as a form (OpenID Connect Core, §3.1.2.1), where a pool switches it on: it becomes the same by
/// GET, since pages carry their request in the query. Cognito takes GET alone.</summary>
public static class PostedRequest
{
    /// <summary>In characters, as a query: a request line has 8 KiB at most.</summary>
    private const int Longest = 7 * 1024;

    /// <summary>Where the browser goes with it; null where it is not taken.</summary>
    /// <exception cref="OAuthException">It is no form, or too long.</exception>
    public static async ValueTask<string?> Location(DomainRequest request)
    {
        if (request.Pool.Settings.UserPoolTags?.ContainsKey(PoolSwitch.StrictOpenId.Tag) is not true)
            return null;
        var form = await OAuthForm.Read(request.Context.Request, request.Stop);
        if (!PoolSwitch.StrictOpenId.IsOn(request.Pool, form["client_id"]))
            return null;
        var query = form.ToQuery();
        return query.Length <= Longest ? request.Base + request.Path + query : throw new OAuthException("invalid_request", "The request is too long.");
    }
}
