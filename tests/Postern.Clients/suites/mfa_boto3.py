"""Second factors and sessions from the administrator's side: Debian's boto3, and calls that it signs but does not know yet."""
import json
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from authenticator import totp
from harness import needs
from suites.intro_boto3 import PASSWORD, OneServer, other

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
BY_MAIL = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"}
ADMIN_ONLY = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
MISMATCH = "Invalid code or auth state for the user."


class Refused(Exception):
    """What the service answered to a call that boto3 does not know."""

    def __init__(self, name, message):
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


class SecondFactors(OneServer):
    def call(self, operation, **members):
        """An operation, or a member, that is newer than this boto3: the same signature and wire."""
        request = AWSRequest("POST", self.server.endpoint + "/", data=json.dumps(members), headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"})
        SigV4Auth(Credentials("test", "test"), "cognito-idp", "us-east-1").add_auth(request)
        sent = urllib.request.Request(request.url, request.data.encode(), dict(request.headers))
        try:
            with urllib.request.urlopen(sent, timeout=30) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            body = json.load(error)
            raise Refused(body["__type"], body.get("message")) from None

    def pool(self, mfa="OPTIONAL", sms=False, app=False, mail=False):
        pool = self.idp.create_user_pool(PoolName="python", AutoVerifiedAttributes=["email"], AccountRecoverySetting=ADMIN_ONLY,
                                         **({"EmailConfiguration": BY_MAIL} if mail else {}))["UserPool"]["Id"]
        methods = {"SmsMfaConfiguration": {"SmsConfiguration": SMS}} if sms else {}
        if app:
            methods["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
        if mail:
            methods["EmailMfaConfiguration"] = {"Message": "Your code is {####}", "Subject": "Your code"}
        self.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration=mfa, **methods)
        return pool

    def client(self, pool, **more):
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        return self.idp.create_user_pool_client(UserPoolId=pool, ClientName="python", ExplicitAuthFlows=flows, **more)["UserPoolClient"]["ClientId"]

    def user(self, pool, name, **attributes):
        attributes = {"email": f"{name}@example.com", "email_verified": "true", **attributes}
        self.idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS",
                                   UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()])
        self.idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)

    def sign_in(self, pool, client, name, **more):
        return self.idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD}, **more)

    def answer(self, pool, client, challenge, name, **responses):
        return self.idp.admin_respond_to_auth_challenge(UserPoolId=pool, ClientId=client, ChallengeName=challenge["ChallengeName"],
                                                        Session=challenge["Session"], ChallengeResponses={"USERNAME": name, **responses})

    def assertRefused(self, error, text, call, *given, **parameters):
        with self.assertRaises(error) as raised:
            call(*given, **parameters)
        self.assertEqual(raised.exception.response["Error"]["Message"], text)

    def authenticator(self, pool, client, name):
        """A verified authenticator app; its secret and the code that verified it."""
        token = self.sign_in(pool, client, name)["AuthenticationResult"]["AccessToken"]
        secret = self.idp.associate_software_token(AccessToken=token)["SecretCode"]
        code = totp(secret)
        self.assertEqual(self.idp.verify_software_token(AccessToken=token, UserCode=code, FriendlyDeviceName="phone")["Status"], "SUCCESS")
        return secret, code

    @needs("AssociateSoftwareToken", "AdminSetUserMFAPreference")
    def test_authenticator_app(self):
        """An administrator prefers an authenticator app for a user, and signs in with its code"""
        pool = self.pool(app=True)
        client = self.client(pool)
        self.user(pool, "anna")
        self.assertRefused(self.x.InvalidParameterException, "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
                           self.idp.admin_set_user_mfa_preference, UserPoolId=pool, Username="anna",
                           SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        secret, code = self.authenticator(pool, client, "anna")
        self.idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="anna", SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        user = self.idp.admin_get_user(UserPoolId=pool, Username="anna")
        self.assertEqual((user["UserMFASettingList"], user["PreferredMfaSetting"]), (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"))
        challenge = self.sign_in(pool, client, "anna")
        self.assertEqual((challenge["ChallengeName"], challenge["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"]), ("SOFTWARE_TOKEN_MFA", "phone"))
        self.assertRefused(self.x.ExpiredCodeException, "Your software token has already been used once.",
                           self.answer, pool, client, challenge, "anna", SOFTWARE_TOKEN_MFA_CODE=code)
        self.assertRefused(self.x.CodeMismatchException, "Invalid code received for user",
                           self.answer, pool, client, challenge, "anna", SOFTWARE_TOKEN_MFA_CODE=totp(secret, step=7))
        answered = self.answer(pool, client, challenge, "anna", SOFTWARE_TOKEN_MFA_CODE=totp(secret, step=1))
        self.assertIn("RefreshToken", answered["AuthenticationResult"])
        self.idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="anna", SoftwareTokenMfaSettings={"Enabled": False})
        self.assertNotIn("UserMFASettingList", self.idp.admin_get_user(UserPoolId=pool, Username="anna"))
        self.assertIn("AuthenticationResult", self.sign_in(pool, client, "anna"))

    @needs("AdminSetUserMFAPreference")
    def test_text_message(self):
        """A code by text message is the second factor, and each sign-in is worth one set of tokens"""
        pool = self.pool(sms=True)
        client = self.client(pool)
        self.user(pool, "bert")
        self.assertRefused(self.x.InvalidParameterException, "User does not have a phone_number set to turn on SMS MFA",
                           self.idp.admin_set_user_mfa_preference, UserPoolId=pool, Username="bert", SMSMfaSettings={"Enabled": True})
        phone = "+15550200001"
        self.idp.admin_update_user_attributes(UserPoolId=pool, Username="bert", UserAttributes=[
            {"Name": "phone_number", "Value": phone}, {"Name": "phone_number_verified", "Value": "true"}])
        self.idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="bert", SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
        challenge = self.sign_in(pool, client, "bert")
        self.assertEqual(challenge["ChallengeName"], "SMS_MFA")
        self.assertEqual({key: challenge["ChallengeParameters"][key] for key in ("CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION")},
                         {"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******0001"})
        code = self.server.code(phone)
        self.assertRefused(self.x.CodeMismatchException, MISMATCH, self.answer, pool, client, challenge, "bert", SMS_MFA_CODE=other(code))
        self.assertIn("AuthenticationResult", self.answer(pool, client, challenge, "bert", SMS_MFA_CODE=code))
        self.assertRefused(self.x.NotAuthorizedException, "Invalid session for the user, session can only be used once.",
                           self.answer, pool, client, challenge, "bert", SMS_MFA_CODE=code)

    @needs("AdminSetUserMFAPreference")
    def test_sent_again(self):
        """A pending code is sent again where ClientMetadata asks for it"""
        pool = self.pool(sms=True)
        client = self.client(pool)
        phone = "+15550200002"
        self.user(pool, "resa", phone_number=phone)
        self.idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="resa", SMSMfaSettings={"Enabled": True})
        challenge = self.sign_in(pool, client, "resa")
        first = self.server.code(phone)
        again = self.idp.respond_to_auth_challenge(ClientId=client, ChallengeName="SMS_MFA", Session=challenge["Session"],
                                                   ChallengeResponses={"USERNAME": "resa"}, ClientMetadata={"postern:resend": "true"})
        self.assertEqual((again["ChallengeName"], again["ChallengeParameters"]), ("SMS_MFA", challenge["ChallengeParameters"]))
        self.assertNotEqual(again["Session"], challenge["Session"])
        second = self.server.code(phone)
        if first != second:
            self.assertRefused(self.x.CodeMismatchException, MISMATCH, self.answer, pool, client, again, "resa", SMS_MFA_CODE=first)
        self.assertIn("AuthenticationResult", self.answer(pool, client, again, "resa", SMS_MFA_CODE=second))

    @needs("AdminSetUserMFAPreference")
    def test_mail(self):
        """A code by mail is the second factor"""
        pool = self.pool(mail=True)
        client = self.client(pool)
        self.user(pool, "cora")
        self.call("AdminSetUserMFAPreference", UserPoolId=pool, Username="cora", EmailMfaSettings={"Enabled": True, "PreferredMfa": True})
        self.assertEqual(self.idp.admin_get_user(UserPoolId=pool, Username="cora")["UserMFASettingList"], ["EMAIL_OTP"])
        challenge = self.sign_in(pool, client, "cora")
        self.assertEqual(challenge["ChallengeName"], "EMAIL_OTP")
        self.assertEqual(challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "c***@e***")
        code = self.server.code("cora@example.com")
        wrong = ("1" if code[0] != "1" else "2") + code[1:]
        self.assertRefused(self.x.CodeMismatchException, MISMATCH, self.answer, pool, client, challenge, "cora", EMAIL_OTP_CODE=wrong)
        self.assertIn("AuthenticationResult", self.answer(pool, client, challenge, "cora", EMAIL_OTP_CODE=code))

    @needs("AssociateSoftwareToken", "AdminSetUserMFAPreference")
    def test_choice(self):
        """Of two second factors without a preference the user chooses one"""
        pool = self.pool(sms=True, app=True)
        client = self.client(pool)
        phone = "+15550200002"
        self.user(pool, "dave", phone_number=phone, phone_number_verified="true")
        secret, _ = self.authenticator(pool, client, "dave")
        enabled = {"Enabled": True, "PreferredMfa": False}
        self.assertRefused(self.x.InvalidParameterException, "Only one MFA method can be the preferred one.",
                           self.idp.admin_set_user_mfa_preference, UserPoolId=pool, Username="dave",
                           SMSMfaSettings={"Enabled": True, "PreferredMfa": True}, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        self.idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="dave", SMSMfaSettings=enabled, SoftwareTokenMfaSettings=enabled)
        choice = self.sign_in(pool, client, "dave")
        self.assertEqual(choice["ChallengeName"], "SELECT_MFA_TYPE")
        self.assertEqual(set(json.loads(choice["ChallengeParameters"]["MFAS_CAN_CHOOSE"])), {"SMS_MFA", "SOFTWARE_TOKEN_MFA"})
        challenge = self.answer(pool, client, choice, "dave", ANSWER="SMS_MFA")
        self.assertEqual(challenge["ChallengeName"], "SMS_MFA")
        self.assertIn("AuthenticationResult", self.answer(pool, client, challenge, "dave", SMS_MFA_CODE=self.server.code(phone)))
        challenge = self.answer(pool, client, self.sign_in(pool, client, "dave"), "dave", ANSWER="SOFTWARE_TOKEN_MFA")
        self.assertEqual(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA")
        self.assertIn("AuthenticationResult", self.answer(pool, client, challenge, "dave", SOFTWARE_TOKEN_MFA_CODE=totp(secret, step=1)))

    @needs("AssociateSoftwareToken", "VerifySoftwareToken")
    def test_set_up(self):
        """A pool that demands a second factor has it set up in the course of the sign-in"""
        pool = self.pool(mfa="ON", app=True)
        client = self.client(pool)
        self.user(pool, "emil")
        challenge = self.sign_in(pool, client, "emil")
        self.assertEqual((challenge["ChallengeName"], json.loads(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"])), ("MFA_SETUP", ["SOFTWARE_TOKEN_MFA"]))
        self.assertRefused(self.x.NotAuthorizedException, "Invalid session for the user.", self.answer, pool, client,
                           {**challenge, "ChallengeName": "SOFTWARE_TOKEN_MFA"}, "emil", SOFTWARE_TOKEN_MFA_CODE="123456")
        associated = self.idp.associate_software_token(Session=challenge["Session"])
        self.assertRefused(self.x.EnableSoftwareTokenMFAException, "Code mismatch and fail enable Software Token MFA",
                           self.idp.verify_software_token, Session=associated["Session"], UserCode=totp(associated["SecretCode"], step=7))
        verified = self.idp.verify_software_token(Session=associated["Session"], UserCode=totp(associated["SecretCode"]))
        self.assertEqual(verified["Status"], "SUCCESS")
        answered = self.answer(pool, client, {"ChallengeName": "MFA_SETUP", "Session": verified["Session"]}, "emil")
        self.assertIn("AuthenticationResult", answered)
        again = self.sign_in(pool, client, "emil")
        self.assertEqual(again["ChallengeName"], "SOFTWARE_TOKEN_MFA")
        code = totp(associated["SecretCode"], step=1)
        self.assertIn("AuthenticationResult", self.answer(pool, client, again, "emil", SOFTWARE_TOKEN_MFA_CODE=code))

    @needs("AdminSetUserSettings", "SetUserSettings")
    def test_old_settings(self):
        """The settings of before SetUserMFAPreference still turn text messages on and off"""
        pool = self.pool(sms=True)
        client = self.client(pool)
        self.user(pool, "fred", phone_number="+15550200003", phone_number_verified="true")
        options = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
        self.idp.admin_set_user_settings(UserPoolId=pool, Username="fred", MFAOptions=options)
        self.assertEqual(self.idp.admin_get_user(UserPoolId=pool, Username="fred")["MFAOptions"], options)
        challenge = self.sign_in(pool, client, "fred")
        self.assertEqual(challenge["ChallengeName"], "SMS_MFA")
        tokens = self.answer(pool, client, challenge, "fred", SMS_MFA_CODE=self.server.code("+15550200003"))["AuthenticationResult"]
        self.idp.set_user_settings(AccessToken=tokens["AccessToken"], MFAOptions=[])
        self.assertIn("AuthenticationResult", self.sign_in(pool, client, "fred"))

    @needs("AdminDeleteSoftwareToken", "AdminGetUserAuthFactors")
    def test_lost_app(self):
        """An administrator sees a user's factors, and takes a lost authenticator app away"""
        pool = self.pool(mfa="ON", app=True)
        client = self.client(pool)
        self.user(pool, "gerd")
        associated = self.idp.associate_software_token(Session=self.sign_in(pool, client, "gerd")["Session"])
        verified = self.idp.verify_software_token(Session=associated["Session"], UserCode=totp(associated["SecretCode"]))
        self.answer(pool, client, {"ChallengeName": "MFA_SETUP", "Session": verified["Session"]}, "gerd")
        factors = self.call("AdminGetUserAuthFactors", UserPoolId=pool, Username="gerd")
        self.assertEqual(factors["UserMFASettingList"], ["SOFTWARE_TOKEN_MFA"])
        self.assertIn("PASSWORD", factors["ConfiguredUserAuthFactors"])
        self.call("AdminDeleteSoftwareToken", UserPoolId=pool, Username="gerd")
        self.assertEqual(self.sign_in(pool, client, "gerd")["ChallengeName"], "MFA_SETUP")

    @needs("SetUserPoolSessionConfiguration", "AdminListUserSessions", "AdminRevokeUserSession")
    def test_sessions(self):
        """An administrator sees where a user is signed in, and ends it there"""
        pool = self.pool(app=True)
        client = self.client(pool)
        self.user(pool, "hans")
        with self.assertRaisesRegex(Refused, "^OperationNotEnabledException: "):
            self.call("AdminListUserSessions", UserPoolId=pool, Username="hans")
        self.call("SetUserPoolSessionConfiguration", UserPoolId=pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 2})
        context = {"IpAddress": "192.0.2.7", "ServerName": "www.example.com", "ServerPath": "/", "HttpHeaders": [
            {"headerName": "User-Agent", "headerValue": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}]}
        first = self.sign_in(pool, client, "hans", ContextData=context)["AuthenticationResult"]
        [session] = self.call("AdminListUserSessions", UserPoolId=pool, Username="hans")["Sessions"]
        self.assertRegex(session["SessionId"], "^tkn[a-z0-9]{25}$")
        self.assertEqual((session["SessionType"], session["ClientId"], session["DeviceType"], session["LastIPAddress"], session["IsCurrentSession"]),
                         ("TOKEN", client, "Firefox 128, Linux", "192.0.2.7", False))
        second = self.sign_in(pool, client, "hans")["AuthenticationResult"]
        own = self.call("ListUserSessions", AccessToken=second["AccessToken"])["Sessions"]
        self.assertEqual(sorted(entry["IsCurrentSession"] for entry in own), [False, True])
        self.call("AdminRevokeUserSession", UserPoolId=pool, Username="hans", SessionId=session["SessionId"])
        self.assertRefused(self.x.NotAuthorizedException, "Access Token has been revoked", self.idp.get_user, AccessToken=first["AccessToken"])
        self.assertRefused(self.x.NotAuthorizedException, "Refresh Token has been revoked", self.idp.admin_initiate_auth, UserPoolId=pool, ClientId=client,
                           AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": first["RefreshToken"]})
        with self.assertRaisesRegex(Refused, "^ResourceNotFoundException: "):
            self.call("AdminRevokeUserSession", UserPoolId=pool, Username="hans", SessionId=session["SessionId"])
        third, fourth = (self.sign_in(pool, client, "hans")["AuthenticationResult"] for _ in range(2))
        self.assertRefused(self.x.NotAuthorizedException, "Access Token has been revoked", self.idp.get_user, AccessToken=second["AccessToken"])
        self.idp.admin_user_global_sign_out(UserPoolId=pool, Username="hans")
        self.assertEqual(self.call("AdminListUserSessions", UserPoolId=pool, Username="hans")["Sessions"], [])
        for tokens in (third, fourth):
            self.assertRefused(self.x.NotAuthorizedException, "Access Token has been revoked", self.idp.get_user, AccessToken=tokens["AccessToken"])
