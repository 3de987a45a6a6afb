"""A Postern started by ./run, as a user starts it, and what the suites read from its development endpoints."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**more):
    """This process's environment without anything that a developer's own AWS or Postern configuration would bring in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "POSTERN_"))}
    return {**kept, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin:" + kept.get("PATH", ""), "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1", "AWS_PAGER": "",
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true", **more}


class Server:
    """One server on a free port, with a data file of its own that goes with it, or on a database of PostgreSQL."""

    def __init__(self, *options, port=None, database=None, data=None):
        self.port = port or free_port()
        self.endpoint = f"http://localhost:{self.port}"
        self.folder = tempfile.mkdtemp(prefix="postern-")
        self.data = data or os.path.join(self.folder, "postern.db")
        state = ["--db", database] if database else ["--data", self.data]
        self.options = ["--urls", self.endpoint, *state, "--key-stock", "4", *options]
        self.environment = clean_environment(HOME=self.folder, XDG_DATA_HOME=os.path.join(self.folder, "share"))
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, seconds=120):
        self.launch()
        wait_until_ready(self.endpoint, self.process, seconds, self.log.name)
        return self

    def launch(self):
        """Starts it and does not wait."""
        self.log = open(os.path.join(self.folder, "log"), "ab")
        # HOME is the user's own here: an SDK may be unpacked there.
        environment = clean_environment(XDG_DATA_HOME=os.path.join(self.folder, "share"))
        self.process = subprocess.Popen([os.path.join(root, "run"), *self.options], env=environment, cwd=self.folder,
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    def log_text(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as file:
            return file.read()

    def stop(self):
        """SIGTERM, as a service manager stops it; returns the exit status."""
        if self.process is None:
            return None
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.log.close()
            self.process = None

    def kill(self):
        """SIGKILL: what a crash or a lost machine is to the data file."""
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.process = None

    def get(self, path):
        with urllib.request.urlopen(self.endpoint + path, timeout=30) as answer:
            return json.load(answer)

    def mails(self, to):
        return self.get("/_postern/dev/inbox?to=" + urllib.parse.quote(to, safe=""))

    def code(self, to):
        """The newest code that was sent to an address."""
        mails = self.mails(to)
        assert mails, f"The inbox holds nothing for {to}."
        assert mails[0].get("code"), f"The newest message to {to} has no code: {mails[0]}"
        return mails[0]["code"]

    def post(self, path, body):
        request = urllib.request.Request(self.endpoint + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")


def wait_until_ready(endpoint, process, seconds, log):
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(endpoint + "/_postern/health/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        if process.poll() is not None:
            raise AssertionError(f"./run ended with status {process.returncode}:\n{open(log, errors='replace').read()[-3000:]}")
        if time.monotonic() > end:
            raise AssertionError(f"The server was not ready within {seconds} s:\n{open(log, errors='replace').read()[-3000:]}")
        time.sleep(0.05)


def needs(*operations):
    """A test that waits for operations which docs/coverage.md still lists as missing; it runs by itself once they are there."""
    with open(os.path.join(root, "docs", "coverage.md"), encoding="utf-8") as file:
        coverage = file.read()
    missing = [operation for operation in operations if f"| {operation} | there |" not in coverage]
    return unittest.skipIf(missing, f"waits for {', '.join(missing)}")


def verified_claims(token, server, pool, client, use):
    """The claims of a token whose signature, expiry, issuer and audience hold by the pool's published keys."""
    import jwt
    issuer = f"{server.endpoint}/{pool}"
    key = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json").get_signing_key_from_jwt(token).key
    # An access token of Cognito has no audience; its client stands in client_id.
    audience = client if use == "id" else None
    claims = jwt.decode(token, key, algorithms=["RS256"], issuer=issuer, audience=audience,
                        options={"verify_aud": use == "id", "require": ["exp", "iat", "iss", "sub"]})
    assert claims["token_use"] == use, claims
    if use == "access":
        assert claims["client_id"] == client, claims
    return claims
