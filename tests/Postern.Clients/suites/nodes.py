"""Two nodes on one PostgreSQL behind HAProxy in round robin, without sticky sessions: any node answers any request of any flow."""
import concurrent.futures

from authenticator import AuthenticatorApp
from deployment import OTHER, PASSWORD, Raw
from harness import verified_claims
from processes import until
from srp import SrpClient
from two_nodes import TwoNodes


class Flows(TwoNodes):
    def test_sign_up(self):
        """Sign-up, the code read at the other node, confirmation and sign-in by password pass through the proxy"""
        for start in self.from_either_node():
            pool, client = self.pool(pool={"AutoVerifiedAttributes": ["email"]})
            address = f"{start}@example.com"
            self.idp.sign_up(ClientId=client, Username="alice", Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": address}])
            self.assertTrue(self.refused(self.x.UserNotConfirmedException, self.sign_in, idp=self.idp, client=client, name="alice"))
            code = self.deployment.a.code(address)
            self.assertEqual(code, self.deployment.b.code(address))
            self.idp.confirm_sign_up(ClientId=client, Username="alice", ConfirmationCode=code)
            tokens = self.sign_in(self.idp, client, "alice")
            self.assertEqual(self.idp.get_user(AccessToken=tokens["AccessToken"])["Username"], "alice")
            self.assertTrue(self.refused((self.x.NotAuthorizedException, self.x.ExpiredCodeException), self.idp.confirm_sign_up,
                                         ClientId=client, Username="alice", ConfirmationCode=code))

    def test_srp(self):
        """Both steps of SRP meet different nodes"""
        for _ in self.from_either_node():
            pool, client = self.pool()
            self.user(pool, "alice")
            srp = SrpClient(pool, "alice", PASSWORD)
            first = self.idp.initiate_auth(ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters=srp.start())
            self.assertEqual(first["ChallengeName"], "PASSWORD_VERIFIER")
            last = self.idp.respond_to_auth_challenge(ClientId=client, ChallengeName="PASSWORD_VERIFIER",
                                                      ChallengeResponses=srp.answer(first["ChallengeParameters"]))
            self.assertEqual(self.idp.get_user(AccessToken=last["AuthenticationResult"]["AccessToken"])["Username"], "alice")
            wrong = SrpClient(pool, "alice", OTHER)
            first = self.idp.initiate_auth(ClientId=client, AuthFlow="USER_SRP_AUTH", AuthParameters=wrong.start())
            self.assertTrue(self.refused(self.x.NotAuthorizedException, self.idp.respond_to_auth_challenge, ClientId=client, ChallengeName="PASSWORD_VERIFIER",
                                         ChallengeResponses=wrong.answer(first["ChallengeParameters"])))

    def test_new_password(self):
        """NEW_PASSWORD_REQUIRED is answered at the other node, and its session is used once in all"""
        for _ in self.from_either_node():
            pool, client = self.pool()
            self.idp.admin_create_user(UserPoolId=pool, Username="alice", MessageAction="SUPPRESS", TemporaryPassword="Temp0rary!")
            challenge = self.idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "alice", "PASSWORD": "Temp0rary!"})
            self.assertEqual(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED")
            answer = dict(ClientId=client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=challenge["Session"])
            done = self.idp.respond_to_auth_challenge(**answer, ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": PASSWORD})
            self.assertTrue(done["AuthenticationResult"]["AccessToken"])
            for node in (self.a, self.b):
                self.assertTrue(self.refused(self.x.NotAuthorizedException, node.respond_to_auth_challenge, **answer,
                                             ChallengeResponses={"USERNAME": "alice", "NEW_PASSWORD": OTHER}))
            self.assertTrue(self.sign_in(self.idp, client, "alice"))

    def test_refresh(self):
        """A refresh token of one node is refreshed at the other; tokens of one verify at the other and by the published keys"""
        for _ in self.from_either_node():
            pool, client = self.pool()
            self.user(pool, "alice")
            tokens = self.sign_in(self.idp, client, "alice")
            fresh = self.refresh(self.idp, client, tokens["RefreshToken"])
            for token in (tokens["AccessToken"], fresh["AccessToken"]):
                for _ in "ab":
                    self.assertEqual(self.idp.get_user(AccessToken=token)["Username"], "alice")
            for token in (tokens["AccessToken"], fresh["AccessToken"]):
                verified_claims(token, self.deployment, pool, client, "access")
            verified_claims(fresh["IdToken"], self.deployment, pool, client, "id")

    def test_rotation(self):
        """A rotated refresh token is refused by the other node at once"""
        raw = Raw(self.deployment.port)   # Debian's boto3 does not know rotation
        self.addCleanup(raw.close)

        def call(operation, **body):
            status, answer, node = raw.call(operation, **body)
            self.assertEqual(status, 200, answer)
            self.answered_by.append(node)
            return answer

        for _ in self.from_either_node():
            pool = call("CreateUserPool", PoolName="rotation")["UserPool"]["Id"]
            client = call("CreateUserPoolClient", UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
                          RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0})["UserPoolClient"]["ClientId"]
            self.user(pool, "alice")
            token = self.sign_in(self.idp, client, "alice")["RefreshToken"]
            for _ in range(3):
                used, token = token, call("GetTokensFromRefreshToken", ClientId=client, RefreshToken=token)["AuthenticationResult"]["RefreshToken"]
            self.assertNotEqual(used, token)
            for _ in "ab":
                status, answer, _node = raw.call("GetTokensFromRefreshToken", ClientId=client, RefreshToken=used)
                self.assertEqual((status, answer["__type"].split("#")[-1]), (400, "RefreshTokenReuseException"))

    def test_revocation(self):
        """A token revoked at one node is refused by the other at once"""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            pool, client = self.pool()
            self.user(pool, "alice")
            tokens, others = self.sign_in(there, client, "alice"), self.sign_in(there, client, "alice")
            there.get_user(AccessToken=tokens["AccessToken"])
            here.revoke_token(ClientId=client, Token=tokens["RefreshToken"])
            self.assertTrue(self.refused(self.x.NotAuthorizedException, there.get_user, AccessToken=tokens["AccessToken"]))
            self.assertTrue(self.refused(self.x.NotAuthorizedException, self.refresh, idp=there, client=client, token=tokens["RefreshToken"]))
            there.get_user(AccessToken=others["AccessToken"])   # another sign-in lives on

    def test_global_sign_out(self):
        """A global sign-out at one node holds at the other at once, by the user and by an administrator"""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            pool, client = self.pool()
            self.user(pool, "alice")
            for sign_out in (lambda tokens: here.global_sign_out(AccessToken=tokens["AccessToken"]),
                             lambda _: here.admin_user_global_sign_out(UserPoolId=pool, Username="alice")):
                tokens = self.sign_in(there, client, "alice")
                there.get_user(AccessToken=tokens["AccessToken"])
                sign_out(tokens)
                self.assertTrue(self.refused(self.x.NotAuthorizedException, there.get_user, AccessToken=tokens["AccessToken"]))
                self.assertTrue(self.refused(self.x.NotAuthorizedException, self.refresh, idp=there, client=client, token=tokens["RefreshToken"]))
                self.assertTrue(self.sign_in(there, client, "alice"), "a new sign-in is none of its business")

    def test_user_state(self):
        """A user disabled, changed or deleted at one node is so at the other at once"""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            pool, client = self.pool()
            self.user(pool, "alice")
            tokens = self.sign_in(there, client, "alice")
            here.admin_disable_user(UserPoolId=pool, Username="alice")
            self.assertTrue(self.refused(self.x.NotAuthorizedException, self.sign_in, idp=there, client=client, name="alice"))
            here.admin_enable_user(UserPoolId=pool, Username="alice")
            tokens = self.sign_in(there, client, "alice")
            here.change_password(AccessToken=tokens["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword=OTHER)
            self.assertTrue(self.refused(self.x.NotAuthorizedException, self.sign_in, idp=there, client=client, name="alice"))
            tokens = self.sign_in(there, client, "alice", OTHER)
            here.admin_delete_user(UserPoolId=pool, Username="alice")
            self.assertTrue(self.refused((self.x.NotAuthorizedException, self.x.UserNotFoundException), there.get_user, AccessToken=tokens["AccessToken"]))

    def test_lock_out(self):
        """Five wrong passwords spread over both nodes lock at both"""
        for _ in self.from_either_node():
            pool, client = self.pool()
            self.user(pool, "alice")
            for _ in range(5):
                with self.assertRaisesRegex(self.x.NotAuthorizedException, "Incorrect username or password"):
                    self.sign_in(self.idp, client, "alice", "Wr0ng!Password")
            for node in (self.a, self.b):
                with self.assertRaisesRegex(self.x.NotAuthorizedException, "Password attempts exceeded"):
                    self.sign_in(node, client, "alice")
            until(lambda: not self.refused(self.x.NotAuthorizedException, self.sign_in, idp=self.a, client=client, name="alice"), 5, "the lock does not end")
            self.assertTrue(self.sign_in(self.b, client, "alice"))

    def with_token(self):
        """A pool whose user has a software token, set up through the proxy."""
        pool, client = self.pool()
        self.idp.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
        self.user(pool, "alice")
        token = self.sign_in(self.idp, client, "alice")["AccessToken"]
        for node in (self.a, self.b):
            until(lambda node=node: not self.refused(self.x.SoftwareTokenMFANotFoundException, node.associate_software_token, AccessToken=token), 2,
                  "a node does not know the pool's new settings")
        app = AuthenticatorApp(self.idp.associate_software_token(AccessToken=token)["SecretCode"])
        self.idp.verify_software_token(AccessToken=token, UserCode=app.next())
        self.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        return client, app

    def challenge(self, idp, client):
        answer = idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD})
        return dict(ClientId=client, ChallengeName=answer["ChallengeName"], Session=answer["Session"])

    def test_second_factor(self):
        """A second factor set up at one node is asked for at the other, and its code works once at both together"""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            client, app = self.with_token()
            challenge = self.challenge(here, client)
            self.assertEqual(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA")
            answer = {"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": app.next()}
            self.assertTrue(there.respond_to_auth_challenge(**challenge, ChallengeResponses=answer)["AuthenticationResult"]["AccessToken"])
            for node in (here, there):
                with self.assertRaisesRegex(self.x.NotAuthorizedException, "session can only be used once"):
                    node.respond_to_auth_challenge(**challenge, ChallengeResponses=answer)
                with self.assertRaisesRegex(self.x.ExpiredCodeException, "already been used once"):
                    node.respond_to_auth_challenge(**self.challenge(node, client), ChallengeResponses=answer)

    def test_guessed_codes(self):
        """Wrong codes of a second factor spread over both nodes and guessed at once lock at both"""
        client, app = self.with_token()
        challenge = self.challenge(self.a, client)
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            guesses = [threads.submit(node.respond_to_auth_challenge, **challenge, ChallengeResponses={"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": app.wrong()})
                       for node in (self.a, self.b) * 8]
        self.assertTrue(all(guess.exception() for guess in guesses))
        for node in (self.a, self.b):
            with self.assertRaisesRegex(self.x.NotAuthorizedException, "Password attempts exceeded"):
                node.respond_to_auth_challenge(**challenge, ChallengeResponses={"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": app.next()})

    def test_tracked_sessions(self):
        """A session of one node is listed at the other, and ended there it ends at both"""
        raw = {node: Raw(self.deployment.nodes[node].port) for node in "ab"}   # Debian's boto3 does not know them
        for here, there in ("ab", "ba"):
            pool, client = self.pool()
            self.user(pool, "alice")
            status, answer, _ = raw[here].call("SetUserPoolSessionConfiguration", UserPoolId=pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5})
            self.assertEqual(status, 200, answer)
            nodes = {"a": self.a, "b": self.b}

            def listed():
                return raw[there].call("AdminListUserSessions", UserPoolId=pool, Username="alice")[1].get("Sessions", [])

            def token():
                return self.sign_in(nodes[here], client, "alice")["AccessToken"]

            until(lambda: token() and listed(), 3, "the sign-in is not tracked")
            begun = token()
            for session in listed():
                status, answer, _ = raw[there].call("AdminRevokeUserSession", UserPoolId=pool, Username="alice", SessionId=session["SessionId"])
                self.assertEqual(status, 200, answer)
            self.assertTrue(self.refused(self.x.NotAuthorizedException, nodes[here].get_user, AccessToken=begun))
            self.assertEqual(raw[here].call("AdminListUserSessions", UserPoolId=pool, Username="alice")[1]["Sessions"], [])

    def test_forgotten_password(self):
        """A forgotten password's code of one node is used at the other"""
        for start in self.from_either_node():
            pool, client = self.pool()
            name = f"forgetful-{start}"
            self.user(pool, name)
            self.idp.forgot_password(ClientId=client, Username=name)
            self.idp.confirm_forgot_password(ClientId=client, Username=name, ConfirmationCode=self.deployment.b.code(f"{name}@example.com"), Password=OTHER)
            self.assertTrue(self.refused(self.x.NotAuthorizedException, self.sign_in, idp=self.idp, client=client, name=name))
            self.assertTrue(self.sign_in(self.idp, client, name, OTHER))

    def test_groups(self):
        """A group given at one node stands in the tokens of the other at once"""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            pool, client = self.pool()
            self.user(pool, "alice")
            here.create_group(UserPoolId=pool, GroupName="editors")
            there.admin_add_user_to_group(UserPoolId=pool, Username="alice", GroupName="editors")
            claims = verified_claims(self.sign_in(here, client, "alice")["AccessToken"], self.deployment, pool, client, "access")
            self.assertEqual(claims["cognito:groups"], ["editors"])
            here.admin_remove_user_from_group(UserPoolId=pool, Username="alice", GroupName="editors")
            claims = verified_claims(self.sign_in(there, client, "alice")["AccessToken"], self.deployment, pool, client, "access")
            self.assertNotIn("cognito:groups", claims)

    def test_pages(self):
        """A page token of one node continues at the other"""
        for _ in self.from_either_node():
            pool, _client = self.pool()
            expected = [f"user-{number:02}" for number in range(11)]
            for name in expected:
                self.idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
            pages = list(self.idp.get_paginator("list_users").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 3}))
            self.assertEqual(sorted(user["Username"] for page in pages for user in page["Users"]), expected)
            self.assertEqual(len(pages), 4)

    def test_one_winner(self):
        """Of two sign-ups by one name at both nodes at once, one wins; of two uses of one code, one wins"""
        pool, client = self.pool(pool={"AutoVerifiedAttributes": ["email"]})
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            for number in range(10):
                address = f"race-{number}@example.com"
                calls = [threads.submit(node.sign_up, ClientId=client, Username=f"race-{number}", Password=PASSWORD,
                                        UserAttributes=[{"Name": "email", "Value": address}]) for node in (self.a, self.b)]
                errors = [type(call.exception()).__name__ for call in calls if call.exception()]
                self.assertEqual(errors, ["UsernameExistsException"])
                code = self.deployment.a.code(address)
                calls = [threads.submit(node.confirm_sign_up, ClientId=client, Username=f"race-{number}", ConfirmationCode=code) for node in (self.a, self.b)]
                self.assertEqual(len([call for call in calls if not call.exception()]), 1, [call.exception() for call in calls])
