"""An introduction to Cognito as it is typed: the AWS CLI v2 of Debian, unmodified; only the endpoint is another.

The steps build on each other, as the reader's do; each is one sentence of the introduction.
"""
import json
import os
import subprocess
import unittest

from harness import Server, clean_environment, verified_claims


class Shell:
    """A shell in which `aws` speaks to the server; what a step learns stays in its variables."""

    def __init__(self, server):
        self.variables = {"ENDPOINT": server.endpoint, "HOME": server.folder}

    def run(self, line):
        script = 'set -u; aws() { /usr/bin/aws --endpoint-url "$ENDPOINT" --output json "$@"; }\n' + line
        return subprocess.run(["bash", "-c", script], env=clean_environment(**self.variables), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=90)

    def answer(self, line):
        """What a command answers; a failure shows what the CLI said."""
        done = self.run(line)
        assert done.returncode == 0, f"{line.strip()}\n{done.stderr.strip()}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refusal(self, line):
        """What the CLI says of a command that is refused."""
        done = self.run(line)
        assert done.returncode != 0, f"{line.strip()}\nwas not refused: {done.stdout.strip()}"
        return done.stderr.strip()


class Steps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.shell = Shell(cls.server)
        cls.v = cls.shell.variables

    def aws(self, line):
        return self.shell.answer("aws " + line)

    def assertRefused(self, line, error, operation, text=None):
        said = self.shell.refusal("aws " + line)
        self.assertIn(f"An error occurred ({error}) when calling the {operation} operation:", said)
        if text:
            self.assertTrue(said.endswith(text), said)
        return said


class AnAppsUsers(Steps):
    maxDiff = None

    def test_01(self):
        """A pool app-users-prod is made as introductions make it"""
        pool = self.aws("""cognito-idp create-user-pool \\
            --pool-name app-users-prod \\
            --auto-verified-attributes email \\
            --username-attributes email \\
            --policies 'PasswordPolicy={MinimumLength=12,RequireUppercase=true,RequireLowercase=true,RequireNumbers=true,RequireSymbols=false}' \\
            --schema \\
                Name=email,AttributeDataType=String,Required=true,Mutable=true \\
                Name=name,AttributeDataType=String,Required=true,Mutable=true \\
                Name=custom:company,AttributeDataType=String,Mutable=true \\
            --mfa-configuration OPTIONAL \\
            --email-configuration EmailSendingAccount=COGNITO_DEFAULT""")["UserPool"]
        self.assertRegex(pool["Id"], r"^us-east-1_[0-9A-Za-z]{9}$")
        self.assertEqual(pool["Arn"], f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool['Id']}")
        self.v["POOL"] = pool["Id"]

    def test_02(self):
        """describe-user-pool shows what was asked for"""
        pool = self.aws("cognito-idp describe-user-pool --user-pool-id $POOL")["UserPool"]
        self.assertEqual(pool["Name"], "app-users-prod")
        self.assertEqual(pool["AutoVerifiedAttributes"], ["email"])
        self.assertEqual(pool["UsernameAttributes"], ["email"])
        self.assertEqual(pool["MfaConfiguration"], "OPTIONAL")
        self.assertEqual(pool["EmailConfiguration"]["EmailSendingAccount"], "COGNITO_DEFAULT")
        policy = pool["Policies"]["PasswordPolicy"]
        self.assertEqual((policy["MinimumLength"], policy["RequireUppercase"], policy["RequireLowercase"], policy["RequireNumbers"],
                          policy["RequireSymbols"]), (12, True, True, True, False))
        self.assertEqual(pool["EstimatedNumberOfUsers"], 0)
        schema = {attribute["Name"]: attribute for attribute in pool["SchemaAttributes"]}
        self.assertTrue(schema["email"]["Required"] and schema["name"]["Required"])
        self.assertFalse(schema["given_name"]["Required"])
        company = [name for name in schema if name.endswith("custom:company")]
        self.assertEqual(len(company), 1, sorted(schema))
        self.v["COMPANY"] = company[0]

    def test_03(self):
        """Google is added as an identity provider with its attributes mapped"""
        provider = self.aws("""cognito-idp create-identity-provider \\
            --user-pool-id $POOL \\
            --provider-name Google --provider-type Google \\
            --provider-details client_id=123.apps.googleusercontent.com,client_secret=GOCSPX-secret,authorize_scopes="openid email profile" \\
            --attribute-mapping email=email,name=name,username=sub""")["IdentityProvider"]
        self.assertEqual((provider["ProviderName"], provider["ProviderType"]), ("Google", "Google"))
        self.assertEqual(provider["AttributeMapping"], {"email": "email", "name": "name", "username": "sub"})
        self.assertEqual(provider["ProviderDetails"]["client_id"], "123.apps.googleusercontent.com")

    def test_04(self):
        """A public web client is made with SRP, refresh, COGNITO and Google, the code flow and three scopes"""
        client = self.aws("""cognito-idp create-user-pool-client \\
            --user-pool-id $POOL \\
            --client-name web-app \\
            --no-generate-secret \\
            --explicit-auth-flows ALLOW_USER_SRP_AUTH ALLOW_REFRESH_TOKEN_AUTH \\
            --supported-identity-providers COGNITO Google \\
            --callback-urls https://app.example.com/callback http://localhost:3000/callback \\
            --logout-urls https://app.example.com/logout \\
            --allowed-o-auth-flows code \\
            --allowed-o-auth-scopes openid email profile \\
            --allowed-o-auth-flows-user-pool-client""")["UserPoolClient"]
        self.assertNotIn("ClientSecret", client)
        self.assertRegex(client["ClientId"], r"^[0-9a-z]{26}$")
        self.v["WEB"] = client["ClientId"]
        client = self.aws("cognito-idp describe-user-pool-client --user-pool-id $POOL --client-id $WEB")["UserPoolClient"]
        self.assertEqual(set(client["ExplicitAuthFlows"]), {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"})
        self.assertEqual(set(client["SupportedIdentityProviders"]), {"COGNITO", "Google"})
        self.assertEqual(set(client["CallbackURLs"]), {"https://app.example.com/callback", "http://localhost:3000/callback"})
        self.assertEqual(client["LogoutURLs"], ["https://app.example.com/logout"])
        self.assertEqual(client["AllowedOAuthFlows"], ["code"])
        self.assertEqual(set(client["AllowedOAuthScopes"]), {"openid", "email", "profile"})
        self.assertIs(client["AllowedOAuthFlowsUserPoolClient"], True)

    def test_05(self):
        """An administrator makes a user without a message"""
        user = self.aws("""cognito-idp admin-create-user \\
            --user-pool-id $POOL \\
            --username alice@example.com \\
            --user-attributes Name=email,Value=alice@example.com Name=email_verified,Value=true Name=name,Value='Alice Doe' Name=$COMPANY,Value=Acme \\
            --temporary-password 'TempPassw0rd123' \\
            --message-action SUPPRESS""")["User"]
        self.assertEqual(user["UserStatus"], "FORCE_CHANGE_PASSWORD")
        self.assertIs(user["Enabled"], True)
        attributes = {attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]}
        self.assertEqual(user["Username"], attributes["sub"], "In an email pool the stored name is the sub.")
        self.assertEqual((attributes["email"], attributes["name"], attributes[self.v["COMPANY"]]), ("alice@example.com", "Alice Doe", "Acme"))
        self.assertEqual(self.server.mails("alice@example.com"), [])

    def test_06(self):
        """admin-get-user finds her by her e-mail address"""
        user = self.aws("cognito-idp admin-get-user --user-pool-id $POOL --username alice@example.com")
        self.assertEqual(user["UserStatus"], "FORCE_CHANGE_PASSWORD")
        self.assertIn({"Name": "email_verified", "Value": "true"}, user["UserAttributes"])

    def test_07(self):
        """A user who signed up by herself is confirmed by an administrator"""
        answer = self.aws("""cognito-idp sign-up --client-id $WEB --username bob@example.com --password 'BobsPassw0rd123' \\
            --user-attributes Name=email,Value=bob@example.com Name=name,Value=Bob""")
        self.assertIs(answer["UserConfirmed"], False)
        self.assertEqual(answer["CodeDeliveryDetails"], {"Destination": "b***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
        self.assertIsNone(self.aws("cognito-idp admin-confirm-sign-up --user-pool-id $POOL --username bob@example.com") or None)
        user = self.aws("cognito-idp admin-get-user --user-pool-id $POOL --username bob@example.com")
        self.assertEqual(user["UserStatus"], "CONFIRMED")
        self.assertRefused("cognito-idp admin-confirm-sign-up --user-pool-id $POOL --username bob@example.com",
                           "NotAuthorizedException", "AdminConfirmSignUp", "User cannot be confirmed. Current status is CONFIRMED")

    def test_08(self):
        """A group is made, a user joins it, and both lists show it"""
        group = self.aws("""cognito-idp create-group --user-pool-id $POOL --group-name admins \\
            --description 'Administrators' --precedence 1""")["Group"]
        self.assertEqual((group["GroupName"], group["Description"], group["Precedence"]), ("admins", "Administrators", 1))
        self.aws("cognito-idp admin-add-user-to-group --user-pool-id $POOL --username alice@example.com --group-name admins")
        users = self.aws("cognito-idp list-users-in-group --user-pool-id $POOL --group-name admins")["Users"]
        self.assertEqual([[a["Value"] for a in user["Attributes"] if a["Name"] == "email"] for user in users], [["alice@example.com"]])
        groups = self.aws("cognito-idp admin-list-groups-for-user --user-pool-id $POOL --username alice@example.com")["Groups"]
        self.assertEqual([group["GroupName"] for group in groups], ["admins"])
        self.assertRefused("cognito-idp create-group --user-pool-id $POOL --group-name admins", "GroupExistsException", "CreateGroup")

    def test_09(self):
        """list-users finds those whose e-mail address begins with alice"""
        users = self.aws("""cognito-idp list-users --user-pool-id $POOL --filter 'email ^= "alice"' --limit 10""")["Users"]
        self.assertEqual(len(users), 1)
        self.assertIn({"Name": "email", "Value": "alice@example.com"}, users[0]["Attributes"])
        self.assertEqual(len(self.aws("cognito-idp list-users --user-pool-id $POOL")["Users"]), 2)

    def test_10(self):
        """A second client signs in by password"""
        client = self.aws("""cognito-idp create-user-pool-client --user-pool-id $POOL --client-name cli \\
            --explicit-auth-flows ALLOW_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH""")["UserPoolClient"]
        self.v["CLIENT"] = client["ClientId"]
        clients = self.aws("cognito-idp list-user-pool-clients --user-pool-id $POOL")["UserPoolClients"]
        self.assertEqual({client["ClientName"] for client in clients}, {"web-app", "cli"})

    def test_11(self):
        """A sign-up sends a code, and the code confirms it"""
        self.assertRefused("""cognito-idp sign-up --client-id $CLIENT --username carol@example.com --password short \\
            --user-attributes Name=name,Value=Carol""", "InvalidPasswordException", "SignUp",
                           "Password did not conform with policy: Password not long enough")
        answer = self.aws("""cognito-idp sign-up --client-id $CLIENT --username carol@example.com --password 'CarolsPassw0rd' \\
            --user-attributes Name=name,Value=Carol""")
        self.v["SUB"] = answer["UserSub"]
        self.assertRefused("cognito-idp initiate-auth --client-id $CLIENT --auth-flow USER_PASSWORD_AUTH "
                           "--auth-parameters USERNAME=carol@example.com,PASSWORD=CarolsPassw0rd",
                           "UserNotConfirmedException", "InitiateAuth", "User is not confirmed.")
        code = self.server.code("carol@example.com")
        self.assertRegex(code, r"^\d{6}$")
        self.assertRefused(f"cognito-idp confirm-sign-up --client-id $CLIENT --username carol@example.com --confirmation-code {(int(code) + 1) % 1000000:06}",
                           "CodeMismatchException", "ConfirmSignUp", "Invalid verification code provided, please try again.")
        self.aws(f"cognito-idp confirm-sign-up --client-id $CLIENT --username carol@example.com --confirmation-code {code}")

    def test_12(self):
        """initiate-auth gives tokens that verify by the pool's published keys"""
        answer = self.aws("""cognito-idp initiate-auth --client-id $CLIENT --auth-flow USER_PASSWORD_AUTH \\
            --auth-parameters USERNAME=carol@example.com,PASSWORD=CarolsPassw0rd""")
        result = answer["AuthenticationResult"]
        self.assertEqual((result["TokenType"], result["ExpiresIn"]), ("Bearer", 3600))
        self.assertEqual(answer["ChallengeParameters"], {})
        identity = verified_claims(result["IdToken"], self.server, self.v["POOL"], self.v["CLIENT"], "id")
        self.assertEqual((identity["sub"], identity["email"], identity["email_verified"], identity["name"]),
                         (self.v["SUB"], "carol@example.com", True, "Carol"))
        access = verified_claims(result["AccessToken"], self.server, self.v["POOL"], self.v["CLIENT"], "access")
        self.assertEqual((access["scope"], access["username"]), ("aws.cognito.signin.user.admin", self.v["SUB"]))
        self.v["ACCESS"], self.v["REFRESH"] = result["AccessToken"], result["RefreshToken"]

    def test_13(self):
        """get-user shows the owner of the access token"""
        user = self.aws("cognito-idp get-user --access-token $ACCESS")
        self.assertEqual(user["Username"], self.v["SUB"])
        self.assertIn({"Name": "email_verified", "Value": "true"}, user["UserAttributes"])

    def test_14(self):
        """The refresh token gives new tokens and no other refresh token"""
        result = self.aws("""cognito-idp initiate-auth --client-id $CLIENT --auth-flow REFRESH_TOKEN_AUTH \\
            --auth-parameters REFRESH_TOKEN=$REFRESH""")["AuthenticationResult"]
        self.assertNotIn("RefreshToken", result)
        self.assertNotEqual(result["AccessToken"], self.v["ACCESS"])
        verified_claims(result["AccessToken"], self.server, self.v["POOL"], self.v["CLIENT"], "access")

    def test_15(self):
        """global-sign-out ends every token of the user"""
        self.aws("cognito-idp global-sign-out --access-token $ACCESS")
        self.assertRefused("cognito-idp get-user --access-token $ACCESS", "NotAuthorizedException", "GetUser", "Access Token has been revoked")
        self.assertRefused("cognito-idp initiate-auth --client-id $CLIENT --auth-flow REFRESH_TOKEN_AUTH --auth-parameters REFRESH_TOKEN=$REFRESH",
                           "NotAuthorizedException", "InitiateAuth", "Refresh Token has been revoked")

    def test_16(self):
        """A wrong password and an unknown pool are refused as the CLI's users know it"""
        self.assertRefused("cognito-idp initiate-auth --client-id $CLIENT --auth-flow USER_PASSWORD_AUTH "
                           "--auth-parameters USERNAME=carol@example.com,PASSWORD=Wrong",
                           "NotAuthorizedException", "InitiateAuth", "Incorrect username or password.")
        self.assertRefused("cognito-idp describe-user-pool --user-pool-id us-east-1_nowhere00", "ResourceNotFoundException",
                           "DescribeUserPool", "User pool us-east-1_nowhere00 does not exist.")
        self.assertRefused("cognito-idp initiate-auth --client-id $WEB --auth-flow USER_PASSWORD_AUTH "
                           "--auth-parameters USERNAME=carol@example.com,PASSWORD=CarolsPassw0rd",
                           "InvalidParameterException", "InitiateAuth", "USER_PASSWORD_AUTH flow not enabled for this client")
        self.assertRefused("cognito-idp admin-get-user --user-pool-id $POOL --username nobody@example.com", "UserNotFoundException",
                           "AdminGetUser", "User does not exist.")

    def test_17(self):
        """A constraint of the model is refused with its words"""
        said = self.assertRefused("cognito-idp describe-user-pool --user-pool-id nopool", "InvalidParameterException", "DescribeUserPool")
        self.assertIn("1 validation error detected: Value 'nopool' at 'userPoolId' failed to satisfy constraint: "
                      "Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+", said)

    def test_18(self):
        """The pool gets a domain, and describe-user-pool-domain shows it"""
        self.aws("cognito-idp create-user-pool-domain --user-pool-id $POOL --domain app-users-prod-login")
        domain = self.aws("cognito-idp describe-user-pool-domain --domain app-users-prod-login")["DomainDescription"]
        self.assertEqual((domain["UserPoolId"], domain["Domain"], domain["Status"]), (self.v["POOL"], "app-users-prod-login", "ACTIVE"))
        self.assertEqual(self.aws("cognito-idp describe-user-pool --user-pool-id $POOL")["UserPool"]["Domain"], "app-users-prod-login")
        self.assertEqual(self.aws("cognito-idp describe-user-pool-domain --domain nobodys-domain")["DomainDescription"], {})
        self.assertRefused("cognito-idp delete-user-pool --user-pool-id $POOL", "InvalidParameterException", "DeleteUserPool")

    def test_19(self):
        """An identity pool trusts the client and checks its tokens with the server"""
        pool = self.aws("""cognito-identity create-identity-pool \\
            --identity-pool-name app_users_prod_identities \\
            --no-allow-unauthenticated-identities \\
            --cognito-identity-providers ProviderName=cognito-idp.us-east-1.amazonaws.com/$POOL,ClientId=$CLIENT,ServerSideTokenCheck=true""")
        self.assertRegex(pool["IdentityPoolId"], r"^us-east-1:[0-9a-f-]{36}$")
        self.v["IDENTITIES"] = pool["IdentityPoolId"]
        pool = self.aws("cognito-identity describe-identity-pool --identity-pool-id $IDENTITIES")
        self.assertEqual(pool["IdentityPoolName"], "app_users_prod_identities")
        self.assertIs(pool["AllowUnauthenticatedIdentities"], False)
        self.assertEqual(pool["CognitoIdentityProviders"], [{
            "ProviderName": f"cognito-idp.us-east-1.amazonaws.com/{self.v['POOL']}", "ClientId": self.v["CLIENT"], "ServerSideTokenCheck": True}])

    def test_20(self):
        """update-user-pool connects three functions, and describe-user-pool shows them"""
        functions = {trigger: f"arn:aws:lambda:us-east-1:123456789012:function:{name}" for trigger, name in
                     (("PreSignUp", "pre-sign-up"), ("PostConfirmation", "post-confirmation"), ("PreTokenGeneration", "pre-token"))}
        self.aws("cognito-idp update-user-pool --user-pool-id $POOL --auto-verified-attributes email --lambda-config "
                 + ",".join(f"{trigger}={arn}" for trigger, arn in functions.items()))
        pool = self.aws("cognito-idp describe-user-pool --user-pool-id $POOL")["UserPool"]
        self.assertEqual({trigger: pool["LambdaConfig"].get(trigger) for trigger in functions}, functions)
        self.assertEqual(pool["UsernameAttributes"], ["email"])

    def test_21(self):
        """sts get-caller-identity names the account that an access key stands for"""
        identity = self.aws("sts get-caller-identity")
        self.assertEqual(identity["Account"], "123456789012")
        self.assertTrue(identity["Arn"].startswith("arn:aws:"), identity)
        self.v["AWS_ACCESS_KEY_ID"] = "210987654321"
        try:
            self.assertEqual(self.aws("sts get-caller-identity")["Account"], "210987654321")
        finally:
            del self.v["AWS_ACCESS_KEY_ID"]

    def test_22(self):
        """Another service's call is refused with that service's name"""
        for line, service in (("dynamodb list-tables", "dynamodb"), ("s3 ls", "s3"), ("sqs list-queues", "sqs"), ("lambda list-functions", "lambda")):
            with self.subTest(line):
                said = self.shell.refusal("aws " + line)
                self.assertIn(service, said.split("operation", 1)[-1].lower(), said)

    def test_23(self):
        """set-ui-customization dresses the classic pages, get-ui-customization shows it, and without CSS it is taken away"""
        css = ".submitButton-customizable {background-color: #0a6ebd; border-radius: 6px !important}"
        self.v["CSS"] = css
        logo = os.path.join(self.server.folder, "logo.png")
        with open(logo, "wb") as file:
            file.write(bytes.fromhex("89504e470d0a1a0a"))
        self.v["LOGO"] = logo
        shown = self.aws('cognito-idp set-ui-customization --user-pool-id $POOL --client-id $CLIENT --css "$CSS" --image-file "fileb://$LOGO"')["UICustomization"]
        self.assertEqual((shown["ClientId"], shown["CSS"]), (self.v["CLIENT"], css))
        self.assertIn(f"/{self.v['POOL']}/{self.v['CLIENT']}/{shown['CSSVersion']}/", shown["ImageUrl"])
        self.assertEqual(self.aws("cognito-idp get-ui-customization --user-pool-id $POOL --client-id $CLIENT")["UICustomization"], shown)
        self.assertEqual(self.aws("cognito-idp get-ui-customization --user-pool-id $POOL")["UICustomization"], {"UserPoolId": self.v["POOL"], "ClientId": "ALL"})
        self.assertRefused("cognito-idp set-ui-customization --user-pool-id $POOL --css 'body {color: red}'", "InvalidParameterException", "SetUICustomization",
                           "The CSS class body is not in the list of allowed classes.")
        self.aws("cognito-idp set-ui-customization --user-pool-id $POOL --client-id $CLIENT")
        self.assertNotIn("CSS", self.aws("cognito-idp get-ui-customization --user-pool-id $POOL --client-id $CLIENT")["UICustomization"])

    def test_24(self):
        """What was made is taken down again"""
        self.aws("cognito-identity delete-identity-pool --identity-pool-id $IDENTITIES")
        self.aws("cognito-idp delete-user-pool-domain --user-pool-id $POOL --domain app-users-prod-login")
        self.aws("cognito-idp admin-delete-user --user-pool-id $POOL --username carol@example.com")
        self.assertRefused("cognito-idp admin-get-user --user-pool-id $POOL --username carol@example.com", "UserNotFoundException", "AdminGetUser")
        self.aws("cognito-idp delete-user-pool-client --user-pool-id $POOL --client-id $CLIENT")
        self.aws("cognito-idp delete-user-pool --user-pool-id $POOL")
        self.assertRefused("cognito-idp describe-user-pool --user-pool-id $POOL", "ResourceNotFoundException", "DescribeUserPool",
                           f"User pool {self.v['POOL']} does not exist.")
