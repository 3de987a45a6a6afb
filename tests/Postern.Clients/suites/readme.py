"""The README's first screen runs as it stands: its first shell block starts the server, the second is the session."""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import clean_environment, free_port, root, wait_until_ready

DEFAULT_PORT = 9229


def documents(text):
    """The JSON documents in an output, in order."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while (at := text.find("{", at)) >= 0:
        document, at = decoder.raw_decode(text, at)
        if document:
            found.append(document)
    return found


def is_taken(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Readme(unittest.TestCase):
    def test_first_screen(self):
        """The README's first screen ends with tokens that its last line's keys have signed"""
        with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
            start, session = re.findall(r"^```sh\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)[:2]
        self.assertEqual(start.strip(), "./run")
        port = DEFAULT_PORT
        if is_taken(port):   # a Postern of the developer's own: the one thing that may differ is the port
            port = free_port()
            start = start.replace("./run", f"./run --urls http://localhost:{port}")
            session = session.replace(str(DEFAULT_PORT), str(port))
        with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "log"), "wb") as log:
            environment = clean_environment(POSTERN_DATA=os.path.join(folder, "postern.db"), XDG_DATA_HOME=folder)
            for name in [name for name in environment if name.startswith("AWS_") and name.endswith(("REGION", "KEY", "KEY_ID"))]:
                del environment[name]   # what the session exports is all it has
            server = subprocess.Popen(["bash", "-c", start], cwd=root, env=environment, stdin=subprocess.DEVNULL,
                                      stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
            try:
                wait_until_ready(f"http://localhost:{port}", server, 120, log.name)
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", session], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=120)
            finally:
                os.killpg(server.pid, signal.SIGTERM)
                server.wait(30)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        signed_up, signed_in, keys = documents(done.stdout)
        self.assertFalse(signed_up["UserConfirmed"])
        self.verify(signed_in["AuthenticationResult"]["IdToken"], keys, signed_up["UserSub"])

    def verify(self, token, keys, sub):
        import jwt
        key = {key["kid"]: key for key in keys["keys"]}[jwt.get_unverified_header(token)["kid"]]
        public = jwt.algorithms.RSAAlgorithm.from_jwk(json.dumps(key))
        claims = jwt.decode(token, public, algorithms=["RS256"], options={"verify_aud": False})
        self.assertEqual((claims["sub"], claims["email"]), (sub, "alice@example.com"))
