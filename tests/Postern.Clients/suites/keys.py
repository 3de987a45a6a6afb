"""Keys are changed beside a server in use: nobody who signed up is lost, no token that was given is refused."""
import hashlib
import os
import re
import secrets
import subprocess
import threading
import time
import unittest
import urllib.request

import boto3
import jwt

from harness import Server, clean_environment, root
from suites.intro_boto3 import PASSWORD, session

WRITERS, BEFORE = 3, 60


def postern(*arguments, **environment):
    """Runs a verb to its end; its status, and what it printed."""
    done = subprocess.run([os.path.join(root, "run"), *arguments], env=clean_environment(**environment), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=180)
    return done.returncode, done.stdout, done.stderr


def new_key(server, name):
    path = os.path.join(server.folder, name)
    with open(path, "wb") as file:
        file.write(secrets.token_bytes(32))
    return f"file:{path}"


def files(server):
    """Every file of a server's folder but its log, by its checksum."""
    found = {}
    for folder, _, names in os.walk(server.folder):
        for name in names:
            if name != "log":
                with open(os.path.join(folder, name), "rb") as file:
                    found[os.path.join(folder, name)] = hashlib.sha256(file.read()).hexdigest()
    return found


class Stream:
    """Signs users up one after another until it is told to end, and signs some of them in."""

    def __init__(self, server, pool, client):
        self.acknowledged, self.enough, self.end, self.failure = [], threading.Event(), threading.Event(), None
        self.threads = [threading.Thread(target=self.work, args=(server, pool, client, number)) for number in range(WRITERS)]
        for thread in self.threads:
            thread.start()

    def work(self, server, pool, client, number):
        idp = boto3.client("cognito-idp", **session(server))
        try:
            count = 0
            while not self.end.is_set():
                count += 1
                name = f"{number}-{count}-{secrets.token_hex(4)}"
                idp.sign_up(ClientId=client, Username=name, Password=PASSWORD)
                self.acknowledged.append(name)
                if count % 10 == 0:
                    idp.admin_confirm_sign_up(UserPoolId=pool, Username=name)
                    sign_in(idp, client, name)
                if len(self.acknowledged) >= BEFORE:
                    self.enough.set()
        except Exception as failure:
            self.failure = failure
            self.enough.set()

    def stop(self):
        self.end.set()
        for thread in self.threads:
            thread.join()


def sign_in(idp, client, name):
    return idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                             AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})["AuthenticationResult"]


def pool_and_client(server):
    idp = boto3.client("cognito-idp", **session(server))
    pool = idp.create_user_pool(PoolName="keys")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=[
        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
    return idp, pool, client


def add_user(idp, pool, name):
    idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)


class MasterKey(unittest.TestCase):
    def restart(self, server, *keys):
        server.stop()
        server.options = [*server.plain, *keys]
        server.start()

    def rotate_in_use(self, server, state):
        """From the old key to the new one, while users sign up; `state` are the options that name the database."""
        old, new = new_key(server, "old.key"), new_key(server, "new.key")
        server.plain = list(server.options)
        server.options += ["--master-key", old]
        with server:
            idp, pool, client = pool_and_client(server)
            add_user(idp, pool, "jane")
            tokens = sign_in(idp, client, "jane")
            self.restart(server, "--master-key", new, "--previous-master-key", old)
            stream = Stream(server, pool, client)
            try:
                self.assertTrue(stream.enough.wait(120), f"{len(stream.acknowledged)} sign-ups in two minutes")
                before = len(stream.acknowledged)
                status, printed, errors = postern("keys", "rotate", *state, "--master-key", f"command:base64 -w0 {new[5:]}", POSTERN_PREVIOUS_MASTER_KEY=old)
                after = len(stream.acknowledged)
            finally:
                stream.stop()
            self.assertEqual(status, 0, errors)
            self.assertIsNone(stream.failure)
            self.assertGreater(after, before, "nobody signed up while the key was changed")
            resealed = int(re.search(r"of which this run sealed ([\d,]+) anew", printed)[1].replace(",", ""))
            self.assertGreaterEqual(resealed, before)

            self.restart(server, "--master-key", new)
            there = {user["Username"] for page in idp.get_paginator("list_users").paginate(UserPoolId=pool) for user in page["Users"]}
            self.assertEqual(set(stream.acknowledged) - there, set())
            for name in ["jane", *stream.acknowledged[:20:4], *stream.acknowledged[before:after:10], stream.acknowledged[-1]]:
                if name != "jane":
                    try:
                        idp.admin_confirm_sign_up(UserPoolId=pool, Username=name)
                    except idp.exceptions.NotAuthorizedException:
                        pass   # the stream did
                self.assertIn("AccessToken", sign_in(idp, client, name))
            self.assertEqual(idp.get_user(AccessToken=tokens["AccessToken"])["Username"], "jane")
            self.assertIn("AccessToken", idp.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={
                "REFRESH_TOKEN": tokens["RefreshToken"]})["AuthenticationResult"])
            server.stop()
            status, printed, errors = postern("serve", *server.plain, "--master-key", old)
            self.assertEqual(status, 1, printed)
            self.assertIn("it alone opens this database now", errors)

    def test_rotation_on_a_file(self):
        """The master key is changed while users sign up, on SQLite; everybody is there and signs in under the new key alone"""
        server = Server()
        self.rotate_in_use(server, ["--data", server.data])


class Refusals(unittest.TestCase):
    def test_wrong_keys(self):
        """A wrong, lost or unreadable master key ends the start with status 1 and a sentence, and no file is touched"""
        server = Server()
        right, wrong, third = (new_key(server, f"{name}.key") for name in ("right", "wrong", "third"))
        plain = list(server.options)
        server.options = [*plain, "--master-key", right]
        with server:
            idp, pool, client = pool_and_client(server)
            add_user(idp, pool, "jane")
            server.stop()
            before = files(server)
            for keys, sentence in [
                (["--master-key", wrong], "is sealed under another master key"),
                (["--master-key", wrong, "--previous-master-key", third], "than those given"),
                (["--master-key", f"command:cat {wrong[5:]} | base64"], "is sealed under another master key"),
                ([], "but not its master key"),
                (["--master-key", "file:/nowhere/at/all"], "can't be read"),
                (["--master-key", "command:exit 3"], "ended with exit code 3"),
                (["--master-key", "c2hvcnQ="], "is not a key of 32 bytes"),
                (["--previous-master-key", right], "stands beside --master-key"),
            ]:
                with self.subTest(sentence=sentence, keys=keys):
                    status, printed, errors = postern("serve", *plain, *keys)
                    self.assertEqual(status, 1, printed)
                    self.assertIn(sentence, errors)
                    self.assertEqual(errors.strip().count("\n"), 0, errors)
                    self.assertEqual(files(server), before)
            status, printed, errors = postern("serve", *plain, POSTERN_MASTER_KEY=wrong)
            self.assertEqual(status, 1, printed)
            self.assertIn("is sealed under another master key", errors)
            server.start()
            self.assertIn("AccessToken", sign_in(idp, client, "jane"))


class SigningKeys(unittest.TestCase):
    def test_rotation(self):
        """Signing keys are changed beside a server; a verifier that has read the old ones verifies old and new tokens alike"""
        with Server() as server:
            idp, pool, client = pool_and_client(server)
            add_user(idp, pool, "jane")
            issuer = f"{server.endpoint}/{pool}"
            verifier = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")

            def verify(token):
                claims = jwt.decode(token, verifier.get_signing_key_from_jwt(token).key, algorithms=["RS256"], issuer=issuer, audience=client)
                self.assertEqual(claims["cognito:username"], "jane")
                return jwt.get_unverified_header(token)["kid"]

            before = sign_in(idp, client, "jane")
            old = verify(before["IdToken"])
            status, printed, errors = postern("keys", "rotate-signing", pool, "--data", server.data)
            self.assertEqual(status, 0, errors)
            changed = time.monotonic()
            while len(server.get(f"/{pool}/.well-known/jwks.json")["keys"]) != 4:
                self.assertLess(time.monotonic() - changed, 10, "the server does not show the new keys")
                time.sleep(0.05)
            with urllib.request.urlopen(f"{issuer}/.well-known/jwks.json") as answer:
                self.assertEqual(answer.headers["Cache-Control"], "public, max-age=240")
            self.assertEqual(verify(sign_in(idp, client, "jane")["IdToken"]), old)

            server.post("/_postern/dev/clock", {"advance": "PT5M"})
            after = sign_in(idp, client, "jane")
            new = jwt.get_unverified_header(after["IdToken"])["kid"]
            self.assertNotEqual(new, old)
            self.assertIn(new, printed)
            for tokens in (before, after):
                self.assertEqual(idp.get_user(AccessToken=tokens["AccessToken"])["Username"], "jane")
            self.assertEqual(old, verify(before["IdToken"]))
            # PyJWT refuses what was issued in its future: the server's clock is ahead of it.
            key = verifier.get_signing_key_from_jwt(after["IdToken"]).key
            jwt.decode(after["IdToken"], key, algorithms=["RS256"], issuer=issuer, audience=client, options={"verify_iat": False})
            status, printed, errors = postern("keys", "rotate-signing", "--all", "--data", server.data)
            self.assertEqual((status, errors), (0, ""))
            self.assertIn("1 pools have new signing keys", printed)
