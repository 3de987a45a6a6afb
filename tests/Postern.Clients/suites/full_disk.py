"""A disk without a free byte: writes are refused, reads and sign-ins go on, and all goes on once there is room again."""
import os
import subprocess
import unittest

from cluster import Cluster
from deployment import PASSWORD, Raw, sdk
from harness import Server
from processes import new_folder, until
from replicated import status

FILLER = "x" * 1500


class SmallDisk:
    """A file system of its own, of some megabytes in memory."""

    def __init__(self, megabytes):
        self.megabytes, self.folder = megabytes, new_folder("postern-disk-")

    def __enter__(self):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.megabytes}m,mode=777", "none", self.folder], capture_output=True, text=True)
        if mounted.returncode != 0:
            os.rmdir(self.folder)
            raise unittest.SkipTest(f"a small disk cannot be mounted here, it takes root and the right to mount: {mounted.stderr.strip()}")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.folder], check=True)
        os.rmdir(self.folder)

    def fill(self):
        for size in (1 << 20, 4096, 1):
            try:
                with open(os.path.join(self.folder, "ballast"), "ab", buffering=0) as file:
                    while True:
                        file.write(b"\0" * size)
            except OSError:
                continue

    def free(self):
        os.remove(os.path.join(self.folder, "ballast"))


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.disk = self.enterContext(SmallDisk(96))

    def test_file(self):
        """With the disk of its file full Postern refuses writes, and serves reads and sign-ins; with room it writes again"""
        with Server(data=os.path.join(self.disk.folder, "postern.db")) as server:
            self.judge(server)

    def test_postgresql(self):
        """With the disk of PostgreSQL's data full Postern refuses writes, and serves reads and sign-ins; with room it writes again"""
        with Cluster(self.disk.folder) as cluster, Server(database=cluster.connection()) as server:
            self.judge(server)

    def judge(self, server):
        idp = sdk(server.endpoint)
        pool = idp.create_user_pool(PoolName="full")["UserPool"]["Id"]
        client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
        for name in ("alice", "bob"):
            idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
            idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
        raw, acknowledged, refused = Raw(server.port), [], []

        def sign_up():
            name = f"new-{len(acknowledged)}-{len(refused)}"
            code, answer, _ = raw.call("SignUp", ClientId=client, Username=name, Password=PASSWORD,
                                       UserAttributes=[{"Name": "profile", "Value": FILLER}])
            if code == 200:
                acknowledged.append(name)
            else:
                self.assertEqual((code, answer["__type"].split("#")[-1]), (500, "InternalErrorException"))
                refused.append(name)
            return code

        def sign_in(name):
            return idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                     AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})["AuthenticationResult"]

        sign_up()
        sign_in("alice")   # a pool draws its signing keys at the first
        self.disk.fill()
        # What the files have room for inside still goes in; then every write is refused.
        until(lambda: sign_up() != 200 and all(sign_up() != 200 for _ in range(5)), 60, lambda: f"{len(acknowledged)} sign-ups and none is refused", 0)
        for _ in range(3):
            for name in ("alice", "bob"):
                tokens = sign_in(name)
                self.assertEqual(idp.get_user(AccessToken=tokens["AccessToken"])["Username"], name)
                self.assertIn("AccessToken", idp.initiate_auth(ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH",
                                                               AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]})["AuthenticationResult"])
        self.assertEqual(len(idp.list_users(UserPoolId=pool, Limit=2)["Users"]), 2)
        self.assertEqual(status(f"{server.endpoint}/_postern/health/live"), 200)
        self.assertEqual(status(f"{server.endpoint}/_postern/health/ready"), 200)
        self.assertRegex(server.log_text(), "(?i)(disk|device|space)")
        before = len(acknowledged)
        self.disk.free()
        until(lambda: sign_up() == 200, 15, lambda: f"no sign-up although there is room: {server.log_text()[-2000:]}", 0.1)
        for name in acknowledged:
            idp.admin_get_user(UserPoolId=pool, Username=name)
        for name in refused:
            with self.assertRaises(idp.exceptions.UserNotFoundException):
                idp.admin_get_user(UserPoolId=pool, Username=name)
        print(f"     {before} sign-ups acknowledged before it was full, {len(refused)} refused", flush=True)
