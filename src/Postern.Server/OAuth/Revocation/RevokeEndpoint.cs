using Postern.Contract.UserPools;
using Postern.OAuth.Token;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Revocation;

/// <summary><c>/oauth2/revoke</c>: ends a refresh token and all tokens of its sign-in. The answer is empty, also where there was nothing to end.</summary>
/// <remarks>OAuth sheet, "/oauth2/revoke"; RFC 7009. The browser's session stays. <c>token_type_hint</c> is passed over.</remarks>
public sealed class RevokeEndpoint(OAuthJson json, ClientAuthentication clients, RefreshTokenRevocation revocation) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/oauth2/revoke"];

    public bool IsOpenToScripts => true;

    public Task Serve(DomainRequest request) => json.Post(request, async form =>
    {
        var client = await clients.Authenticate(request, form, refused: 401);
        if (form["token"] is not { } token)
            throw new OAuthException("invalid_request");
        try
        {
            await revocation.Revoke(client, token, associated: null, request.Stop);
            return null;
        }
        catch (UnsupportedTokenTypeException)
        {
            throw new OAuthException("unsupported_token_type");
        }
        catch (Exception refused) when (refused is UnsupportedOperationException or UnauthorizedException)
        {
            throw new OAuthException("invalid_request");
        }
    });
}
