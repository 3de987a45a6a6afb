using Postern.UserPools.IdentityProviders;

namespace Postern.OAuth.Authorize;

/// <summary>Where a sign-in at somebody else's begins: at an OpenID provider, a social one, or by SAML.</summary>
public interface IUpstreamSignIn
{
    /// <summary>Whether it is for providers of a type, as CreateIdentityProvider names it.</summary>
    bool Serves(string providerType);

    /// <summary>The provider's address to send the browser to; what the way back needs it leaves in a cookie.</summary>
    /// <param name="authorization">What the browser wanted, to be answered in the end.</param>
    ValueTask<string> Begin(DomainRequest request, AuthorizationRequest authorization, UpstreamProvider provider);
}
