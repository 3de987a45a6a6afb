"""The Python part of an introduction to Cognito: Debian's boto3, unmodified; only endpoint_url is given."""
import base64
import hashlib
import hmac
import json
import unittest
import uuid

import boto3
from botocore.config import Config

from authenticator import totp
from harness import Server, needs, verified_claims

PASSWORD, OTHER = "Passw0rd!2024", "An0ther!Passw0rd"


def session(server):
    return dict(endpoint_url=server.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
                config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=30))


def named(attributes):
    return {attribute["Name"]: attribute["Value"] for attribute in attributes}


def other(code):
    """A code of the same form that is not this one."""
    return f"{(int(code) + 1) % 1000000:06}"


def secret_hash(username, client, secret):
    return base64.b64encode(hmac.new(secret.encode(), (username + client).encode(), hashlib.sha256).digest()).decode()


class OneServer(unittest.TestCase):
    """Each test makes its own pool in one server."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.idp = boto3.client("cognito-idp", **session(cls.server))

    def setUp(self):
        self.x = self.idp.exceptions


class Introduction(OneServer):
    def pool(self, **more):
        return self.idp.create_user_pool(PoolName="python", **more)["UserPool"]["Id"]

    def client(self, pool, *flows, **more):
        flows = flows or ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
        return self.idp.create_user_pool_client(UserPoolId=pool, ClientName="python", ExplicitAuthFlows=list(flows), **more)["UserPoolClient"]["ClientId"]

    def user(self, pool, name, **attributes):
        attributes = {"email": f"{name}@example.com", "email_verified": "true", **attributes}
        user = self.idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS", TemporaryPassword="Temp0rary!",
                                          UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()])["User"]
        self.idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
        return named(user["Attributes"])["sub"]

    def sign_in(self, client, name, password=PASSWORD):
        return self.idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": password})

    def assertRefused(self, error, call, text=None, /, **parameters):
        with self.assertRaises(error) as raised:
            call(**parameters)
        answer = raised.exception.response
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 400)
        if text:
            self.assertEqual(answer["Error"]["Message"], text)

    def test_pool(self):
        """A pool made with a name only has the documented defaults"""
        made = self.idp.create_user_pool(PoolName="defaults")["UserPool"]
        pool = self.idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]
        self.assertEqual(pool["Policies"]["PasswordPolicy"], {"MinimumLength": 8, "RequireUppercase": True, "RequireLowercase": True,
                                                              "RequireNumbers": True, "RequireSymbols": True, "TemporaryPasswordValidityDays": 7})
        self.assertEqual((pool["MfaConfiguration"], pool["DeletionProtection"], pool["LambdaConfig"]), ("OFF", "INACTIVE", {}))
        self.assertEqual(pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], False)
        self.assertEqual(len(pool["SchemaAttributes"]), 20 if all(a["Name"] != "identities" for a in pool["SchemaAttributes"]) else 21)
        self.assertEqual(pool["CreationDate"], made["CreationDate"])

    def test_temporary_password(self):
        """A user made by an administrator sets a new password at the first sign-in"""
        pool = self.pool()
        client = self.client(pool)
        self.idp.admin_create_user(UserPoolId=pool, Username="alice", MessageAction="SUPPRESS", TemporaryPassword="Temp0rary!",
                                   UserAttributes=[{"Name": "email", "Value": "alice@example.com"}])
        challenge = self.idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                                 AuthParameters={"USERNAME": "alice", "PASSWORD": "Temp0rary!"})
        self.assertEqual(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED")
        self.assertNotIn("AuthenticationResult", challenge)
        self.assertEqual(challenge["ChallengeParameters"]["USER_ID_FOR_SRP"], "alice")
        self.assertEqual(json.loads(challenge["ChallengeParameters"]["requiredAttributes"]), [])
        self.assertEqual(json.loads(challenge["ChallengeParameters"]["userAttributes"])["email"], "alice@example.com")
        answer = dict(UserPoolId=pool, ClientId=client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=challenge["Session"])
        self.assertRefused(self.x.InvalidPasswordException, self.idp.admin_respond_to_auth_challenge,
                           "Password did not conform with policy: Password not long enough",
                           **answer, ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": "Sh0rt!"})
        result = self.idp.admin_respond_to_auth_challenge(**answer, ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD})
        self.assertEqual(result["AuthenticationResult"]["TokenType"], "Bearer")
        self.assertEqual(self.idp.admin_get_user(UserPoolId=pool, Username="alice")["UserStatus"], "CONFIRMED")
        self.assertRefused(self.x.NotAuthorizedException, self.idp.admin_respond_to_auth_challenge,
                           "Invalid session for the user, session can only be used once.",
                           **answer, ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": OTHER})

    def test_admin_sign_in(self):
        """ADMIN_USER_PASSWORD_AUTH signs in, and the tokens verify"""
        pool = self.pool()
        client = self.client(pool)
        sub = self.user(pool, "bob", given_name="Bob")
        result = self.idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                              AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD})["AuthenticationResult"]
        identity = verified_claims(result["IdToken"], self.server, pool, client, "id")
        access = verified_claims(result["AccessToken"], self.server, pool, client, "access")
        self.assertEqual((identity["sub"], identity["cognito:username"], identity["given_name"], identity["email_verified"]),
                         (sub, "bob", "Bob", True))
        self.assertEqual((access["sub"], access["username"], access["event_id"], access["origin_jti"]),
                         (sub, "bob", identity["event_id"], identity["origin_jti"]))
        self.assertEqual(access["exp"] - access["iat"], 3600)
        self.assertNotIn("aud", access)
        self.assertRefused(self.x.InvalidParameterException, self.idp.admin_initiate_auth, UserPoolId=pool, ClientId=client,
                           AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD})

    def test_sign_up(self):
        """A sign-up is confirmed by the code of its mail, and resending makes another"""
        pool = self.pool(AutoVerifiedAttributes=["email"])
        client = self.client(pool)
        address = f"{uuid.uuid4().hex}@example.com"
        signed_up = self.idp.sign_up(ClientId=client, Username="carol", Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": address}])
        self.assertFalse(signed_up["UserConfirmed"])
        self.assertEqual(signed_up["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL")
        self.assertRefused(self.x.UsernameExistsException, self.idp.sign_up, "User already exists", ClientId=client, Username="carol", Password=PASSWORD)
        self.assertRefused(self.x.UserNotConfirmedException, self.sign_in, "User is not confirmed.", client=client, name="carol")
        details = self.idp.resend_confirmation_code(ClientId=client, Username="carol")["CodeDeliveryDetails"]
        self.assertEqual((details["AttributeName"], details["DeliveryMedium"]), ("email", "EMAIL"))
        self.assertEqual(len(self.server.mails(address)), 2)
        self.assertRefused(self.x.CodeMismatchException, self.idp.confirm_sign_up, "Invalid verification code provided, please try again.",
                           ClientId=client, Username="carol", ConfirmationCode=other(self.server.code(address)))
        self.idp.confirm_sign_up(ClientId=client, Username="carol", ConfirmationCode=self.server.code(address))
        user = self.idp.admin_get_user(UserPoolId=pool, Username="carol")
        self.assertEqual((user["UserStatus"], named(user["UserAttributes"])["email_verified"]), ("CONFIRMED", "true"))
        self.assertRefused(self.x.NotAuthorizedException, self.idp.confirm_sign_up, "User cannot be confirmed. Current status is CONFIRMED",
                           ClientId=client, Username="carol", ConfirmationCode="123456")
        self.assertRefused(self.x.InvalidParameterException, self.idp.resend_confirmation_code, ClientId=client, Username="carol")

    def test_paginators(self):
        """The paginators of users, groups, clients and pools walk through all of them once"""
        pool = self.pool()
        for number in range(7):
            self.idp.admin_create_user(UserPoolId=pool, Username=f"user{number}", MessageAction="SUPPRESS", TemporaryPassword="Temp0rary!")
            self.idp.create_group(UserPoolId=pool, GroupName=f"group{number}", Precedence=number)
            self.idp.admin_add_user_to_group(UserPoolId=pool, Username=f"user{number}", GroupName="group0")
            self.idp.admin_add_user_to_group(UserPoolId=pool, Username="user0", GroupName=f"group{number}")
        users, groups = [f"user{number}" for number in range(7)], [f"group{number}" for number in range(7)]

        def walked(operation, items, name, size=3, **parameters):
            pages = list(self.idp.get_paginator(operation).paginate(UserPoolId=pool, PaginationConfig={"PageSize": size}, **parameters))
            self.assertGreater(len(pages), 2, operation)
            return sorted(item[name] for page in pages for item in page[items])

        self.assertEqual(walked("list_users", "Users", "Username"), users)
        self.assertEqual(walked("list_users", "Users", "Username", Filter='username ^= "user"'), users)
        self.assertEqual(walked("list_groups", "Groups", "GroupName"), groups)
        self.assertEqual(walked("list_users_in_group", "Users", "Username", GroupName="group0"), users)
        self.assertEqual(walked("admin_list_groups_for_user", "Groups", "GroupName", Username="user0"), groups)
        clients = sorted(self.client(pool) for _ in range(7))
        self.assertEqual(walked("list_user_pool_clients", "UserPoolClients", "ClientId"), clients)
        pools = [item["Id"] for page in self.idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 2}) for item in page["UserPools"]]
        self.assertIn(pool, pools)
        self.assertEqual(len(pools), len(set(pools)))

    def test_filters(self):
        """list_users filters by attribute, prefix and status"""
        pool = self.pool()
        for name in ("anna", "annika", "bert"):
            self.user(pool, name, family_name=name.upper())
        self.idp.admin_disable_user(UserPoolId=pool, Username="bert")

        def found(text):
            return [user["Username"] for user in self.idp.list_users(UserPoolId=pool, Filter=text)["Users"]]

        self.assertEqual(found('email ^= "ann"'), ["anna", "annika"])
        self.assertEqual(found('email = "anna@example.com"'), ["anna"])
        self.assertEqual(found('family_name = "BERT"'), ["bert"])
        self.assertEqual(found('status = "Disabled"'), ["bert"])
        self.assertEqual(sorted(found('cognito:user_status = "CONFIRMED"')), ["anna", "annika", "bert"])
        self.assertEqual(found('username = "nobody"'), [])
        users = self.idp.list_users(UserPoolId=pool, Filter='username = "anna"', AttributesToGet=["email"])["Users"]
        self.assertEqual(users[0]["Attributes"], [{"Name": "email", "Value": "anna@example.com"}])
        for bad in ("email", 'email > "a"', 'custom:x = "a"'):
            self.assertRefused(self.x.InvalidParameterException, self.idp.list_users, UserPoolId=pool, Filter=bad)

    def test_exceptions(self):
        """Errors arrive as the client's own exception classes, with Cognito's words"""
        pool = self.pool()
        client = self.client(pool)
        self.user(pool, "dora")
        self.assertRefused(self.x.NotAuthorizedException, self.sign_in, "Incorrect username or password.", client=client, name="dora", password="Wr0ng!Password")
        self.assertRefused(self.x.UserNotFoundException, self.sign_in, "User does not exist.", client=client, name="nobody")
        self.assertRefused(self.x.UserNotFoundException, self.idp.admin_get_user, "User does not exist.", UserPoolId=pool, Username="nobody")
        self.assertRefused(self.x.UserNotFoundException, self.idp.forgot_password, "Username/client id combination not found.", ClientId=client, Username="nobody")
        self.assertRefused(self.x.ResourceNotFoundException, self.idp.list_users, "User pool us-east-1_nowhere00 does not exist.", UserPoolId="us-east-1_nowhere00")
        self.assertRefused(self.x.ResourceNotFoundException, self.sign_in, "User pool client 1example23456789abcdefghij does not exist.",
                           client="1example23456789abcdefghij", name="dora")
        self.assertRefused(self.x.ResourceNotFoundException, self.idp.get_group, UserPoolId=pool, GroupName="nogroup")
        self.assertRefused(self.x.NotAuthorizedException, self.idp.get_user, "Invalid Access Token", AccessToken="not.a.token")
        self.assertRefused(self.x.InvalidParameterException, self.idp.sign_up, ClientId=client, Username="erik", Password=PASSWORD,
                           UserAttributes=[{"Name": "email", "Value": "no address"}])
        self.assertRefused(self.x.UsernameExistsException, self.idp.admin_create_user, UserPoolId=pool, Username="dora", MessageAction="SUPPRESS")
        self.idp.admin_disable_user(UserPoolId=pool, Username="dora")
        self.assertRefused(self.x.NotAuthorizedException, self.sign_in, "User is disabled.", client=client, name="dora")
        self.idp.admin_enable_user(UserPoolId=pool, Username="dora")
        self.assertIn("AuthenticationResult", self.sign_in(client, "dora"))

    def test_hidden_users(self):
        """With PreventUserExistenceErrors an unknown name looks like a wrong password"""
        pool = self.pool(AutoVerifiedAttributes=["email"])
        client = self.client(pool, PreventUserExistenceErrors="ENABLED")
        self.assertRefused(self.x.NotAuthorizedException, self.sign_in, "Incorrect username or password.", client=client, name="nobody")
        details = self.idp.forgot_password(ClientId=client, Username="nobody")["CodeDeliveryDetails"]
        self.assertEqual(details["DeliveryMedium"], "EMAIL")
        with self.assertRaises((self.x.CodeMismatchException, self.x.ExpiredCodeException)):
            self.idp.confirm_forgot_password(ClientId=client, Username="nobody", ConfirmationCode="123456", Password=PASSWORD)

    def test_forgotten_password(self):
        """A forgotten password is replaced with the code of the mail"""
        pool = self.pool(AutoVerifiedAttributes=["email"])
        client = self.client(pool)
        self.user(pool, "frida", email="frida-forgets@example.com")
        details = self.idp.forgot_password(ClientId=client, Username="frida")["CodeDeliveryDetails"]
        self.assertEqual(details, {"Destination": "f***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
        code = self.server.code("frida-forgets@example.com")
        confirm = dict(ClientId=client, Username="frida", Password=OTHER)
        self.assertRefused(self.x.CodeMismatchException, self.idp.confirm_forgot_password, "Invalid verification code provided, please try again.",
                           **confirm, ConfirmationCode=other(code))
        self.idp.confirm_forgot_password(**confirm, ConfirmationCode=code)
        self.assertRefused(self.x.NotAuthorizedException, self.sign_in, "Incorrect username or password.", client=client, name="frida")
        self.assertIn("AuthenticationResult", self.sign_in(client, "frida", OTHER))
        self.assertRefused(self.x.ExpiredCodeException, self.idp.confirm_forgot_password, "Invalid code provided, please request a code again.",
                           **confirm, ConfirmationCode=code)

    def test_reset_by_administrator(self):
        """A password reset by an administrator must be replaced before the next sign-in"""
        pool = self.pool(AutoVerifiedAttributes=["email"])
        client = self.client(pool)
        self.user(pool, "greta", email="greta-reset@example.com")
        self.idp.admin_reset_user_password(UserPoolId=pool, Username="greta")
        self.assertEqual(self.idp.admin_get_user(UserPoolId=pool, Username="greta")["UserStatus"], "RESET_REQUIRED")
        self.assertRefused(self.x.PasswordResetRequiredException, self.sign_in, "Password reset required for the user", client=client, name="greta")
        self.idp.confirm_forgot_password(ClientId=client, Username="greta", Password=OTHER, ConfirmationCode=self.server.code("greta-reset@example.com"))
        self.assertIn("AuthenticationResult", self.sign_in(client, "greta", OTHER))

    def test_change_password(self):
        """change_password wants the old password and leaves the tokens valid"""
        pool = self.pool()
        client = self.client(pool)
        self.user(pool, "hugo")
        token = self.sign_in(client, "hugo")["AuthenticationResult"]["AccessToken"]
        self.assertRefused(self.x.NotAuthorizedException, self.idp.change_password, "Incorrect username or password.",
                           AccessToken=token, PreviousPassword="Wr0ng!Password", ProposedPassword=OTHER)
        self.assertRefused(self.x.InvalidPasswordException, self.idp.change_password, "Password did not conform with policy: Password must have symbol characters",
                           AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="NoSymbol1here")
        self.idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=OTHER)
        self.assertIn("AuthenticationResult", self.sign_in(client, "hugo", OTHER))
        self.assertEqual(self.idp.get_user(AccessToken=token)["Username"], "hugo")

    def test_set_password(self):
        """admin_set_user_password sets a permanent or a temporary password"""
        pool = self.pool()
        client = self.client(pool)
        self.user(pool, "ida")
        self.assertRefused(self.x.InvalidPasswordException, self.idp.admin_set_user_password, UserPoolId=pool, Username="ida", Password="weakling", Permanent=True)
        self.idp.admin_set_user_password(UserPoolId=pool, Username="ida", Password=OTHER, Permanent=False)
        self.assertEqual(self.idp.admin_get_user(UserPoolId=pool, Username="ida")["UserStatus"], "FORCE_CHANGE_PASSWORD")
        self.assertEqual(self.sign_in(client, "ida", OTHER)["ChallengeName"], "NEW_PASSWORD_REQUIRED")

    def test_attributes(self):
        """A changed e-mail address is verified with the code that it gets"""
        pool = self.pool(AutoVerifiedAttributes=["email"], Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}])
        client = self.client(pool)
        self.user(pool, "jan", email="jan-old@example.com", nickname="J")
        token = self.sign_in(client, "jan")["AuthenticationResult"]["AccessToken"]
        sent = self.idp.update_user_attributes(AccessToken=token, UserAttributes=[
            {"Name": "email", "Value": "jan-new@example.com"}, {"Name": "custom:team", "Value": "blue"}, {"Name": "nickname", "Value": ""}])
        self.assertEqual(sent["CodeDeliveryDetailsList"], [{"Destination": "j***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}])
        attributes = named(self.idp.get_user(AccessToken=token)["UserAttributes"])
        self.assertEqual((attributes["email"], attributes["email_verified"], attributes["custom:team"]), ("jan-new@example.com", "false", "blue"))
        self.assertNotIn("nickname", attributes)
        self.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
        code = self.server.code("jan-new@example.com")
        self.assertRefused(self.x.CodeMismatchException, self.idp.verify_user_attribute, "Invalid verification code provided, please try again.",
                           AccessToken=token, AttributeName="email", Code=other(code))
        self.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)
        self.assertEqual(named(self.idp.get_user(AccessToken=token)["UserAttributes"])["email_verified"], "true")
        self.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["custom:team"])
        self.assertNotIn("custom:team", named(self.idp.get_user(AccessToken=token)["UserAttributes"]))
        self.assertRefused(self.x.InvalidParameterException, self.idp.update_user_attributes, AccessToken=token,
                           UserAttributes=[{"Name": "custom:nothing", "Value": "x"}])

    def test_added_attribute(self):
        """A custom attribute added later is written by an administrator and stands in the ID token"""
        pool = self.pool()
        client = self.client(pool)
        self.user(pool, "karl")
        self.idp.add_custom_attributes(UserPoolId=pool, CustomAttributes=[{"Name": "level", "AttributeDataType": "Number", "Mutable": True}])
        self.idp.admin_update_user_attributes(UserPoolId=pool, Username="karl", UserAttributes=[{"Name": "custom:level", "Value": "7"}])
        claims = verified_claims(self.sign_in(client, "karl")["AuthenticationResult"]["IdToken"], self.server, pool, client, "id")
        self.assertEqual(claims["custom:level"], "7")

    def test_groups_in_tokens(self):
        """Groups stand in both tokens, roles in the ID token"""
        pool = self.pool()
        client = self.client(pool)
        self.user(pool, "lena")
        role = "arn:aws:iam::123456789012:role/Editors"
        self.idp.create_group(UserPoolId=pool, GroupName="editors", Precedence=1, RoleArn=role)
        self.idp.create_group(UserPoolId=pool, GroupName="readers", Precedence=5)
        for group in ("editors", "readers"):
            self.idp.admin_add_user_to_group(UserPoolId=pool, Username="lena", GroupName=group)
        result = self.sign_in(client, "lena")["AuthenticationResult"]
        identity = verified_claims(result["IdToken"], self.server, pool, client, "id")
        self.assertEqual((set(identity["cognito:groups"]), identity["cognito:roles"], identity["cognito:preferred_role"]), ({"editors", "readers"}, [role], role))
        access = verified_claims(result["AccessToken"], self.server, pool, client, "access")
        self.assertEqual(set(access["cognito:groups"]), {"editors", "readers"})
        self.assertNotIn("cognito:roles", access)

    def test_secret(self):
        """A client with a secret wants the secret hash in every step"""
        pool = self.pool(AutoVerifiedAttributes=["email"])
        made = self.idp.create_user_pool_client(UserPoolId=pool, ClientName="server", GenerateSecret=True,
                                                ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]
        client, secret = made["ClientId"], made["ClientSecret"]
        right = secret_hash("mona", client, secret)
        attributes = [{"Name": "email", "Value": "mona@example.com"}]
        sign_up = dict(ClientId=client, Username="mona", Password=PASSWORD, UserAttributes=attributes)
        self.assertRefused(self.x.NotAuthorizedException, self.idp.sign_up, f"Client {client} is configured for secret but secret was not received", **sign_up)
        self.assertRefused(self.x.NotAuthorizedException, self.idp.sign_up, f"Unable to verify secret hash for client {client}",
                           **sign_up, SecretHash=secret_hash("other", client, secret))
        self.idp.sign_up(**sign_up, SecretHash=right)
        self.idp.confirm_sign_up(ClientId=client, Username="mona", ConfirmationCode=self.server.code("mona@example.com"), SecretHash=right)
        credentials = {"USERNAME": "mona", "PASSWORD": PASSWORD}
        self.assertRefused(self.x.NotAuthorizedException, self.idp.initiate_auth, f"Client {client} is configured with secret but SECRET_HASH was not received",
                           ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=credentials)
        result = self.idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={**credentials, "SECRET_HASH": right})["AuthenticationResult"]
        refreshed = self.idp.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH",
                                           AuthParameters={"REFRESH_TOKEN": result["RefreshToken"], "SECRET_HASH": right})["AuthenticationResult"]
        first = verified_claims(result["AccessToken"], self.server, pool, client, "access")
        second = verified_claims(refreshed["AccessToken"], self.server, pool, client, "access")
        self.assertEqual((first["origin_jti"], first["auth_time"]), (second["origin_jti"], second["auth_time"]))
        self.assertNotEqual(first["jti"], second["jti"])
        self.assertEqual(self.idp.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]["ClientSecret"], secret)

    def test_revocation(self):
        """revoke_token ends one sign-in, global sign-out all of them"""
        pool = self.pool()
        client = self.client(pool)
        self.user(pool, "nina")
        one, two, three = (self.sign_in(client, "nina")["AuthenticationResult"] for _ in range(3))
        self.idp.revoke_token(ClientId=client, Token=one["RefreshToken"])
        self.assertRefused(self.x.NotAuthorizedException, self.idp.get_user, "Access Token has been revoked", AccessToken=one["AccessToken"])
        self.assertEqual(self.idp.get_user(AccessToken=two["AccessToken"])["Username"], "nina")
        self.idp.admin_user_global_sign_out(UserPoolId=pool, Username="nina")
        for tokens in (two, three):
            self.assertRefused(self.x.NotAuthorizedException, self.idp.get_user, "Access Token has been revoked", AccessToken=tokens["AccessToken"])
            self.assertRefused(self.x.NotAuthorizedException, self.idp.initiate_auth, "Refresh Token has been revoked", ClientId=client,
                               AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]})
        self.assertIn("AuthenticationResult", self.sign_in(client, "nina"))

    def test_aliases(self):
        """An alias pool signs in by username and by verified e-mail address"""
        pool = self.pool(AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
        client = self.client(pool)
        self.user(pool, "oskar", email="oskar@example.com")
        self.assertIn("AuthenticationResult", self.sign_in(client, "oskar@example.com"))
        self.assertIn("AuthenticationResult", self.sign_in(client, "oskar"))
        self.idp.sign_up(ClientId=client, Username="second", Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": "oskar@example.com"}])
        self.assertRefused(self.x.AliasExistsException, self.idp.confirm_sign_up, "An account with the email already exists.",
                           ClientId=client, Username="second", ConfirmationCode=self.server.code("oskar@example.com"))

    @needs("AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "SetUserPoolMfaConfig")
    def test_authenticator_app(self):
        """An authenticator app becomes the second factor"""
        pool = self.pool()
        self.idp.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
        client = self.client(pool)
        self.user(pool, "petra")
        token = self.sign_in(client, "petra")["AuthenticationResult"]["AccessToken"]
        secret = self.idp.associate_software_token(AccessToken=token)["SecretCode"]
        self.assertRefused(self.x.EnableSoftwareTokenMFAException, self.idp.verify_software_token, "Code mismatch and fail enable Software Token MFA",
                           AccessToken=token, UserCode=other(totp(secret, step=5)))
        code = totp(secret)
        self.assertEqual(self.idp.verify_software_token(AccessToken=token, UserCode=code)["Status"], "SUCCESS")
        self.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        self.assertEqual(self.idp.get_user(AccessToken=token)["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA")
        challenge = self.sign_in(client, "petra")
        self.assertEqual(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA")
        answer = dict(ClientId=client, ChallengeName="SOFTWARE_TOKEN_MFA", Session=challenge["Session"])
        self.assertRefused(self.x.ExpiredCodeException, self.idp.respond_to_auth_challenge, "Your software token has already been used once.",
                           **answer, ChallengeResponses={"USERNAME": "petra", "SOFTWARE_TOKEN_MFA_CODE": code})
        next_code = totp(secret, step=1)   # the service takes a step before and after
        result = self.idp.respond_to_auth_challenge(**answer, ChallengeResponses={"USERNAME": "petra", "SOFTWARE_TOKEN_MFA_CODE": next_code})
        self.assertIn("AuthenticationResult", result)

    def test_tags(self):
        """Tags are set at creation, merged, listed and removed"""
        made = self.idp.create_user_pool(PoolName="tagged", UserPoolTags={"stage": "test"})["UserPool"]
        arn = made["Arn"]
        self.idp.tag_resource(ResourceArn=arn, Tags={"team": "identity"})
        self.assertEqual(self.idp.list_tags_for_resource(ResourceArn=arn)["Tags"], {"stage": "test", "team": "identity"})
        self.idp.untag_resource(ResourceArn=arn, TagKeys=["stage", "unknown"])
        self.assertEqual(self.idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]["UserPoolTags"], {"team": "identity"})

    def test_resource_server(self):
        """A resource server's scopes are known to clients"""
        pool = self.pool()
        self.idp.create_resource_server(UserPoolId=pool, Identifier="https://api.example.com", Name="API", Scopes=[{"ScopeName": "read", "ScopeDescription": "Reads"}])
        client = self.idp.create_user_pool_client(UserPoolId=pool, ClientName="machine", GenerateSecret=True, AllowedOAuthFlowsUserPoolClient=True,
                                                  AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["https://api.example.com/read"])["UserPoolClient"]
        self.assertEqual(client["AllowedOAuthScopes"], ["https://api.example.com/read"])
        self.assertRefused(self.x.ScopeDoesNotExistException, self.idp.create_user_pool_client, UserPoolId=pool, ClientName="machine", GenerateSecret=True,
                           AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["https://api.example.com/write"])

    def test_protected_pool(self):
        """A pool with deletion protection is not deleted until it is off"""
        pool = self.pool(DeletionProtection="ACTIVE")
        self.assertRefused(self.x.InvalidParameterException, self.idp.delete_user_pool, UserPoolId=pool)
        self.idp.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
        self.idp.delete_user_pool(UserPoolId=pool)
        self.assertRefused(self.x.ResourceNotFoundException, self.idp.describe_user_pool, f"User pool {pool} does not exist.", UserPoolId=pool)

    def test_own_deletion(self):
        """A user deletes himself, and his token is worth nothing any more"""
        pool = self.pool()
        client = self.client(pool)
        self.user(pool, "quentin")
        token = self.sign_in(client, "quentin")["AuthenticationResult"]["AccessToken"]
        self.idp.delete_user(AccessToken=token)
        self.assertRefused(self.x.UserNotFoundException, self.idp.get_user, "User does not exist.", AccessToken=token)
        self.assertEqual(self.idp.list_users(UserPoolId=pool)["Users"], [])

    def test_client(self):
        """update_user_pool_client replaces what a client has, and deletion ends its sign-ins"""
        pool = self.pool()
        client = self.client(pool, AccessTokenValidity=2, TokenValidityUnits={"AccessToken": "hours"})
        updated = self.idp.update_user_pool_client(UserPoolId=pool, ClientId=client, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]
        self.assertEqual(updated["ClientName"], "python")
        self.assertNotIn("AccessTokenValidity", updated)
        self.assertRefused(self.x.InvalidParameterException, self.sign_in, "USER_PASSWORD_AUTH flow not enabled for this client", client=client, name="x")
        self.idp.delete_user_pool_client(UserPoolId=pool, ClientId=client)
        self.assertRefused(self.x.ResourceNotFoundException, self.sign_in, f"User pool client {client} does not exist.", client=client, name="x")

    def test_published_keys(self):
        """Discovery names the issuer and two RSA keys"""
        pool = self.pool()
        discovery = self.server.get(f"/{pool}/.well-known/openid-configuration")
        self.assertEqual(discovery["issuer"], f"{self.server.endpoint}/{pool}")
        self.assertEqual(discovery["jwks_uri"], f"{discovery['issuer']}/.well-known/jwks.json")
        self.assertEqual(discovery["id_token_signing_alg_values_supported"], ["RS256"])
        keys = self.server.get(f"/{pool}/.well-known/jwks.json")["keys"]
        self.assertEqual([(key["kty"], key["alg"], key["use"], key["e"]) for key in keys], [("RSA", "RS256", "sig", "AQAB")] * 2)
        self.assertEqual(len({key["kid"] for key in keys}), 2)
