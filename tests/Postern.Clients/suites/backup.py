"""A whole installation moves by `postern backup` and `postern restore`, online, and is the same afterwards."""
import os
import re
import secrets
import shutil
import subprocess
import threading
import unittest

import boto3
import jwt

from cluster import Cluster
from harness import Server, clean_environment, root
from suites.intro_boto3 import PASSWORD, session

WRITERS, BEFORE = 2, 150


def postern(*arguments):
    """Runs a verb to its end; its status, and what it printed."""
    done = subprocess.run([os.path.join(root, "run"), *arguments], env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def rows(printed):
    """The rows of each table, of the table that a verb prints."""
    return {name: int(count.replace(",", "")) for name, count in re.findall(r"^([a-z_]+) +[~>]? *([\d,]+)(?: |$)", printed, re.MULTILINE)}


class Stream:
    """Signs users up until it is told to end."""

    def __init__(self, server, client):
        self.acknowledged, self.enough, self.end, self.failure = [], threading.Event(), threading.Event(), None
        self.threads = [threading.Thread(target=self.work, args=(server, client, number)) for number in range(WRITERS)]
        for thread in self.threads:
            thread.start()

    def work(self, server, client, number):
        idp = boto3.client("cognito-idp", **session(server))
        try:
            count = 0
            while not self.end.is_set():
                count += 1
                idp.sign_up(ClientId=client, Username=f"{number}-{count}", Password=PASSWORD)
                self.acknowledged.append(f"{number}-{count}")
                if len(self.acknowledged) >= BEFORE:
                    self.enough.set()
        except Exception as failure:
            self.failure = failure
            self.enough.set()

    def stop(self):
        self.end.set()
        for thread in self.threads:
            thread.join()


class Moving:
    """A server with a user who is signed in, then a backup in the middle of a stream of sign-ups."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster())
        cls.server = server = cls.enterClassContext(cls.begin())
        cls.idp = boto3.client("cognito-idp", **session(server))
        cls.pool = cls.idp.create_user_pool(PoolName="moved")["UserPool"]["Id"]
        cls.client = cls.idp.create_user_pool_client(UserPoolId=cls.pool, ClientName="c", ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
        cls.idp.admin_create_user(UserPoolId=cls.pool, Username="jane", MessageAction="SUPPRESS", UserAttributes=[{"Name": "name", "Value": "Jane Döe"}])
        cls.idp.admin_set_user_password(UserPoolId=cls.pool, Username="jane", Password=PASSWORD, Permanent=True)
        cls.tokens = cls.sign_in(cls.idp)
        cls.file = os.path.join(server.folder, "postern.backup")
        stream = Stream(server, cls.client)
        try:
            assert stream.enough.wait(120), f"{len(stream.acknowledged)} sign-ups in two minutes"
            cls.acknowledged_before = list(stream.acknowledged)
            cls.status, cls.printed, cls.errors = postern("backup", cls.file, *cls.place())
            cls.acknowledged_after = len(stream.acknowledged)
        finally:
            stream.stop()
        cls.failure = stream.failure

    @classmethod
    def sign_in(cls, idp):
        return idp.initiate_auth(ClientId=cls.client, AuthFlow="USER_PASSWORD_AUTH",
                                 AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD})["AuthenticationResult"]

    def moved(self, *database):
        """A server on a restored database, with the key and the public address of the one before."""
        return Server("--master-key", f"file:{self.key()}", "--public-url", self.server.endpoint, *database)

    def same_installation(self, server):
        """Everybody of before is there, signs in, and holds tokens that verify by the same keys."""
        idp = boto3.client("cognito-idp", **session(server))
        there = {user["Username"] for page in idp.get_paginator("list_users").paginate(UserPoolId=self.pool) for user in page["Users"]}
        self.assertEqual(len(there), rows(self.printed)["users"])
        self.assertEqual(set(self.acknowledged_before) - there, set())
        keys = jwt.PyJWKClient(f"{server.endpoint}/{self.pool}/.well-known/jwks.json")
        for tokens in (self.tokens, self.sign_in(idp)):
            claims = jwt.decode(tokens["IdToken"], keys.get_signing_key_from_jwt(tokens["IdToken"]).key, algorithms=["RS256"],
                                issuer=f"{self.server.endpoint}/{self.pool}", audience=self.client)
            self.assertEqual(claims["cognito:username"], "jane")
        kids = [jwt.get_unverified_header(tokens["IdToken"])["kid"] for tokens in (self.tokens, self.sign_in(idp))]
        self.assertEqual(kids[0], kids[1])
        self.assertEqual(idp.get_user(AccessToken=self.tokens["AccessToken"])["Username"], "jane")
        self.assertIn("AccessToken", idp.initiate_auth(ClientId=self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={
            "REFRESH_TOKEN": self.tokens["RefreshToken"]})["AuthenticationResult"])
        idp.sign_up(ClientId=self.client, Username="afterwards", Password=PASSWORD)

    def online(self):
        self.assertEqual(self.status, 0, self.errors)
        self.assertIsNone(self.failure)
        self.assertGreaterEqual(rows(self.printed)["users"], len(self.acknowledged_before) + 1)
        self.assertLessEqual(rows(self.printed)["users"], self.acknowledged_after + WRITERS + 1)
        self.assertEqual(rows(self.printed)["users"], rows(self.printed)["names"])
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        status, printed, errors = postern("db", "status", *self.place())
        self.assertEqual(status, 0, errors)
        key = re.search(r"^master key +([0-9a-f]{8})$", printed, re.MULTILINE)
        self.assertIsNotNone(key, printed)
        self.assertIn(f"keep key {key[1]} elsewhere", self.printed)

    def into(self, *place):
        """Restores into a new database, and looks at what is served from it."""
        status, printed, errors = postern("restore", self.file, *place)
        self.assertEqual(status, 0, errors)
        self.assertEqual(rows(printed), rows(self.printed))
        with self.moved(*place) as server:
            self.same_installation(server)
        status, printed, errors = postern("restore", self.file, *place)
        self.assertEqual(status, 1, printed)
        self.assertIn("is not empty", errors)


class Sqlite(Moving, unittest.TestCase):
    @classmethod
    def begin(cls):
        return Server()

    @classmethod
    def place(cls):
        return "--data", cls.server.data

    def key(self):
        return self.server.data + ".key"

    def test_online(self):
        """A backup of SQLite beside a server that writes holds every sign-up acknowledged before it, and disturbs none"""
        self.online()

    def test_new_file(self):
        """A restore into a new file brings back the installation: users, tokens, keys"""
        self.into("--data", os.path.join(self.server.folder, "restored.db"))

    def test_postgres(self):
        """An installation moves from SQLite to PostgreSQL: users, tokens, keys"""
        self.into("--db", self.cluster.connection())

    def test_damage(self):
        """A backup that was changed is refused, and nothing is made"""
        damaged, data = os.path.join(self.server.folder, "damaged"), os.path.join(self.server.folder, "never.db")
        shutil.copy(self.file, damaged)
        with open(damaged, "r+b") as file:
            file.seek(os.path.getsize(damaged) // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        status, printed, errors = postern("restore", damaged, "--data", data)
        self.assertEqual((status, printed), (1, ""))
        self.assertIn("was changed since it was written", errors)
        self.assertFalse(os.path.exists(data))


class Postgres(Moving, unittest.TestCase):
    @classmethod
    def begin(cls):
        return Server("--master-key", f"file:{cls.cluster.file('key', secrets.token_hex(32))}", database=cls.cluster.connection())

    @classmethod
    def place(cls):
        return "--db", cls.cluster.connection()

    def key(self):
        return os.path.join(self.cluster.folder, "key")

    def test_online(self):
        """A backup of PostgreSQL beside a server that writes holds every sign-up acknowledged before it, and disturbs none"""
        self.online()

    def test_sqlite(self):
        """An installation moves from PostgreSQL to SQLite: users, tokens, keys"""
        self.into("--data", os.path.join(self.server.folder, "restored.db"))

    def test_other_database(self):
        """A restore into another database of PostgreSQL brings back the installation"""
        self.cluster.create("other")
        self.into("--db", self.cluster.connection("other"))
