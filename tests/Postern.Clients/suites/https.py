"""https with development's own authority, by clients that trust it as its command says: curl, Node, boto3, OpenSSL and Chromium; and behind
HAProxy, which ends TLS."""
import json
import os
import shutil
import stat
import subprocess
import tempfile
import unittest
import urllib.request

import boto3

from harness import Server, clean_environment, free_port, root
from processes import until
from proxy import Proxy

NAME = "login.example.com"


def signed(authority, name, folder):
    """What OpenSSL signs for a name with an authority's key: the certificate's file, and that of its key."""
    leaf, key, request, extensions = (os.path.join(folder, file) for file in ("leaf", "key", "request", "extensions"))
    with open(extensions, "w", encoding="ascii") as file:
        file.write(f"subjectAltName=DNS:{name}\n")
    for command in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", "/CN=signed", "-out", request],
                    ["x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority, "-days", "5", "-extfile", extensions, "-out", leaf]):
        subprocess.run(["openssl", *command], check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return leaf, key


class Https(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.address = f"https://localhost:{cls.port}"
        cls.server = cls.enterClassContext(Server("--https-urls", cls.address))
        cls.authority = os.path.join(cls.server.folder, "share", "postern", "https-authority.pem")
        cls.environment = clean_environment(XDG_DATA_HOME=os.path.join(cls.server.folder, "share"))

    def run_it(self, *command, **environment):
        return subprocess.run(command, env={**self.environment, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    def curl(self, host, *options, authority=None, port=None):
        """What curl says of a host's health, whatever its name resolves to: its status, then the answer's."""
        port = port or self.port
        return self.run_it("curl", "-sS", "--cacert", authority or self.authority, "--resolve", f"{host.strip('[]')}:{port}:127.0.0.1", *options,
                           "-o", "/dev/null", "-w", "%{http_code} %{http_version}", f"https://{host}:{port}/health")

    def node(self, script, **environment):
        return self.run_it("/usr/bin/node" if os.path.exists("/usr/bin/node") else "node", "--input-type=module", "-e", script, **environment)

    def test_banner(self):
        """The start tells the https address, its authority and the commands that trust it"""
        # It is ready a moment before it says so.
        until(lambda: "Stop it with" in self.server.log_text(), 30, self.server.log_text)
        log = self.server.log_text()
        for text in (self.address, self.authority, f"export NODE_EXTRA_CA_CERTS={self.authority}", "update-ca-certificates"):
            self.assertIn(text, log)

    def test_command(self):
        """postern certificates prints the authority's file first, whose key is its owner's alone"""
        told = self.run_it(os.path.join(root, "run"), "certificates")
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual(told.stdout.splitlines()[0], self.authority)
        key = os.path.splitext(self.authority)[0] + ".key"
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)

    def test_curl(self):
        """curl reaches localhost, its addresses and any pool's domain, by HTTP/2 or 1.1"""
        for host in ("localhost", "127.0.0.1", "demo.auth.localhost", "other-domain.auth.localhost"):
            answer = self.curl(host, "--http2")
            self.assertEqual(answer.stdout, "200 2", f"{host}: {answer.stderr}")
        self.assertEqual(self.curl("localhost", "--http1.1").stdout, "200 1.1")

    def test_wrong_name(self):
        """Another name is not served: curl finds no such name in the certificate"""
        answer = self.curl(NAME)
        self.assertEqual(answer.returncode, 60, answer.stderr)
        self.assertIn("subject name", answer.stderr)

    def test_untrusted(self):
        """Who does not trust the authority is not fooled"""
        self.assertEqual(self.curl("localhost", authority="/etc/ssl/certs/ca-certificates.crt").returncode, 60)

    def test_custom_domain(self):
        """--https-names serves a custom domain, by an authority that says so, and no other name"""
        port = free_port()
        with Server("--https-urls", f"https://localhost:{port}", "--https-names", NAME) as server:
            authority = os.path.join(server.folder, "share", "postern", "https-authority.pem")
            for host in (NAME, "a." + NAME, "localhost", "demo.auth.localhost"):
                self.assertEqual(self.curl(host, authority=authority, port=port).stdout[:3], "200", host)
            self.assertEqual(self.curl("example.com", authority=authority, port=port).returncode, 60)

    def test_constraints(self):
        """OpenSSL refuses what a thief of the authority's key signs for another name, and takes it for localhost"""
        folder = tempfile.mkdtemp(prefix="postern-thief-")
        self.addCleanup(shutil.rmtree, folder)
        key = os.path.splitext(self.authority)[0] + ".key"
        for name, is_believed in (("accounts.example.com", False), ("localhost.example.com", False), ("demo.auth.localhost", True)):
            leaf, _ = signed(key, name, folder)
            verified = self.run_it("openssl", "verify", "-CAfile", self.authority, leaf)
            self.assertEqual(verified.returncode == 0, is_believed, verified.stdout + verified.stderr)
            if not is_believed:
                self.assertIn("permitted subtree violation", verified.stdout + verified.stderr)

    def test_node(self):
        """Node's fetch trusts it by NODE_EXTRA_CA_CERTS, and not without"""
        script = f"const answer = await fetch('{self.address}/health'); console.log(answer.status, await answer.text());"
        trusted = self.node(script, NODE_EXTRA_CA_CERTS=self.authority)
        self.assertEqual(trusted.stdout.strip(), '200 {"status":"alive"}', trusted.stderr)
        self.assertIn("UNABLE_TO_VERIFY_LEAF_SIGNATURE", self.node(script).stderr)

    def test_node_names(self):
        """Node finds a pool's domain in the certificate, and no other name"""
        script = f"""
            import {{ get }} from 'node:https';
            const ask = host => new Promise(resolve => get({{ host: '127.0.0.1', port: {self.port}, servername: host, headers: {{ host }}, path: '/health', agent: false }},
              answer => {{ answer.resume(); resolve(answer.statusCode); }}).on('error', error => resolve(error.code)));
            console.log(JSON.stringify([await ask('demo.auth.localhost'), await ask('{NAME}')]));"""
        answer = self.node(script, NODE_EXTRA_CA_CERTS=self.authority)
        self.assertEqual(json.loads(answer.stdout or "[]"), [200, "ERR_TLS_CERT_ALTNAME_INVALID"], answer.stderr)

    def test_boto3(self):
        """boto3 calls by https, and the pool's issuer stays the http address"""
        idp = boto3.client("cognito-idp", endpoint_url=self.address, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
                           verify=self.authority)
        pool = idp.create_user_pool(PoolName="tls")["UserPool"]["Id"]
        self.assertEqual(self.server.get(f"/{pool}/.well-known/openid-configuration")["issuer"], f"{self.server.endpoint}/{pool}")

    def test_chromium(self):
        """Chromium trusts it by certutil, for a pool's domain and not for another name"""
        home = tempfile.mkdtemp(prefix="postern-home-")
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        store = os.path.join(home, ".pki", "nssdb")
        os.makedirs(store)
        self.assertEqual(self.run_it("certutil", "-d", f"sql:{store}", "-N", "--empty-password").returncode, 0)
        trusted = self.run_it("certutil", "-d", f"sql:{store}", "-A", "-t", "C,,", "-n", "postern", "-i", self.authority)
        self.assertEqual(trusted.returncode, 0, trusted.stderr)

        def page(host):
            return self.run_it("chromium", "--headless=new", *(["--no-sandbox"] if os.getuid() == 0 else []), "--disable-gpu", "--disable-dev-shm-usage",
                               "--no-first-run", "--disable-background-networking", "--disable-component-update", f"--user-data-dir={home}/profile",
                               "--host-resolver-rules=MAP * 127.0.0.1", "--dump-dom", f"https://{host}:{self.port}/health", HOME=home).stdout

        self.assertIn('{"status":"alive"}', page("demo.auth.localhost"))
        self.assertNotIn('{"status":"alive"}', page(NAME))

    def test_nothing_without(self):
        """A server without https makes no authority and loads no TLS"""
        self.assertEqual(self.curl("localhost").stdout[:3], "200")
        self.assertIn("System.Net.Security.dll", self.loaded(self.server))
        with Server() as server:
            self.assertFalse(os.path.exists(os.path.join(server.folder, "share", "postern", "https-authority.key")))
            self.assertNotIn("System.Net.Security.dll", self.loaded(server))

    def loaded(self, server):
        with open(f"/proc/{server.process.pid}/maps", encoding="utf-8") as maps:
            return maps.read()


class BehindHAProxy(unittest.TestCase):
    """HAProxy ends TLS for a pool's domain and is trusted; clients come from 127.0.0.2, so that they are not it."""

    @classmethod
    def setUpClass(cls):
        cls.front, behind = free_port(), free_port()
        cls.server = cls.enterClassContext(Server("--https-urls", f"https://localhost:{behind}", "--trusted-proxies", "127.0.0.1"))
        idp = boto3.client("cognito-idp", endpoint_url=cls.server.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        cls.pool = idp.create_user_pool(PoolName="proxied")["UserPool"]["Id"]
        cls.client = idp.create_user_pool_client(
            UserPoolId=cls.pool, ClientName="app", SupportedIdentityProviders=["COGNITO"], CallbackURLs=["https://app.example/callback"],
            AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid"], ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        )["UserPoolClient"]["ClientId"]
        idp.create_user_pool_domain(UserPoolId=cls.pool, Domain="proxied")
        cls.host = f"proxied.auth.localhost:{cls.front}"
        folder = cls.folder = tempfile.mkdtemp(prefix="postern-proxied-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.authority = os.path.join(cls.server.folder, "share", "postern", "https-authority.pem")
        leaf, key = signed(os.path.splitext(cls.authority)[0] + ".key", "proxied.auth.localhost", folder)
        both = os.path.join(folder, "both.pem")
        with open(both, "w", encoding="ascii") as file:
            for part in (leaf, key):
                with open(part, encoding="ascii") as text:
                    file.write(text.read())
        cls.enterClassContext(Proxy(f"""
frontend tls
    mode http
    bind 127.0.0.1:{cls.front} ssl crt {both}
    http-request set-header X-Forwarded-For   %[src]
    http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
    http-request set-header X-Forwarded-Host  %[req.hdr(host)]
    default_backend postern
backend postern
    mode http
    server postern 127.0.0.1:{cls.server.port}
"""))

    def curl(self, *arguments):
        done = subprocess.run(["curl", "-sS", "--cacert", self.authority, "--resolve", f"proxied.auth.localhost:{self.front}:127.0.0.1",
                               "--interface", "127.0.0.2", *arguments], env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def call(self, operation, **request):
        """An operation that Debian's boto3 does not know yet."""
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
                   "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0"}
        with urllib.request.urlopen(urllib.request.Request(self.server.endpoint, json.dumps(request).encode(), headers), timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def test_pages(self):
        """Behind HAProxy the pages of a pool's domain stay at the https address, with secure cookies"""
        answer = self.curl("-i", "-L", f"https://{self.host}/oauth2/authorize?response_type=code&client_id={self.client}&redirect_uri=https://app.example/callback",
                           "-w", "%{url_effective}")
        self.assertIn(f"https://{self.host}/login?", answer.splitlines()[-1])
        cookies = [line.lower() for line in answer.splitlines() if line.lower().startswith("set-cookie:")]
        self.assertTrue(cookies, answer)
        for cookie in cookies:
            self.assertIn("; secure", cookie)

    def test_addresses(self):
        """Behind HAProxy a session shows its client's address, whatever the client says; so it does for who comes past HAProxy"""
        self.call("SetUserPoolSessionConfiguration", UserPoolId=self.pool, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5})
        for place in (f"https://{self.host}/", self.server.endpoint.replace("localhost", "127.0.0.1") + "/"):
            name = "alice" if place.startswith("https") else "bob"
            self.call("AdminCreateUser", UserPoolId=self.pool, Username=name, MessageAction="SUPPRESS")
            self.call("AdminSetUserPassword", UserPoolId=self.pool, Username=name, Password="Passw0rd!", Permanent=True)
            body = {"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": name, "PASSWORD": "Passw0rd!"}}
            answer = self.curl(place, "-H", "Content-Type: application/x-amz-json-1.1", "-H", "X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth",
                               "-H", "X-Forwarded-For: 203.0.113.9", "-d", json.dumps(body))
            self.assertIn("AccessToken", answer)
            sessions = self.call("AdminListUserSessions", UserPoolId=self.pool, Username=name)["Sessions"]
            self.assertEqual([session["LastIPAddress"] for session in sessions], ["127.0.0.2"], place)
