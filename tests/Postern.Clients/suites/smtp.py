"""Messages leave by real SMTP: Debian's aiosmtpd takes them, or refuses a recipient."""
import email
import email.policy
import re
import unittest

import boto3
from aiosmtpd.controller import Controller

from harness import Server, free_port
from suites.intro_boto3 import PASSWORD, session


class Sink:
    """Keeps every mail; refuses the recipients named refused@…, as a server does that does not know them."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, connection, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, connection, envelope):
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 Message accepted for delivery"


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sink = Sink()
        controller = Controller(cls.sink, hostname="127.0.0.1", port=free_port())
        controller.start()
        cls.addClassCleanup(controller.stop)
        cls.server = cls.enterClassContext(Server("--smtp", f"127.0.0.1:{controller.port}"))
        cls.idp = boto3.client("cognito-idp", **session(cls.server))
        cls.pool = cls.idp.create_user_pool(PoolName="mail", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        cls.client = cls.idp.create_user_pool_client(UserPoolId=cls.pool, ClientName="c", ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]

    def sign_up(self, name, address):
        return self.idp.sign_up(ClientId=self.client, Username=name, Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": address}])

    def received(self, address):
        return [mail for recipients, mail in self.sink.mails if recipients == [address]]

    def text(self, mail):
        return mail.get_body(("html", "plain")).get_content()

    def test_delivery(self):
        """A sign-up's code arrives as a mail, and confirms the user"""
        self.sign_up("alice", "alice@example.com")
        mails = self.received("alice@example.com")
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails[0]["Subject"], "Your verification code")
        self.assertEqual(mails[0]["To"].addresses[0].addr_spec, "alice@example.com")
        for header in ("From", "Date", "Message-ID"):
            self.assertTrue(mails[0][header], header)
        code = re.search(r"\b\d{6}\b", self.text(mails[0]))
        self.assertIsNotNone(code, self.text(mails[0]))
        self.idp.confirm_sign_up(ClientId=self.client, Username="alice", ConfirmationCode=code[0])
        self.assertEqual(self.idp.admin_get_user(UserPoolId=self.pool, Username="alice")["UserStatus"], "CONFIRMED")

    def test_recovery(self):
        """A forgotten password's code arrives as a mail"""
        self.sign_up("carol", "carol@example.com")
        code = re.search(r"\b\d{6}\b", self.text(self.received("carol@example.com")[0]))[0]
        self.idp.confirm_sign_up(ClientId=self.client, Username="carol", ConfirmationCode=code)
        self.idp.forgot_password(ClientId=self.client, Username="carol")
        code = re.search(r"\b\d{6}\b", self.text(self.received("carol@example.com")[1]))[0]
        self.idp.confirm_forgot_password(ClientId=self.client, Username="carol", ConfirmationCode=code, Password="An0ther!Passw0rd")

    def test_invitation(self):
        """An administrator's invitation brings the name and a temporary password that signs in"""
        self.idp.admin_create_user(UserPoolId=self.pool, Username="dora", DesiredDeliveryMediums=["EMAIL"], TemporaryPassword="Temp0rary!",
                                   UserAttributes=[{"Name": "email", "Value": "dora@example.com"}])
        mail = self.received("dora@example.com")[0]
        self.assertEqual(mail["Subject"], "Your temporary password")
        self.assertIn("dora", self.text(mail))
        self.assertIn("Temp0rary!", self.text(mail))
        answer = self.idp.initiate_auth(ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "dora", "PASSWORD": "Temp0rary!"})
        self.assertEqual(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED")

    def test_refusal(self):
        """A recipient that the mail server refuses fails the sign-up, and the user exists"""
        with self.assertRaises(self.idp.exceptions.CodeDeliveryFailureException):
            self.sign_up("bob", "refused@example.com")
        self.assertEqual(self.idp.admin_get_user(UserPoolId=self.pool, Username="bob")["UserStatus"], "UNCONFIRMED")
        self.assertEqual(self.received("refused@example.com"), [])
        with self.assertRaises(self.idp.exceptions.UsernameExistsException):
            self.sign_up("bob", "bob@example.com")
