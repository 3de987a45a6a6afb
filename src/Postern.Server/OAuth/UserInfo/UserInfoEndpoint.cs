using System.Text.Json;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.OAuth.Possession;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.UserInfo;

/// <summary><c>/oauth2/userInfo</c>: the profile as it is now of the user who stands behind an access token with the scope <c>openid</c>.</summary>
/// <remarks>OAuth sheet, "/oauth2/userInfo": every value is a string, unless the pool wants OpenID Connect's types. It is served by POST, too, as OpenID
/// Connect Core §5.3.1 asks.</remarks>
public sealed class UserInfoEndpoint(OAuthJson json, AccessTokens tokens, KeyProofs proofs) : IDomainEndpoint
{
    private const string Bearer = "Bearer ";

    public IReadOnlyList<string> Paths { get; } = ["/oauth2/userinfo"];

    public bool IsOpenToScripts => true;

    public Task Serve(DomainRequest request) => json.GetOrPost(request, async () =>
    {
        var (token, isByScheme) = await Token(request) ?? throw Refused(request, 400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
        var holder = await Holder(request, token);
        await proofs.CheckUse(request, holder.Client.Id, token, holder.Claims.Key, isByScheme);
        return writer => Write(writer, holder);
    });

    /// <summary>The token in the header, or in the form of a POST (RFC 6750, §2.1 and §2.2); null where there is none, or one in each.</summary>
    /// <returns>The token, and whether it came by the scheme DPoP, where the pool has it (RFC 9449, §7.1).</returns>
    private static async ValueTask<(string Token, bool IsByScheme)?> Token(DomainRequest call)
    {
        var request = call.Context.Request;
        var header = request.Headers.Authorization;
        string? posted = null;
        if (HttpMethods.IsPost(request.Method) && request.HasFormContentType)
        {
            try
            {
                posted = (await OAuthForm.Read(request, call.Stop))["access_token"];
            }
            catch (OAuthException)
            {
                return null;
            }
        }
        if (header.Count == 0)
            return posted is null ? null : (posted, false);
        if (posted is not null || header is not [{ } only])
            return null;
        var isByScheme = DPoPProofs.AreTaken(call.Pool) && only.StartsWith(KeyProofs.Scheme, StringComparison.OrdinalIgnoreCase);
        if (!isByScheme && !only.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return null;
        var token = only.AsSpan(isByScheme ? KeyProofs.Scheme.Length : Bearer.Length).Trim();
        return token.IsEmpty || token.ContainsAny(" \t,") ? null : (token.ToString(), isByScheme);
    }

    private async ValueTask<TokenHolder> Holder(DomainRequest request, string token)
    {
        try
        {
            var claims = await tokens.Read(token, request.Stop);
            var holder = await tokens.Holder(claims, request.Stop);
            if (holder.Client.Pool.Number != request.Pool.Number)
                throw Ended(request);
            // The status and the code are unverified against the service.
            return GrantedScopes.Has(claims.Scope, GrantedScopes.OpenId)
                ? holder
                : throw Refused(request, 401, "invalid_token", "Access token does not contain openid scope");
        }
        catch (ServiceException refused) when (refused is not TooManyRequestsException)
        {
            throw Ended(request);
        }
    }

    private static void Write(Utf8JsonWriter writer, TokenHolder holder)
    {
        var isStrict = PoolSwitch.StrictOpenId.IsOn(holder.Client.Pool, holder.Client.Id);
        writer.WriteString("sub"u8, holder.User.Sub);
        foreach (var (name, value) in holder.User.Attributes)
        {
            if (!holder.Client.MayRead(name) || !GrantedScopes.Show(holder.Claims.Scope, name))
                continue;
            if (isStrict)
                TokenMaker.WriteAttribute(writer, name, value);
            else
                writer.WriteString(name, value);
        }
        writer.WriteString("username"u8, holder.User.Username);
    }

    private static OAuthException Ended(DomainRequest request) => Refused(
        request, 401, "invalid_token", "Access token is expired, disabled, or deleted, or the user has globally signed out.");

    // No scheme stands in front, as documented; RFC 6750, §3, asks for one.
    private static OAuthException Refused(DomainRequest request, int status, string error, string description)
    {
        request.Context.Response.Headers.WWWAuthenticate = $"{(PoolSwitch.StrictOpenId.IsOn(request.Pool) ? Bearer : "")}error=\"{error}\", error_description=\"{description}\"";
        return new(error, description) { Status = status };
    }
}
