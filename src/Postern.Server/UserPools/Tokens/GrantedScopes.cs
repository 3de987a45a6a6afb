using Postern.UserPools.Attributes;
using Postern.UserPools.Clients;

namespace Postern.UserPools.Tokens;

/// <summary>The scopes that Cognito itself knows, and which attributes they show.</summary>
/// <remarks>OAuth sheet, "/oauth2/userInfo" and "Scopes, resource servers, binding".</remarks>
public static class GrantedScopes
{
    public const string OpenId = "openid";
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Profile = "profile";

    private static readonly string[] ProfileAttributes =
    [
        "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate",
        "zoneinfo", "locale", "updated_at",
    ];

    /// <summary>Whether a list of scopes, separated by spaces, holds one.</summary>
    public static bool Has(string scopes, string scope)
    {
        foreach (var range in scopes.AsSpan().Split(' '))
        {
            if (scopes.AsSpan(range).SequenceEqual(scope))
                return true;
        }
        return false;
    }

    /// <summary>Whether a client may read every attribute of the scopes: a code for others gives no tokens. The profile is whatever the client may
    /// read, so it is never short of one.</summary>
    /// <remarks>OAuth sheet, "/oauth2/token", <c>invalid_grant</c>; that the profile is exempt is unverified against the service.</remarks>
    public static bool AreReadable(string scopes, AppClient client) =>
        (!Has(scopes, Email) || (client.MayRead("email") && client.MayRead("email_verified")))
        && (!Has(scopes, Phone) || (client.MayRead("phone_number") && client.MayRead("phone_number_verified")));

    /// <summary>Whether scopes show an attribute: openid alone shows all, with e-mail, phone or profile only those of these.</summary>
    public static bool Show(string scopes, string attribute)
    {
        var email = Has(scopes, Email);
        var phone = Has(scopes, Phone);
        var profile = Has(scopes, Profile);
        if (!email && !phone && !profile)
            return true;
        return attribute switch
        {
            "sub" or "identities" => true,
            "email" or "email_verified" => email,
            "phone_number" or "phone_number_verified" => phone,
            _ => profile && (ProfileAttributes.Contains(attribute) || attribute.StartsWith(SchemaDefinition.CustomPrefix, StringComparison.Ordinal)),
        };
    }
}
