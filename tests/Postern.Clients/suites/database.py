"""A PostgreSQL that is away, that goes away, that is newer than the program, or that another master key sealed."""
import concurrent.futures
import hashlib
import http.client
import itertools
import os
import re
import signal
import threading
import time
import unittest

from cluster import Cluster
from deployment import PASSWORD, Raw, master_key, sdk
from harness import Server
from processes import until
from replicated import status

QUICK = 5.0   # seconds within which a call is answered while there is no database
SILENT = 25.0   # the same where it is there and says nothing: twice the time of a command, 8 s, and some more


def pool_and_client(idp):
    pool = idp.create_user_pool(PoolName="database", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    return pool, client["UserPoolClient"]["ClientId"]


class Database(unittest.TestCase):
    def setUp(self):
        self.cluster = self.enterContext(Cluster())

    def server(self, key=None, database=None):
        server = Server("--master-key", key or master_key(), database=database or self.cluster.connection())
        self.addCleanup(server.__exit__)
        return server

    def probe(self, server, what):
        return status(f"{server.endpoint}/_postern/health/{what}")

    def refusal(self, server):
        """Launches a server that must not start; returns its exit status and what it said."""
        server.launch()
        code = server.process.wait(60)
        return code, server.log_text()

    def assertUnavailable(self, server):
        """A call is answered at once with what SDKs try again after."""
        begun = time.monotonic()
        code, answer, _ = Raw(server.port).call("ListUserPools", MaxResults=1)
        self.assertEqual((code, answer["__type"].split("#")[-1]), (500, "InternalErrorException"))
        self.assertLess(time.monotonic() - begun, QUICK)

    def test_away_at_start(self):
        """A database that is away at start is waited for: alive, not ready, calls get InternalErrorException; it serves by itself once it is there"""
        self.cluster.stop()
        server = self.server()
        server.launch()
        until(lambda: self.probe(server, "live") == 200, 60, lambda: f"not alive: {server.log_text()}")
        self.assertEqual(self.probe(server, "ready"), 503)
        self.assertUnavailable(server)
        said = until(lambda: [line for line in server.log_text().splitlines() if str(self.cluster.port) in line], 10,
                     lambda: f"The log does not name the database:\n{server.log_text()}")
        self.assertNotIn(self.cluster.password, server.log_text())
        time.sleep(4)   # some tries, none of which may end it or fill the log
        self.assertIsNone(server.process.poll())
        self.assertLessEqual(len(server.log_text().splitlines()), 12, server.log_text())
        self.cluster.start()
        until(lambda: self.probe(server, "ready") == 200, 5, lambda: f"not ready 5 s after the database:\n{server.log_text()}")
        pool_and_client(sdk(server.endpoint))
        print(f"     it said: {said[0].strip()}", flush=True)

    def test_retried_by_sdk(self):
        """A call made while the database is away succeeds by the SDK's own retries once it is back"""
        server = self.server().start()
        idp = sdk(server.endpoint, attempts=8)
        pool, _ = pool_and_client(idp)
        self.cluster.stop()
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            call = threads.submit(idp.admin_create_user, UserPoolId=pool, Username="patient", MessageAction="SUPPRESS")
            until(lambda: "AdminCreateUser failed" in server.log_text(), 10, "the call does not meet a lost database")
            self.cluster.start()
            self.assertEqual(call.result(60)["User"]["Username"], "patient")

    def test_lost_under_load(self):
        """A database stopped, then killed (-9), under load: quick InternalErrorExceptions, nobody lost, nobody half-written, and it goes on by itself"""
        server = self.server().start()
        idp = sdk(server.endpoint)
        pool, client = pool_and_client(idp)
        acknowledged, unsure, answers, stop = {}, set(), [], threading.Event()

        def stream(number):
            raw, count = Raw(server.port), 0
            while not stop.is_set():
                name, count, begun = f"{number}-{count}", count + 1, time.monotonic()
                try:
                    code, answer, _ = raw.call("SignUp", ClientId=client, Username=name, Password=PASSWORD,
                                               UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}])
                except (OSError, http.client.HTTPException) as error:
                    code, answer = 0, {"__type": f"{type(error).__name__}: {error}"}
                answers.append((time.monotonic() - begun, code, answer.get("__type", "").split("#")[-1]))
                if code == 200:
                    acknowledged[name] = answer["UserSub"]
                else:
                    unsure.add(name)
                    time.sleep(0.02)

        writers = [threading.Thread(target=stream, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        try:
            for lose in (self.cluster.stop, self.cluster.kill):
                enough = len(acknowledged) + 60
                until(lambda: len(acknowledged) >= enough, 60,
                      lambda: f"{len(acknowledged)} sign-ups, wanted {enough}; {answers[-3:]}\n{server.log_text()[-2000:]}")
                refused = len(unsure)
                lose()
                until(lambda: len(unsure) >= refused + 8, 60, lambda: f"no refusals: {answers[-3:]}")
                until(lambda: self.probe(server, "ready") == 503, 10, "it still says that it is ready")
                self.assertEqual(self.probe(server, "live"), 200)
                self.assertUnavailable(server)
                self.cluster.start()
                until(lambda: self.probe(server, "ready") == 200, 10, lambda: f"not ready 10 s after the database:\n{server.log_text()[-2000:]}")
            enough = len(acknowledged) + 60
            until(lambda: len(acknowledged) >= enough, 30, "sign-ups do not go on")
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        self.assertIsNone(server.process.poll())
        self.assertEqual({answer[1:] for answer in answers}, {(200, ""), (500, "InternalErrorException")})
        slowest = max(answers)[0]
        self.assertLess(slowest, QUICK)
        users = {user["Username"]: {a["Name"]: a["Value"] for a in user["Attributes"]}
                 for page in idp.get_paginator("list_users").paginate(UserPoolId=pool) for user in page["Users"]}
        lost = [name for name, sub in acknowledged.items() if users.get(name, {}).get("sub") != sub]
        self.assertEqual(lost, [], f"{len(lost)} of {len(acknowledged)} acknowledged users are lost")
        self.assertLessEqual(users.keys() - acknowledged.keys(), unsure)
        for name in sorted(unsure)[:40] + sorted(acknowledged)[:10]:
            self.assertWhole(server, idp, pool, client, name, name in users)
        print(f"     {len(acknowledged)} sign-ups acknowledged, {len(unsure)} refused, slowest answer {slowest:.2f} s", flush=True)

    def test_silent(self):
        """A database that falls silent: calls are refused within seconds, not held for ever, and it goes on by itself when it answers again"""
        server = self.server().start()
        idp = sdk(server.endpoint)
        pool, client = pool_and_client(idp)
        everyone = [self.cluster.child.process.pid, *self.cluster.child.descendants()]
        waits = {}

        def refused(what, operation, **body):
            begun = time.monotonic()
            code, answer, _ = Raw(server.port).call(operation, **body)
            waits[what] = time.monotonic() - begun
            return code, answer["__type"].split("#")[-1]

        try:
            for pid in everyone:
                os.kill(pid, signal.SIGSTOP)
            with concurrent.futures.ThreadPoolExecutor(2) as threads:
                calls = [threads.submit(refused, "sign-up", "SignUp", ClientId=client, Username="silent", Password=PASSWORD),
                         threads.submit(refused, "read", "DescribeUserPool", UserPoolId=pool)]
                for call in calls:
                    self.assertEqual(call.result(60), (500, "InternalErrorException"))
            self.assertEqual(refused("later", "ListUserPools", MaxResults=1), (500, "InternalErrorException"))
            self.assertEqual(self.probe(server, "live"), 200)
        finally:
            for pid in everyone:
                os.kill(pid, signal.SIGCONT)
        until(lambda: self.probe(server, "ready") == 200, 15, lambda: f"not ready 15 s after: {server.log_text()[-2000:]}")
        # Readiness is a read's word; the connection for writes may learn a moment later that its last statement has timed out.
        names = itertools.count()
        until(lambda: Raw(server.port).call("SignUp", ClientId=client, Username=f"after{next(names)}", Password=PASSWORD)[0] == 200, 15,
              lambda: f"no sign-up 15 s after it was ready: {server.log_text()[-2000:]}")
        self.assertLess(max(waits.values()), SILENT, waits)
        print("     answered after", ", ".join(f"{what} {wait:.1f} s" for what, wait in waits.items()), flush=True)

    def assertWhole(self, server, idp, pool, client, name, there):
        """Either nothing of a user is there and the name is free, or all of it is: the row, what finds it, its password and its message."""
        if there:
            self.assertTrue(server.mails(f"{name}@example.com"), f"{name} is there without its message")
        else:
            self.assertEqual(server.mails(f"{name}@example.com"), [], f"{name} is not there, its message is")
            idp.sign_up(ClientId=client, Username=name, Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}])
        found = idp.list_users(UserPoolId=pool, Filter=f'email = "{name}@example.com"')["Users"]
        self.assertEqual([user["Username"] for user in found], [name])
        idp.confirm_sign_up(ClientId=client, Username=name, ConfirmationCode=server.code(f"{name}@example.com"))
        self.assertIn("AuthenticationResult", idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                                                AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD}))

    def test_wrong_key(self):
        """A master key that did not seal the data is refused with a sentence, before anything is written"""
        server = self.server()
        server.start()
        pool_and_client(sdk(server.endpoint))
        server.stop()
        before = self.content()
        code, said = self.refusal(self.server())
        self.assertEqual(code, 1, said)
        self.assertRegex(said, "(?i)master key")
        self.assertNotIn("   at ", said, "a sentence, not a stack")
        self.assertEqual(self.content(), before)

    def test_newer_schema(self):
        """A schema newer than the program is refused with its version named"""
        server = self.server(key := master_key())
        server.start()
        server.stop()
        self.cluster.sql("INSERT INTO migrations (version, applied) VALUES (9999, 0)")
        before = self.content()
        code, said = self.refusal(self.server(key))
        self.assertEqual(code, 1, said)
        self.assertIn("9999", said)
        self.assertNotIn("   at ", said, "a sentence, not a stack")
        self.assertEqual(self.content(), before)

    def test_of_no_use(self):
        """A database that is not there, a wrong password and a setting that is none are told by name; the process waits only where waiting helps"""
        for connection, expected in ((self.cluster.connection("nowhere"), "nowhere"),
                                     (self.cluster.connection().replace(self.cluster.password, "wrong-password"), "password|postern")):
            server = self.server(database=connection)
            server.launch()
            until(lambda: "Postern" in server.log_text() or server.process.poll() is not None, 30, "it says nothing")
            until(lambda: re.search(expected, server.log_text()), 10, lambda: f"expected {expected}: {server.log_text()}")
            self.assertNotIn("   at ", server.log_text(), "a sentence, not a stack")
            self.assertNotIn("wrong-password", server.log_text())
        code, said = self.refusal(self.server(database="Hots=localhost"))
        self.assertEqual(code, 1, said)
        self.assertIn("hots", said)

    def content(self):
        """A hash of all that the database holds."""
        dump = self.cluster.run("pg_dump", f"postgresql://postgres:{self.cluster.password}@127.0.0.1:{self.cluster.port}/postern")
        return hashlib.sha256("\n".join(line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))).encode()).hexdigest()
