using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;
using Postern.UserPools.Possession;
using Postern.UserPools.SignIn;

namespace Postern.OAuth.Token;

/// <summary><c>refresh_token</c>: new tokens of the same sign-in, with its scopes and its resource; a new refresh token where they rotate.</summary>
/// <remarks>Tokens of the API are taken as well, unless they are bound to a device: no device is named here. A client without OAuth
/// (AllowedOAuthFlowsUserPoolClient) is refused; that and that <c>scope</c> is passed over are unverified against the service.</remarks>
public sealed class RefreshGrant(Refreshing refreshing) : IGrant
{
    public string Type => "refresh_token";

    public async ValueTask<TokenAnswer> Give(DomainRequest request, AppClient client, OAuthForm form, ProvenKey? key)
    {
        if (form["refresh_token"] is not { } token)
            throw new OAuthException("invalid_request");
        if (client.Settings.AllowedOAuthFlowsUserPoolClient is not true)
            throw new OAuthException("unauthorized_client");
        try
        {
            return TokenAnswer.Of(await refreshing.Exchange(client, token, deviceKey: null, request.Caller, request.Stop, key));
        }
        catch (ServiceException refused) when (refused is not TooManyRequestsException)
        {
            // Which of the API's reasons it was is not told here.
            throw new OAuthException("invalid_grant");
        }
    }
}
