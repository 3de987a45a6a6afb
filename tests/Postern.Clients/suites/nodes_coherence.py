"""What one node changes, another honours: settings, the clock and a reset within a second, keys and new pools at once."""
import concurrent.futures
import functools
import secrets
import urllib.error
import urllib.parse
import urllib.request

from harness import verified_claims
from deployment import PASSWORD, Raw, sdk
from two_nodes import FLOWS, TwoNodes

COHERENT = 1.0   # seconds


class Coherence(TwoNodes):
    def test_created_pool(self):
        """A pool and a client made at one node are used at once at the other"""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            pool, client = self.pool(here)
            there.sign_up(ClientId=client, Username="alice", Password=PASSWORD)
            here.admin_confirm_sign_up(UserPoolId=pool, Username="alice")
            self.assertTrue(self.sign_in(there, client, "alice")["AccessToken"])
            self.assertEqual(there.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"],
                             here.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"])

    def changed(self, change, honoured, client_settings=()):
        """Both nodes know the settings, one changes them, the other honours it within a second."""
        for here, there in ((self.a, self.b), (self.b, self.a)):
            pool, client = self.pool(here, client=client_settings)
            self.user(pool, "alice", here)
            tokens = [self.sign_in(node, client, "alice") for node in (here, there)]
            change(here, pool, client)
            took = self.within(COHERENT, lambda: honoured(there, pool, client, tokens[1]), "the other node does not honour the change")
            self.assertTrue(honoured(here, pool, client, tokens[0]), "the node that changed it honours it")
            self.assertLess(took, COHERENT)

    def test_changed_flows(self):
        """Flows that a client lost at one node are refused by the other within a second"""
        fewer = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        self.changed(lambda node, pool, client: node.update_user_pool_client(UserPoolId=pool, ClientId=client, ExplicitAuthFlows=fewer),
                     lambda node, pool, client, _: self.refused(self.x.InvalidParameterException, self.sign_in, idp=node, client=client, name="alice"))

    def test_changed_revocation(self):
        """Token revocation that a client lost at one node is refused by the other within a second"""
        self.changed(lambda node, pool, client: node.update_user_pool_client(UserPoolId=pool, ClientId=client, ExplicitAuthFlows=FLOWS,
                                                                              EnableTokenRevocation=False),
                     lambda node, pool, client, _: self.refused(self.x.UnsupportedOperationException, node.revoke_token, ClientId=client, Token="x"))

    def test_deleted_client(self):
        """A client deleted at one node is unknown to the other within a second"""
        self.changed(lambda node, pool, client: node.delete_user_pool_client(UserPoolId=pool, ClientId=client),
                     lambda node, pool, client, _: self.refused(self.x.ResourceNotFoundException, self.sign_in, idp=node, client=client, name="alice"))

    def test_deleted_pool(self):
        """A pool deleted at one node is gone from the other within a second, its tokens with it"""
        self.changed(lambda node, pool, client: node.delete_user_pool(UserPoolId=pool),
                     lambda node, pool, client, tokens: self.refused(self.x.ResourceNotFoundException, self.sign_in, idp=node, client=client, name="alice")
                     and self.refused((self.x.NotAuthorizedException, self.x.ResourceNotFoundException), node.get_user, AccessToken=tokens["AccessToken"]))

    def test_changed_policy(self):
        """A password policy changed at one node holds at the other within a second"""
        policy = {"PasswordPolicy": {"MinimumLength": 20}}
        self.changed(lambda node, pool, client: node.update_user_pool(UserPoolId=pool, Policies=policy),
                     lambda node, pool, client, _: self.refused(self.x.InvalidPasswordException, node.admin_set_user_password,
                                                                UserPoolId=pool, Username="alice", Password=PASSWORD, Permanent=True))

    def test_domain(self):
        """A domain made at one node is served at once by the other, where discovery names it within a second; changed or deleted within a second as well"""
        for here, there in ((self.deployment.a, self.deployment.b), (self.deployment.b, self.deployment.a)):
            node = Raw(here.port)   # Debian's SDK does not know the version of the pages

            def call(operation, **body):
                status, answer, _ = node.call(operation, UserPoolId=pool, **body)
                self.assertEqual(status, 200, f"{operation}: {answer}")

            pool, client = self.pool(sdk(here.endpoint), client={
                "AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
                "SupportedIdentityProviders": ["COGNITO"], "CallbackURLs": ["https://app.example/callback"]})
            domain = "d" + secrets.token_hex(6)
            query = urllib.parse.urlencode({"response_type": "code", "client_id": client, "redirect_uri": "https://app.example/callback"})
            page = functools.partial(self.page, there, f"/_domains/{domain}/login?{query}")
            named = lambda: domain in there.get(f"/{pool}/.well-known/openid-configuration")["authorization_endpoint"]
            self.assertEqual(page()[0], 404)
            self.assertFalse(named(), "the other node knows the pool without it")

            call("CreateUserPoolDomain", Domain=domain, ManagedLoginVersion=1)
            status, html = page()
            self.assertEqual(status, 200, "a new domain is served at once")
            self.assertIn("classic.css", html)
            self.within(COHERENT, named, "discovery at the other node does not name the new domain")

            call("UpdateUserPoolDomain", Domain=domain, ManagedLoginVersion=2)
            self.within(COHERENT, lambda: "classic.css" not in page()[1], "the other node shows the pages of before")
            self.assertEqual(page()[0], 200)

            call("DeleteUserPoolDomain", Domain=domain)
            self.within(COHERENT, lambda: page()[0] == 404 and not named(), "the other node serves or names the deleted domain")
            call("CreateUserPoolDomain", Domain=domain, ManagedLoginVersion=1)
            self.assertIn("classic.css", page()[1], "made anew, it is served at once")
            node.close()

    def page(self, server, path):
        """Status and content of a page."""
        try:
            with urllib.request.urlopen(server.endpoint + path, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, ""

    def test_keys(self):
        """Both nodes publish the same keys, also where both were the first to be asked"""
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            for _ in range(3):
                pool, client = self.pool()
                self.user(pool, "alice")
                tokens = list(threads.map(lambda node: self.sign_in(node, client, "alice"), (self.a, self.b)))
                published = [node.get(f"/{pool}/.well-known/jwks.json")["keys"] for node in (self.deployment.a, self.deployment.b)]
                self.assertEqual(*published)
                self.assertEqual(len(published[0]), 2)
                for token in tokens:
                    verified_claims(token["IdToken"], self.deployment, pool, client, "id")
                    verified_claims(token["AccessToken"], self.deployment, pool, client, "access")

    def test_clock(self):
        """The development clock moved at one node is seen at the other within a second"""
        a, b = self.deployment.a, self.deployment.b
        try:
            for here, there in ((a, b), (b, a)):
                pool, client = self.pool()
                self.user(pool, "alice")
                token = self.sign_in(self.a, client, "alice")["AccessToken"]
                self.b.get_user(AccessToken=token)
                here.post("/_postern/dev/clock", {"advance": "PT2H"})
                moved = here.get("/_postern/dev/clock")["offset"]
                self.within(COHERENT, lambda: there.get("/_postern/dev/clock")["offset"] == moved, "the other node's clock stands")
                for node in (self.a, self.b):
                    self.assertTrue(self.refused(self.x.NotAuthorizedException, node.get_user, AccessToken=token))
        finally:
            a.post("/_postern/dev/clock", {})
        self.within(COHERENT, lambda: b.get("/_postern/dev/clock")["offset"] == "PT0S", "the other node keeps the moved clock")

    def test_reset(self):
        """A reset at one node is seen at the other within a second"""
        for here, there, node in ((self.a, self.b, self.deployment.a), (self.b, self.a, self.deployment.b)):
            pool, client = self.pool()
            self.user(pool, "alice")
            token = self.sign_in(there, client, "alice")["AccessToken"]
            node.post("/_postern/dev/reset", {})
            gone = (self.x.ResourceNotFoundException, self.x.NotAuthorizedException)
            self.within(COHERENT, lambda: self.refused(self.x.ResourceNotFoundException, self.sign_in, idp=there, client=client, name="alice")
                        and self.refused(gone, there.get_user, AccessToken=token), "the other node knows what is gone")
            self.assertEqual(there.list_user_pools(MaxResults=10)["UserPools"], [])
            pool, client = self.pool()
            self.user(pool, "alice")
            verified_claims(self.sign_in(there, client, "alice")["AccessToken"], self.deployment, pool, client, "access")
