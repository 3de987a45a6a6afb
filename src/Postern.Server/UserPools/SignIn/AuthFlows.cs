using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.UserPools.SignIn;

/// <summary>Which client may use which flow, in which operation.</summary>
/// <remarks>User pools sheet, "Which client may use which flow". Where the list is empty the client may refresh, use SRP and custom
/// challenges; clients with only legacy names may always refresh and use SRP unless CUSTOM_AUTH_FLOW_ONLY.</remarks>
public static class AuthFlows
{
    /// <exception cref="InvalidParameterException">The client may not use the flow, or the operation does not serve it.</exception>
    public static void Check(AppClient client, string flow, bool isAdmin)
    {
        var allowed = client.Settings.ExplicitAuthFlows ?? [];
        var isLegacy = allowed.Count > 0 && !allowed.Any(static name => name.StartsWith("ALLOW_", StringComparison.Ordinal));
        switch (flow)
        {
            case AuthFlowType.USER_SRP_AUTH:
                if (!(allowed.Count == 0 || allowed.Contains(ExplicitAuthFlowsType.ALLOW_USER_SRP_AUTH)
                    || (isLegacy && !allowed.Contains(ExplicitAuthFlowsType.CUSTOM_AUTH_FLOW_ONLY))))
                    throw new InvalidParameterException("USER_SRP_AUTH is not enabled for the client.");
                return;
            case AuthFlowType.USER_PASSWORD_AUTH when !isAdmin:
                if (!allowed.Contains(ExplicitAuthFlowsType.ALLOW_USER_PASSWORD_AUTH) && !allowed.Contains(ExplicitAuthFlowsType.USER_PASSWORD_AUTH))
                    throw new InvalidParameterException("USER_PASSWORD_AUTH flow not enabled for this client");
                return;
            case AuthFlowType.ADMIN_USER_PASSWORD_AUTH or AuthFlowType.ADMIN_NO_SRP_AUTH when isAdmin:
                if (!allowed.Contains(ExplicitAuthFlowsType.ALLOW_ADMIN_USER_PASSWORD_AUTH) && !allowed.Contains(ExplicitAuthFlowsType.ADMIN_NO_SRP_AUTH))
                    throw new InvalidParameterException("Auth flow not enabled for this client");
                return;
            case AuthFlowType.REFRESH_TOKEN_AUTH or AuthFlowType.REFRESH_TOKEN:
                if (client.RotatesRefreshTokens)
                    throw new UnsupportedOperationException("This API does not support refresh token rotation; use GetTokensFromRefreshToken.");
                if (!(allowed.Count == 0 || isLegacy || allowed.Contains(ExplicitAuthFlowsType.ALLOW_REFRESH_TOKEN_AUTH)))
                    throw new InvalidParameterException("REFRESH_TOKEN_AUTH flow not enabled for this client");
                return;
            case AuthFlowType.CUSTOM_AUTH:
                if (!(allowed.Count == 0 || allowed.Contains(ExplicitAuthFlowsType.ALLOW_CUSTOM_AUTH) || allowed.Contains(ExplicitAuthFlowsType.CUSTOM_AUTH_FLOW_ONLY)))
                    throw new InvalidParameterException("CUSTOM_AUTH is not enabled for the client.");
                CustomChallenges.RequireFunctions(client.Pool);
                return;
            case AuthFlowType.USER_AUTH:
                if (!client.OffersChoice)
                    throw new InvalidParameterException("USER_AUTH flow not enabled for this client");   // the text is unverified against the service
                return;
            default:
                throw new InvalidParameterException("Initiate Auth method not supported.");
        }
    }
}
