"""A node of two dies by SIGKILL under sign-ups."""
import http.client
import threading
import time
import unittest

from cluster import Cluster
from deployment import PASSWORD, Deployment, Raw, sdk
from processes import until


class KilledNode(unittest.TestCase):
    WRITERS, ACKNOWLEDGED, AFTERWARDS = 6, 150, 150

    def test_killed_node(self):
        """A node killed (-9) under sign-ups loses nothing acknowledged, the other serves on, and it comes back"""
        with Cluster() as cluster, Deployment(cluster.connection()) as deployment:
            idp = sdk(deployment.b.endpoint)
            pool = idp.create_user_pool(PoolName="killed")["UserPool"]["Id"]
            client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
            idp.admin_create_user(UserPoolId=pool, Username="patient", MessageAction="SUPPRESS")
            acknowledged, failed, patient, stop = [], [], [], threading.Event()

            def read():
                """An application with the SDK's own retries."""
                patient_idp = sdk(deployment.endpoint, attempts=3)
                while not stop.is_set():
                    try:
                        patient.append(patient_idp.admin_get_user(UserPoolId=pool, Username="patient")["Username"])
                    except Exception as error:
                        patient.append(error)

            def stream(number):
                connection, count = Raw(deployment.port), 0
                while not stop.is_set():
                    name, count = f"{number}-{count}", count + 1
                    try:
                        status, answer, node = connection.call("SignUp", ClientId=client, Username=name, Password=PASSWORD)
                    except (OSError, http.client.HTTPException) as error:
                        status, answer, node = type(error).__name__, None, None
                    if status == 200:
                        acknowledged.append((time.monotonic(), name, answer["UserSub"], node))
                    else:
                        failed.append((time.monotonic(), name, status, answer))
                        time.sleep(0.05)

            writers = [threading.Thread(target=stream, args=(number,)) for number in range(self.WRITERS)] + [threading.Thread(target=read)]
            for writer in writers:
                writer.start()
            try:
                until(lambda: len(acknowledged) >= self.ACKNOWLEDGED, 60, lambda: f"{len(acknowledged)} sign-ups in a minute; {failed[:3]}")
                self.assertEqual(failed, [])
                killed, before = time.monotonic(), len(acknowledged)
                deployment.a.kill()
                until(lambda: len(acknowledged) >= before + self.AFTERWARDS, 60,
                      lambda: f"{len(acknowledged) - before} sign-ups in the minute after; {failed[-3:]}")
            finally:
                stop.set()
                for writer in writers:
                    writer.join()
            self.assertEqual({node for *_, node in acknowledged}, {"a", "b"})
            self.assertEqual({str(name) for name in patient}, {"patient"}, "the SDK's retries hide the death")
            deployment.wait_for("DOWN", "UP")
            # What was under way at the node fails, and what is sent to it until the proxy's checks have missed it.
            self.assertEqual([failure for failure in failed if failure[0] > killed + 2], [], "failures after the proxy has seen it")
            self.assertEqual([failure for failure in failed if failure[2] not in (502, 503, "RemoteDisconnected")], [])
            users = {user["Username"]: {a["Name"]: a["Value"] for a in user["Attributes"]}["sub"]
                     for page in idp.get_paginator("list_users").paginate(UserPoolId=pool) for user in page["Users"]}
            lost = [name for _, name, sub, _ in acknowledged if users.get(name) != sub]
            self.assertEqual(lost, [], f"{len(lost)} of {len(acknowledged)} acknowledged users are lost")
            self.assertLessEqual(len(users) - 1 - len(acknowledged), len(failed), "only what was under way is there without an acknowledgement")
            deployment.a.start()
            deployment.wait_for("UP", "UP")
            raw, answers = Raw(deployment.port), set()
            # HAProxy gives a server that is back the first turns.
            until(lambda: answers.add(raw.call("AdminGetUser", UserPoolId=pool, Username=acknowledged[0][1])[2]) or answers == {"a", "b"}, 10,
                  lambda: f"answers come from {answers}")
            raw.close()
            times = sorted(at for at, *_ in acknowledged)
            gap = max(later - earlier for earlier, later in zip(times, times[1:]))
            print(f"     {len(acknowledged)} sign-ups acknowledged, {len(failed)} failed at the killed node, "
                  f"longest pause {gap * 1000:.0f} ms", flush=True)
