"""Two Postern nodes on one database behind HAProxy: what a user deploys, on the loopback."""
import base64
import contextlib
import http.client
import json
import secrets

import boto3
from botocore.config import Config

from harness import Server, free_port
from processes import until
from proxy import Proxy, http_nodes

PASSWORD, OTHER = "Passw0rd!2024", "An0ther!Passw0rd"


def master_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


def sdk(endpoint, attempts=1):
    """A client of boto3 that tells no lies about time: no hidden retries, short waits."""
    return boto3.client("cognito-idp", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
                        config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}, connect_timeout=5, read_timeout=30,
                                      max_pool_connections=32))


class Deployment:
    """The nodes `a` and `b`, reached through the proxy's address, which is the issuer of both."""

    def __init__(self, connection, *options):
        self.connection, self.options = connection, options
        self.port, self.key = free_port(), master_key()
        self.endpoint = f"http://localhost:{self.port}"
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        with self.stack as stack:
            shared = ("--public-url", self.endpoint, "--master-key", self.key, *self.options)
            self.nodes = {name: stack.enter_context(Server(*shared, database=self.connection)) for name in "ab"}
            self.a, self.b = self.nodes["a"], self.nodes["b"]
            self.proxy = stack.enter_context(Proxy(http_nodes(self.port, {name: node.port for name, node in self.nodes.items()})))
            self.wait_for("UP", "UP")
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def wait_for(self, a, b, seconds=15):
        """Until HAProxy sees the nodes so."""
        expected = {"postern/a": a, "postern/b": b}
        until(lambda: {name: state for name, state in self.proxy.servers().items() if name in expected} == expected, seconds,
              lambda: f"HAProxy sees {self.proxy.servers()}, expected {expected}")


# Development checks no signature: an access key is all that an administrator's call needs.
ADMINISTRATOR = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00"


class Raw:
    """One kept connection that posts operations: less of this machine than an SDK takes, so that the server is what works."""

    def __init__(self, port, timeout=30):
        self.port, self.timeout, self.connection = port, timeout, None

    def call(self, operation, **body):
        """Status, decoded answer (or None) and the node that answered; raises OSError or HTTPException where no answer came."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService." + operation,
                   "Authorization": ADMINISTRATOR}
        try:
            self.connection.request("POST", "/", json.dumps(body), headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        try:
            decoded = json.loads(content)
        except ValueError:
            decoded = None   # the proxy's own page
        return answer.status, decoded, answer.headers.get("x-node")

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None
