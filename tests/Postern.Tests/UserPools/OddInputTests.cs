using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools;

/// <summary>Operations that configure pools, with one member of a good request after another replaced by something odd.</summary>
public class OddInputTests(TestServer server)
{
    private const string Lambda = "arn:aws:lambda:us-east-1:123456789012:function:f";
    private const string Role = "arn:aws:iam::123456789012:role/app";

    public static TheoryData<string, string> Requests { get; } = new()
    {
        { "CreateUserPool", $$$$"""
            {"PoolName":"odd","Policies":{"PasswordPolicy":{"MinimumLength":8,"TemporaryPasswordValidityDays":7,"PasswordHistorySize":1},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},
             "LambdaConfig":{"PreSignUp":"{{{{Lambda}}}}","PreTokenGenerationConfig":{"LambdaVersion":"V1_0","LambdaArn":"{{{{Lambda}}}}"}},
             "AutoVerifiedAttributes":["email"],"AliasAttributes":["email"],"VerificationMessageTemplate":{"EmailMessage":"{####}","DefaultEmailOption":"CONFIRM_WITH_CODE"},
             "UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]},"DeviceConfiguration":{"ChallengeRequiredOnNewDevice":true},
             "EmailConfiguration":{"EmailSendingAccount":"COGNITO_DEFAULT"},"SmsConfiguration":{"SnsCallerArn":"{{{{Role}}}}"},"UserPoolTags":{"a":"b"},
             "AdminCreateUserConfig":{"InviteMessageTemplate":{"EmailSubject":"s"}},
             "Schema":[{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"1","MaxLength":"2"}},{"Name":"n","AttributeDataType":"Number","NumberAttributeConstraints":{"MinValue":"1","MaxValue":"2"}}],
             "UserPoolAddOns":{"AdvancedSecurityMode":"OFF"},"UsernameConfiguration":{"CaseSensitive":true},"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_email","Priority":1}]},
             "AcrConfiguration":{"Level1":{"AcrValue":"a"}},"DcrConfiguration":{"AllowedScopes":["a"]},"KeyConfiguration":{"KeyType":"AWS_OWNED_KEY"},"IssuerConfiguration":{"Type":"ORIGINAL"}}
            """ },
        { "UpdateUserPool", """{"UserPoolId":"POOL","PoolName":"odd","Policies":{"PasswordPolicy":{"MinimumLength":8}},"UserPoolTags":{"a":"b"},"AutoVerifiedAttributes":["email"]}""" },
        { "DescribeUserPool", """{"UserPoolId":"POOL"}""" },
        { "ListUserPools", """{"MaxResults":1,"NextToken":"t"}""" },
        { "AddCustomAttributes", """{"UserPoolId":"POOL","CustomAttributes":[{"Name":"x","AttributeDataType":"String","Mutable":true}]}""" },
        { "SetUserPoolMfaConfig", $$$$"""{"UserPoolId":"POOL","MfaConfiguration":"OPTIONAL","SmsMfaConfiguration":{"SmsAuthenticationMessage":"{####}","SmsConfiguration":{"SnsCallerArn":"{{{{Role}}}}"}},"SoftwareTokenMfaConfiguration":{"Enabled":true},"EmailMfaConfiguration":{"Subject":"s"},"WebAuthnConfiguration":{"RelyingPartyId":"localhost"}}""" },
        { "GetUserPoolMfaConfig", """{"UserPoolId":"POOL"}""" },
        { "SetUserPoolSessionConfiguration", """{"UserPoolId":"POOL","UserSessionTracking":"ENABLED","TokenSession":{"MaxPerUser":5}}""" },
        { "GetUserPoolSessionConfiguration", """{"UserPoolId":"POOL"}""" },
        { "SetUserPoolClientSessionConfiguration", """{"UserPoolId":"POOL","ClientId":"CLIENT","SSOSession":{"MaxValidityMinutes":5}}""" },
        { "GetUserPoolClientSessionConfiguration", """{"UserPoolId":"POOL","ClientId":"CLIENT"}""" },
        { "TagResource", """{"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/POOL","Tags":{"a":"b"}}""" },
        { "UntagResource", """{"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/POOL","TagKeys":["a"]}""" },
        { "ListTagsForResource", """{"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/POOL"}""" },
        { "CreateUserPoolClient", """
            {"UserPoolId":"POOL","ClientName":"c","GenerateSecret":true,"RefreshTokenValidity":30,"AccessTokenValidity":1,"IdTokenValidity":1,"TokenValidityUnits":{"AccessToken":"hours"},
             "ReadAttributes":["email"],"WriteAttributes":["email"],"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH"],"SupportedIdentityProviders":["COGNITO"],"CallbackURLs":["https://a.example"],
             "LogoutURLs":["https://a.example"],"DefaultRedirectURI":"https://a.example","AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"],"AllowedOAuthFlowsUserPoolClient":true,
             "AnalyticsConfiguration":{"ApplicationId":"a"},"RefreshTokenRotation":{"Feature":"ENABLED"},"AuthSessionValidity":3}
            """ },
        { "UpdateUserPoolClient", """{"UserPoolId":"POOL","ClientId":"CLIENT","ClientName":"c","CallbackURLs":["https://a.example"],"RefreshTokenValidity":30,"AllowedOAuthScopes":["openid"]}""" },
        { "DescribeUserPoolClient", """{"UserPoolId":"POOL","ClientId":"CLIENT"}""" },
        { "ListUserPoolClients", """{"UserPoolId":"POOL","MaxResults":1,"NextToken":"t"}""" },
        { "AddUserPoolClientSecret", """{"UserPoolId":"POOL","ClientId":"CLIENT","ClientSecret":"a_secret_of_the_users_own_choice"}""" },
        { "DeleteUserPoolClientSecret", """{"UserPoolId":"POOL","ClientId":"CLIENT","ClientSecretId":"x"}""" },
        { "ListUserPoolClientSecrets", """{"UserPoolId":"POOL","ClientId":"CLIENT"}""" },
        { "CreateResourceServer", """{"UserPoolId":"POOL","Identifier":"rs","Name":"n","Scopes":[{"ScopeName":"a","ScopeDescription":"b"}]}""" },
        { "UpdateResourceServer", """{"UserPoolId":"POOL","Identifier":"rs","Name":"n","Scopes":[{"ScopeName":"a","ScopeDescription":"b"}]}""" },
        { "ListResourceServers", """{"UserPoolId":"POOL","MaxResults":1,"NextToken":"t"}""" },
        { "CreateUserPoolDomain", """{"UserPoolId":"POOL","Domain":"a.example","ManagedLoginVersion":1,"CustomDomainConfig":{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c"}}""" },
        { "UpdateUserPoolDomain", """{"UserPoolId":"POOL","Domain":"a.example","ManagedLoginVersion":1,"CustomDomainConfig":{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c"}}""" },
        { "DescribeUserPoolDomain", """{"Domain":"a.example"}""" },
        { "CreateIdentityProvider", """{"UserPoolId":"POOL","ProviderName":"Corp","ProviderType":"OIDC","ProviderDetails":{"client_id":"c","authorize_scopes":"openid","attributes_request_method":"GET","oidc_issuer":"https://idp.example"},"AttributeMapping":{"email":"mail"},"IdpIdentifiers":["a"],"AcrMapping":{"a":"b"}}""" },
        { "UpdateIdentityProvider", """{"UserPoolId":"POOL","ProviderName":"Corp","ProviderDetails":{"client_id":"c","authorize_scopes":"openid","attributes_request_method":"GET","oidc_issuer":"https://idp.example"},"AttributeMapping":{"email":"mail"},"IdpIdentifiers":["a"]}""" },
        { "GetIdentityProviderByIdentifier", """{"UserPoolId":"POOL","IdpIdentifier":"a"}""" },
        { "ListIdentityProviders", """{"UserPoolId":"POOL","MaxResults":1,"NextToken":"t"}""" },
        { "SetUICustomization", """{"UserPoolId":"POOL","ClientId":"CLIENT","CSS":".label-customizable {color: red}","ImageFile":"iVBORw0KGgo="}""" },
        { "GetUICustomization", """{"UserPoolId":"POOL","ClientId":"CLIENT"}""" },
        { "CreateManagedLoginBranding", """{"UserPoolId":"POOL","ClientId":"CLIENT","UseCognitoProvidedValues":false,"Settings":{"components":{"form":{"borderRadius":4,"logo":{"enabled":true,"position":"TOP"},"lightMode":{"borderColor":"00000000"}}},"categories":{"auth":{"authMethodOrder":[[{"type":"FEDERATED"}]]}}},"Assets":[{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","Bytes":"iVBORw0KGgo=","ResourceId":"r"}]}""" },
        { "UpdateManagedLoginBranding", """{"UserPoolId":"POOL","ManagedLoginBrandingId":"8d1b9c6e-98a5-4c3c-9a52-3a7e5b7c1f00","Settings":{"components":{}},"Assets":[{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","Bytes":"iVBORw0KGgo="}]}""" },
        { "DescribeManagedLoginBrandingByClient", """{"UserPoolId":"POOL","ClientId":"CLIENT","ReturnMergedResources":true}""" },
        { "CreateTerms", """{"UserPoolId":"POOL","ClientId":"CLIENT","TermsName":"terms-of-use","TermsSource":"LINK","Enforcement":"NONE","Links":{"cognito:default":"https://a.example","cognito:german":"https://a.example/de"}}""" },
        { "DescribeTermsByClient", """{"UserPoolId":"POOL","ClientId":"CLIENT","TermsName":"terms-of-use"}""" },
        { "ListTerms", """{"UserPoolId":"POOL","MaxResults":1,"NextToken":"t"}""" },
        { "identity:CreateIdentityPool", $$$$"""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"SupportedLoginProviders":{"a.example":"b"},"DeveloperProviderName":"d","OpenIdConnectProviderARNs":["{{{{Role}}}}"],"CognitoIdentityProviders":[{"ProviderName":"a/b_c","ClientId":"c","ServerSideTokenCheck":true}],"SamlProviderARNs":["{{{{Role}}}}"],"IdentityPoolTags":{"a":"b"}}""" },
        { "identity:UpdateIdentityPool", """{"IdentityPoolId":"IDENTITYPOOL","IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"CognitoIdentityProviders":[{"ProviderName":"a/b_c","ClientId":"c"}]}""" },
        { "identity:ListIdentityPools", """{"MaxResults":1,"NextToken":"t"}""" },
        { "identity:SetIdentityPoolRoles", $$$$$"""{"IdentityPoolId":"IDENTITYPOOL","Roles":{"authenticated":"{{{{{Role}}}}}"},"RoleMappings":{"a/b_c:c":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{"Claim":"a","MatchType":"Equals","Value":"b","RoleARN":"{{{{{Role}}}}}"}]}}}}""" },
        { "identity:GetIdentityPoolRoles", """{"IdentityPoolId":"IDENTITYPOOL"}""" },
        { "identity:TagResource", """{"ResourceArn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/IDENTITYPOOL","Tags":{"a":"b"}}""" },
        { "identity:ListTagsForResource", """{"ResourceArn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/IDENTITYPOOL"}""" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Odd_input_is_answered_or_refused_but_never_an_internal_error(string operation, string request)
    {
        var pool = await Pool.Create(server, client: new() { ["GenerateSecret"] = true });
        var identityPool = (string)(await server.Api.CallIdentity("CreateIdentityPool", new() { ["IdentityPoolName"] = "odd", ["AllowUnauthenticatedIdentities"] = true }))["IdentityPoolId"]!;
        var text = request.Replace("IDENTITYPOOL", identityPool, StringComparison.Ordinal).Replace("POOL", pool.Id, StringComparison.Ordinal).Replace("CLIENT", pool.ClientId, StringComparison.Ordinal);
        await Send(operation, text);
        foreach (var odd in Mutations(JsonNode.Parse(text)!.AsObject()))
            await Send(operation, odd);
    }

    private async Task Send(string operation, string body)
    {
        var isIdentity = operation.StartsWith("identity:", StringComparison.Ordinal);
        var target = isIdentity ? "AWSCognitoIdentityService." + operation["identity:".Length..] : "AWSCognitoIdentityProviderService." + operation;
        using var response = await server.Api.Raw(target, isIdentity ? "cognito-identity" : "cognito-idp", body);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{operation} {body}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Each place of the request without its value, and with each odd value.</summary>
    private static IEnumerable<string> Mutations(JsonObject request)
    {
        var places = new List<List<object>>();
        Collect(request, [], places);
        foreach (var place in places)
        {
            yield return With(request, place, null, remove: true);
            foreach (var odd in Odd())
                yield return With(request, place, odd, remove: false);
        }
    }

    private static IEnumerable<JsonNode?> Odd() =>
    [
        null, "", " ", "\u0000", "ä😀", "%", "a:b:c:d:e:f", ":::::", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/", "us-east-1_a", "_", "/", "a/", ".", "a..b", "https://", "http://[", "#",
        new string('x', 300), -1, 0, int.MaxValue, true, new JsonArray(), new JsonArray(""), new JsonArray((JsonNode?)null), new JsonObject(), new JsonObject { [""] = "" }, new JsonObject { ["a"] = null },
    ];

    private static void Collect(JsonNode node, List<object> path, List<List<object>> places)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
                Visit(value, [.. path, name]);
        }
        else if (node is JsonArray elements)
        {
            for (var i = 0; i < elements.Count; i++)
                Visit(elements[i], [.. path, i]);
        }

        void Visit(JsonNode? value, List<object> place)
        {
            places.Add(place);
            if (value is not null)
                Collect(value, place, places);
        }
    }

    private static string With(JsonObject request, List<object> place, JsonNode? odd, bool remove)
    {
        var copy = request.DeepClone();
        var owner = copy;
        foreach (var step in place.SkipLast(1))
            owner = step is string name ? owner[name]! : owner[(int)step]!;
        switch (place[^1], owner)
        {
            case (string name, JsonObject members) when remove:
                members.Remove(name);
                break;
            case (int at, JsonArray elements) when remove:
                elements.RemoveAt(at);
                break;
            case (string name, _):
                owner[name] = odd?.DeepClone();
                break;
            default:
                owner[(int)place[^1]] = odd?.DeepClone();
                break;
        }
        return copy.ToJsonString();
    }
}
