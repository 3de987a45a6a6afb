"""What was acknowledged is there after a crash: SIGKILL in the middle of a stream of sign-ups, then a restart on the same file."""
import http.client
import json
import threading
import unittest

import boto3

from harness import Server
from suites.intro_boto3 import PASSWORD, session

ROUNDS, WRITERS, ACKNOWLEDGED_BEFORE_THE_KILL = 3, 4, 60


class Crash(unittest.TestCase):
    def stream(self, server, client, number, acknowledged, enough):
        """Signs users up one after another until the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"}
        try:
            for count in range(100_000):
                name = f"{number}-{count}"
                connection.request("POST", "/", json.dumps({"ClientId": client, "Username": name, "Password": PASSWORD}), headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    self.refused = body
                    enough.set()
                    return
                acknowledged.append((name, json.loads(body)["UserSub"]))
                if len(acknowledged) >= ACKNOWLEDGED_BEFORE_THE_KILL:
                    enough.set()
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            enough.set()

    def test_every_acknowledged_sign_up_survives(self):
        """Every acknowledged sign-up is there after kill -9 and a restart, three times in a row"""
        self.refused = None
        with Server() as server:
            idp = boto3.client("cognito-idp", **session(server))
            pool = idp.create_user_pool(PoolName="crash")["UserPool"]["Id"]
            client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=[
                "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
            everyone = {}
            for round in range(ROUNDS):
                acknowledged, enough = [], threading.Event()
                writers = [threading.Thread(target=self.stream, args=(server, client, f"{round}-{number}", acknowledged, enough)) for number in range(WRITERS)]
                for writer in writers:
                    writer.start()
                self.assertTrue(enough.wait(120), f"{len(acknowledged)} sign-ups in two minutes")
                server.kill()
                for writer in writers:
                    writer.join()
                self.assertIsNone(self.refused)
                self.assertGreaterEqual(len(acknowledged), ACKNOWLEDGED_BEFORE_THE_KILL)
                everyone.update(acknowledged)
                server.start()
                pages = idp.get_paginator("list_users").paginate(UserPoolId=pool)
                there = {user["Username"]: {a["Name"]: a["Value"] for a in user["Attributes"]}["sub"] for page in pages for user in page["Users"]}
                lost = {name: sub for name, sub in everyone.items() if there.get(name) != sub}
                self.assertEqual(lost, {}, f"round {round}: {len(lost)} of {len(everyone)} acknowledged users are lost")
                # At most the requests that were under way when it died are there without an acknowledgement.
                self.assertLessEqual(len(there) - len(everyone), WRITERS * (round + 1))
            name = next(iter(everyone))
            idp.admin_confirm_sign_up(UserPoolId=pool, Username=name)
            answer = idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                             AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})
            self.assertIn("AuthenticationResult", answer)
