"""The primary dies, or falls silent, under sign-ups and sign-ins: Patroni promotes a synchronous replica, Postern goes on by itself."""
import os
import re
import signal
import time
import unittest

from cluster import psql
from deployment import PASSWORD, Deployment, Raw, sdk
from load import Load, Outage
from processes import below, until
from replicated import Replicated

WRITES_AGAIN = 30.0    # seconds; Patroni's ttl of 10 s is most of it
USERS = 20
ROUNDS = 3 if os.environ.get("POSTERN_TEST_ALL") else 1


class FailOver(unittest.TestCase):
    """The course of events is run first, once or with --all three times; each test judges a part of what was recorded."""

    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(Replicated())
        cls.deployment = cls.enterClassContext(Deployment(cls.database.connection()))
        cls.idp = sdk(cls.deployment.endpoint, attempts=5)
        cls.pool = cls.idp.create_user_pool(PoolName="failover", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        cls.client = cls.idp.create_user_pool_client(UserPoolId=cls.pool, ClientName="c", ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
        cls.names = [f"user-{number}" for number in range(USERS)]
        for name in [*cls.names, *(f"{kind}-{number}" for kind in ("before", "without") for number in range(ROUNDS))]:
            cls.idp.admin_create_user(UserPoolId=cls.pool, Username=name, MessageAction="SUPPRESS")
            cls.idp.admin_set_user_password(UserPoolId=cls.pool, Username=name, Password=PASSWORD, Permanent=True)
        cls.calls, cls.outages, cls.reads_back, cls.locked, cls.afterwards, cls.answered = [], [], [], [], [], []
        cls.still_without = True
        until(cls.database.replay_has_caught_up, 20, "the replicas do not catch up")
        with Load(cls.deployment.port, cls.client, cls.names) as load:
            cls.calls = load.calls
            for cls.round in range(ROUNDS):
                for _ in range(3):
                    cls.wrong(cls.deployment.a, f"before-{cls.round}")
                cls.steady(load)
                cls.outages.append(("killed", cls.lose(load, lambda primary: primary.kill(), cls.count_wrong_passwords)))
                cls.afterwards.append([cls.wrong(node, f"without-{cls.round}", PASSWORD) for node in cls.deployment.nodes.values()])
                follows = cls.bring_back(cls.old.start)
                print(f"     primary killed: {cls.outages[-1][1]}\n     it follows {follows:.1f} s after its start", flush=True)
                cls.steady(load)
                cls.outages.append(("silent", cls.lose(load, cls.silence)))
                follows = cls.bring_back(cls.wake)
                print(f"     primary silent: {cls.outages[-1][1]}\n     it follows {follows:.1f} s after it woke", flush=True)
            cls.steady(load)

    @classmethod
    def steady(cls, load, seconds=3):
        """Three seconds of load without a failure."""
        begun = time.monotonic()
        time.sleep(seconds)
        failed = [call for call in load.calls if call.begun >= begun and not call.good]
        assert not failed, f"{len(failed)} calls failed while nothing was wrong: {failed[:3]}\n{cls.deployment.a.log_text()[-1500:]}"
        assert load.good("sign-up", begun) and load.good("sign-in", begun), "the load stands still"

    @classmethod
    def lose(cls, load, strike, meanwhile=lambda: None):
        cls.old = cls.database.primary()
        at = time.monotonic()
        strike(cls.old)
        until(lambda: not cls.leaders(), 20, "HAProxy still sees a primary")
        meanwhile()
        until(cls.leaders, WRITES_AGAIN + 30, "HAProxy sees no new primary")
        led = time.monotonic()
        until(lambda: load.good("sign-up", led), WRITES_AGAIN, lambda: f"no sign-up is answered again\n{cls.deployment.a.log_text()[-3000:]}", 0.2)
        cls.until_reads_are_back(led)
        time.sleep(2)
        return Outage(list(load.calls), at)

    @classmethod
    def leaders(cls):
        """The members that HAProxy sends writers to."""
        return [name for name, state in cls.database.proxy.servers().items() if state == "UP" and name.startswith("primary/") and len(name) == 9]

    @classmethod
    def until_reads_are_back(cls, led):
        """A replica may lag: once a primary leads, nothing may go on reading from one."""
        def readers():
            replicas = [member for member in cls.database.members.values() if member.child and member is not cls.old and member.is_("replica")]
            return sum(int(psql(member.port, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'postern'", cls.database.passwords["postgres"],
                                "postgres", "postgres")) for member in replicas)

        try:
            until(lambda: readers() == 0, 10, lambda: f"{readers()} connections", 0.2)
            cls.reads_back.append(time.monotonic() - led)
        except AssertionError as still:
            cls.reads_back.append(str(still))

    @classmethod
    def silence(cls, primary):
        """SIGSTOP to a whole member: its connections stay open and nobody answers, as behind a cable that was pulled."""
        postmaster = primary.postmaster()
        cls.stopped = [primary.child.process.pid, *primary.child.descendants(), postmaster, *below(postmaster)]
        for pid in cls.stopped:
            try:
                os.kill(pid, signal.SIGSTOP)
            except ProcessLookupError:
                pass

    @classmethod
    def wake(cls):
        for pid in cls.stopped:
            os.kill(pid, signal.SIGCONT)

    @classmethod
    def bring_back(cls, start):
        begun = time.monotonic()
        start()
        cls.database.wait_for_replicas(2)
        return time.monotonic() - begun

    @classmethod
    def wrong(cls, node, name, password="Wr0ng!Password"):
        """The words with which a node answers a sign-in."""
        code, answer, _ = Raw(node.port).call("InitiateAuth", ClientId=cls.client, AuthFlow="USER_PASSWORD_AUTH",
                                              AuthParameters={"USERNAME": name, "PASSWORD": password})
        return "" if code == 200 else (answer or {}).get("message") or (answer or {}).get("Message") or str(code)

    @classmethod
    def count_wrong_passwords(cls):
        """While there is no primary: two more for who has three already, at one node; five at each node; then the right ones."""
        a = cls.deployment.a
        until(lambda: cls.wrong(a, cls.names[0], PASSWORD) == "", 10, lambda: f"no sign-in without a primary: {a.log_text()[-1500:]}")
        cls.locked.append(([cls.wrong(a, f"before-{cls.round}") for _ in range(2)], cls.wrong(a, f"before-{cls.round}", PASSWORD)))
        for node in cls.deployment.nodes.values():
            said = [cls.wrong(node, f"without-{cls.round}") for _ in range(5)]
            cls.locked.append((said, cls.wrong(node, f"without-{cls.round}", PASSWORD)))
        cls.answered.append(cls.reads_and_writes())
        cls.still_without &= not cls.leaders()

    @classmethod
    def reads_and_writes(cls):
        """The status of each, without a primary."""
        raw = Raw(cls.deployment.port)

        def post(operation, **body):
            code, answer, _ = raw.call(operation, **body)
            return code, answer

        signed_in = dict(ClientId=cls.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": cls.names[1], "PASSWORD": PASSWORD})
        tokens = post("InitiateAuth", **signed_in)[1]["AuthenticationResult"]
        calls = {
            "refresh": ("InitiateAuth", dict(ClientId=cls.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]})),
            "GetUser": ("GetUser", dict(AccessToken=tokens["AccessToken"])),
            "ListUsers": ("ListUsers", dict(UserPoolId=cls.pool, Limit=5)),
            "DescribeUserPool": ("DescribeUserPool", dict(UserPoolId=cls.pool)),
            "RevokeToken": ("RevokeToken", dict(ClientId=cls.client, Token=tokens["RefreshToken"])),
            "GlobalSignOut": ("GlobalSignOut", dict(AccessToken=tokens["AccessToken"])),
            "CreateUserPool": ("CreateUserPool", dict(PoolName="without"))}
        codes = {what: post(operation, **body)[0] for what, (operation, body) in calls.items()}
        raw.close()
        return codes

    def test_nothing_is_lost(self):
        """No acknowledged sign-up is lost, whether the primary was killed or fell silent"""
        acknowledged = [call for call in self.calls if call.kind == "sign-up" and call.good]
        self.assertGreater(len(acknowledged), 200)
        raw, lost = Raw(self.deployment.port), []
        for call in acknowledged:
            code, answer, _ = raw.call("AdminGetUser", UserPoolId=self.pool, Username=call.name)
            if code != 200 or {a["Name"]: a["Value"] for a in answer["UserAttributes"]}["sub"] != call.sub:
                lost.append((call.name, code))
        raw.close()
        print(f"     {len(acknowledged)} sign-ups acknowledged, {len(lost)} lost", flush=True)
        self.assertEqual(lost, [])

    def test_service_resumes(self):
        """Sign-ups work again by themselves after a new primary leads"""
        for _, outage in self.outages:
            self.assertLess(outage.writes_again, WRITES_AGAIN)

    def test_sign_ins_go_on(self):
        """Sign-ins are served from a replica while there is no primary"""
        for _, outage in self.outages:
            self.assertGreater(outage.share, 0.9, str(outage))
            self.assertLess(outage.longest_pause, 6, str(outage))

    def test_reads_and_writes(self):
        """Without a primary refresh, GetUser and lists are served, and what writes is refused"""
        for codes in self.answered:
            self.assertEqual(codes, {"refresh": 200, "GetUser": 200, "ListUsers": 200, "DescribeUserPool": 200,
                                     "RevokeToken": 500, "GlobalSignOut": 500, "CreateUserPool": 500})

    def test_reads_return(self):
        """Reads leave the replicas once a primary leads again"""
        for back in self.reads_back:
            self.assertIsInstance(back, float, f"{back} still read from a replica, 10 s after a new primary led")

    def test_errors_are_retried(self):
        """What fails meanwhile fails with errors that SDKs try again after, within seconds"""
        for _, outage in self.outages:
            for what in outage.errors:
                self.assertRegex(what, r"^sign-(up|in): (500 InternalErrorException|50[234] from the proxy)$")
            self.assertLess(outage.slowest, 15, str(outage))

    def test_wrong_passwords_count(self):
        """Wrong passwords count without a primary as well, on top of those before, and still when a new primary leads"""
        self.assertTrue(self.still_without, "a new primary led before the wrong passwords were through")
        for said, right in self.locked:
            self.assertEqual(set(said), {"Incorrect username or password."})
            self.assertEqual(right, "Password attempts exceeded")
        # Five at each of two nodes are ten, which lock for 32 seconds.
        for right in self.afterwards:
            self.assertEqual(right, ["Password attempts exceeded"] * 2)

    def test_log(self):
        """The log says that the primary is lost, that reads come from a replica, and that the primary is back"""
        for name, node in self.deployment.nodes.items():
            text = node.log_text()
            for said in (r"No changes can be saved, and are refused until the primary is back", r"Reading from the replica 127\.0\.0\.1:\d+",
                         r"The primary is back after \d+\.\d s: 127\.0\.0\.1:\d+"):
                self.assertGreaterEqual(len(re.findall(said, text)), 2, f"node {name}, {said}")
            self.assertNotIn(self.database.passwords["postern"], text)
            self.assertEqual(re.findall(r"\n +at Postern\.[^\n]*", text)[:3], [], "sentences, not stacks")
