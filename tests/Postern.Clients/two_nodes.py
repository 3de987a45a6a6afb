"""What the suites of two nodes share: the deployment, a client at each node and one through the proxy, pools and users."""
import time
import unittest

from cluster import Cluster
from deployment import PASSWORD, Deployment, Raw, sdk
from processes import until

FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


class TwoNodes(unittest.TestCase):
    """`self.idp` goes through the proxy, each call to the other node than the one before; `self.a` and `self.b` are the nodes."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster())
        cls.deployment = cls.enterClassContext(Deployment(cls.cluster.connection()))
        cls.idp = sdk(cls.deployment.endpoint)
        cls.a, cls.b = sdk(cls.deployment.a.endpoint), sdk(cls.deployment.b.endpoint)
        cls.x = cls.idp.exceptions
        cls.answered_by = []
        cls.idp.meta.events.register("after-call.cognito-identity-provider",
                                     lambda http_response, **_: cls.answered_by.append(http_response.headers["x-node"]))

    def from_either_node(self):
        """Runs a flow twice, so that each of its calls meets either node; then checks that no two calls in a row met the same one."""
        for start in "ab":
            raw = Raw(self.deployment.port)
            while raw.call("ListUserPools", MaxResults=1)[2] == start:
                pass
            raw.close()
            self.answered_by.clear()
            yield start
            expected = [start if count % 2 == 0 else "ba"["ab".index(start)] for count in range(len(self.answered_by))]
            self.assertEqual(self.answered_by, expected, "the proxy goes round robin")

    def within(self, seconds, condition, otherwise):
        begun = time.monotonic()
        until(condition, seconds, f"{otherwise} after {seconds} s", pause=0.01)
        return time.monotonic() - begun

    def pool(self, idp=None, flows=FLOWS, pool=(), client=()):
        """A pool and a client, each made by one call; through the proxy these are two nodes."""
        idp = idp or self.idp
        made = idp.create_user_pool(PoolName="nodes", **dict(pool))["UserPool"]["Id"]
        return made, idp.create_user_pool_client(UserPoolId=made, ClientName="c", ExplicitAuthFlows=flows, **dict(client))["UserPoolClient"]["ClientId"]

    def user(self, pool, name, idp=None):
        idp = idp or self.idp
        idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS",
                              UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}, {"Name": "email_verified", "Value": "true"}])
        idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)

    def sign_in(self, idp, client, name, password=PASSWORD):
        return idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                 AuthParameters={"USERNAME": name, "PASSWORD": password}).get("AuthenticationResult")

    def refresh(self, idp, client, token):
        return idp.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token})["AuthenticationResult"]

    def refused(self, error, call, **parameters):
        """Whether a call is refused so; any other error is the test's."""
        try:
            call(**parameters)
            return False
        except error:
            return True
