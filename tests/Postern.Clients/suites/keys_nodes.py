"""Keys are changed at two nodes on one PostgreSQL, node by node: at every moment each reads what the other wrote."""
import datetime
import re
import secrets
import time
import unittest

import boto3
import jwt

from cluster import Cluster
from deployment import master_key
from harness import Server
from suites.intro_boto3 import PASSWORD, session
from suites.keys import Stream, add_user, pool_and_client, postern, sign_in


class TwoNodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster())

    def crossed(self, nodes, pool, client):
        """Whom each node signs up, the other one signs in."""
        idps = [boto3.client("cognito-idp", **session(node)) for node in nodes]
        for here, there in (idps, idps[::-1]):
            name = secrets.token_hex(6)
            add_user(here, pool, name)
            self.assertIn("AccessToken", sign_in(there, client, name))

    def restart(self, node, *keys):
        node.stop()
        node.options = [*node.plain, *keys]
        node.start()

    def test_master_key(self):
        """The master key is changed at two nodes without a moment in which one can't read what the other wrote"""
        old, new = master_key(), master_key()
        both = ("--master-key", new, "--previous-master-key", old)
        self.cluster.create("keys")
        nodes = [Server("--public-url", "http://localhost:1", database=self.cluster.connection("keys")) for _ in range(2)]
        for node in nodes:
            node.plain = list(node.options)
            node.options += ["--master-key", old]
        with nodes[0] as a, nodes[1] as b:
            idp, pool, client = pool_and_client(a)
            add_user(idp, pool, "jane")
            self.crossed((a, b), pool, client)
            self.restart(a, *both)
            self.crossed((a, b), pool, client)
            self.restart(b, *both)
            self.crossed((a, b), pool, client)

            streams = [Stream(node, pool, client) for node in (a, b)]
            try:
                for stream in streams:
                    self.assertTrue(stream.enough.wait(120), f"{len(stream.acknowledged)} sign-ups in two minutes")
                before = sum(len(stream.acknowledged) for stream in streams)
                status, printed, errors = postern("keys", "rotate", "--db", self.cluster.connection("keys"), *both)
                after = sum(len(stream.acknowledged) for stream in streams)
            finally:
                for stream in streams:
                    stream.stop()
            self.assertEqual(status, 0, errors)
            self.assertEqual([stream.failure for stream in streams], [None, None])
            self.assertGreater(after, before, "nobody signed up while the key was changed")
            self.assertGreaterEqual(int(re.search(r"of which this run sealed ([\d,]+) anew", printed)[1].replace(",", "")), before)

            self.crossed((a, b), pool, client)
            self.restart(a, "--master-key", new)
            self.crossed((a, b), pool, client)
            self.restart(b, "--master-key", new)
            self.crossed((a, b), pool, client)
            self.assertIn("AccessToken", sign_in(idp, client, "jane"))
            for stream, other in zip(streams, (b, a)):
                there = boto3.client("cognito-idp", **session(other))
                for name in [*stream.acknowledged[::25], stream.acknowledged[-1]]:
                    if there.admin_get_user(UserPoolId=pool, Username=name)["UserStatus"] == "UNCONFIRMED":
                        there.admin_confirm_sign_up(UserPoolId=pool, Username=name)
                    self.assertIn("AccessToken", sign_in(there, client, name))
            status, printed, errors = postern("keys", "rotate-signing", pool, "--db", self.cluster.connection("keys"), "--master-key", old)
            self.assertEqual(status, 1, printed)
            self.assertIn("it alone opens this database now", errors)

    def test_signing_keys(self):
        """New signing keys are shown by both nodes within a second, and sign at both after the delay"""
        self.cluster.create("signing")
        key = master_key()
        options = ("--master-key", key, "--public-url", "http://localhost:1")
        with Server(*options, database=self.cluster.connection("signing")) as a, Server(*options, database=self.cluster.connection("signing")) as b:
            idp, pool, client = pool_and_client(a)
            add_user(idp, pool, "jane")
            old = [sign_in(boto3.client("cognito-idp", **session(node)), client, "jane")["AccessToken"] for node in (a, b)]
            self.assertEqual([len(node.get(f"/{pool}/.well-known/jwks.json")["keys"]) for node in (a, b)], [2, 2])
            status, printed, errors = postern("keys", "rotate-signing", pool, "--db", self.cluster.connection("signing"), "--master-key", key)
            self.assertEqual(status, 0, errors)
            changed = time.monotonic()
            while [len(node.get(f"/{pool}/.well-known/jwks.json")["keys"]) for node in (a, b)] != [4, 4]:
                self.assertLess(time.monotonic() - changed, 1, "a node does not show the new keys within a second")
            later = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5, seconds=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
            for node in (a, b):
                node.post("/_postern/dev/clock", {"set": later})
            end = time.monotonic() + 10
            while True:
                new = [sign_in(boto3.client("cognito-idp", **session(node)), client, "jane") for node in (a, b)]
                if all(header_kid(tokens["AccessToken"]) in printed for tokens in new):
                    break
                self.assertLess(time.monotonic(), end, "a node does not sign with the new key")
            for token in [*old, *(tokens["AccessToken"] for tokens in new)]:
                for node in (a, b):
                    self.assertEqual(boto3.client("cognito-idp", **session(node)).get_user(AccessToken=token)["Username"], "jane")


def header_kid(token):
    return jwt.get_unverified_header(token)["kid"]
