"""Three PostgreSQL members that Patroni keeps with synchronous replication, etcd that tells who leads, and HAProxy with a port to the
primary and one to the replicas: what a user runs for fail-over, on the loopback, from Debian's packages."""
import contextlib
import json
import os
import secrets
import shutil
import urllib.error
import urllib.request

from cluster import programs, psql
from harness import free_port
from processes import Child, below, kill, new_folder, tail, unprivileged, until
from proxy import Proxy

TTL, LOOP, RETRY = 10, 2, 3   # seconds: Patroni wants TTL >= LOOP + 2 * RETRY; the wait without a primary is about TTL


def installed(program, package):
    found = shutil.which(program, path="/usr/bin:/usr/sbin:" + os.environ.get("PATH", ""))
    assert found, f"{program} is missing: apt-get install {package}"
    return found


class Etcd:
    """One member. In production it is three, on machines of their own."""

    def __init__(self, user):
        self.folder, self.port, self.user = new_folder("postern-etcd-", user), free_port(), user
        self.log = os.path.join(self.folder, "log")

    def __enter__(self):
        client, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{free_port()}"
        self.child = Child([installed("etcd", "etcd-server"), "--enable-v2", "--data-dir", os.path.join(self.folder, "data"), "--listen-client-urls", client,
                            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                            "--initial-cluster", f"default={peer}"], self.log, self.user)
        until(lambda: self.child.check() or status(f"{client}/health") == 200, 15, lambda: f"etcd was not ready within 15 s:\n{tail(self.log)}")
        return self

    def __exit__(self, *_):
        self.child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Member:
    """A PostgreSQL and the Patroni that runs it; together they are one machine."""

    def __init__(self, name, etcd, user, passwords):
        self.name, self.user = name, user
        self.folder = new_folder(f"postern-member-{name}-", user)
        self.log, self.data = os.path.join(self.folder, "log"), os.path.join(self.folder, "data")
        self.port, self.rest, self.child = free_port(), free_port(), None
        self.configuration = os.path.join(self.folder, "patroni.json")
        with open(self.configuration, "w") as file:   # JSON is YAML
            json.dump(self.settings(etcd, passwords), file, indent=1)
        os.chmod(self.configuration, 0o600)
        if user:
            shutil.chown(self.configuration, user)

    def settings(self, etcd, passwords):
        access = ["host replication replicator 127.0.0.1/32 scram-sha-256", "host all all 127.0.0.1/32 scram-sha-256"]
        return {
            "scope": "postern", "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.rest}", "connect_address": f"127.0.0.1:{self.rest}"},
            # By etcd's v3 interface Patroni 3.0.2, Debian 12's, may never again know which member is synchronous ("Synchronous replication key
            # updated by someone else"), and then promotes none.
            "etcd": {"host": f"127.0.0.1:{etcd.port}"},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL, "loop_wait": LOOP, "retry_timeout": RETRY, "maximum_lag_on_failover": 1048576,
                    # A commit is answered when a second member has it on disk, and only such a member may lead next.
                    "synchronous_mode": True,
                    "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 100, "shared_buffers": "32MB", "wal_log_hints": "on",
                                                                         "max_wal_senders": 8, "wal_keep_size": "256MB"}}},
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums", {"auth": "scram-sha-256"}],
                "pg_hba": access},
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}", "connect_address": f"127.0.0.1:{self.port}", "data_dir": self.data, "bin_dir": programs(),
                "pgpass": os.path.join(self.folder, "pgpass"), "pg_hba": access, "remove_data_directory_on_rewind_failure": True,
                "authentication": {"superuser": {"username": "postgres", "password": passwords["postgres"]},
                                   "replication": {"username": "replicator", "password": passwords["replicator"]},
                                   "rewind": {"username": "postgres", "password": passwords["postgres"]}},
                "parameters": {"unix_socket_directories": self.folder}}}

    def start(self):
        self.child = Child([installed("patroni", "patroni"), self.configuration], self.log, self.user,
                           environment={"PATH": "/usr/bin:/bin", "HOME": self.folder, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"})

    def is_(self, role):
        return status(f"http://127.0.0.1:{self.rest}/{role}") == 200

    def postmaster(self):
        try:
            with open(os.path.join(self.data, "postmaster.pid")) as file:
                return int(file.readline())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self):
        """SIGKILL to Patroni, PostgreSQL and all their processes at once: the machine is gone."""
        postmaster = self.postmaster()
        everyone = [self.child.process.pid, *self.child.descendants(), *([postmaster, *below(postmaster)] if postmaster else [])]
        for pid in everyone:
            kill(pid)
        self.child.process.wait()
        self.child = None


class Replicated:
    """The whole; `connection()` is what --db takes: the primary's port first, the replicas' second."""

    def __init__(self, members="abc"):
        self.user = unprivileged()
        self.passwords = {name: secrets.token_hex(8) for name in ("postgres", "replicator", "postern")}
        self.primary_port, self.replica_port = free_port(), free_port()
        self.names, self.stack = members, contextlib.ExitStack()

    def __enter__(self):
        with self.stack as stack:
            etcd = stack.enter_context(Etcd(self.user))
            self.members = {name: Member(name, etcd, self.user, self.passwords) for name in self.names}
            for member in self.members.values():
                stack.callback(shutil.rmtree, member.folder, ignore_errors=True)
            stack.callback(self.stop)
            first, *others = self.members.values()
            first.start()
            until(lambda: first.child.check() or first.is_("primary"), 60, lambda: f"No primary within 60 s:\n{tail(first.log)}", 0.2)
            for member in others:
                member.start()
            self.proxy = stack.enter_context(Proxy(self.section("primary", self.primary_port) + self.section("replica", self.replica_port)))
            self.wait_for_replicas(len(others))
            psql(self.primary_port, f"CREATE ROLE postern LOGIN PASSWORD '{self.passwords['postern']}'", self.passwords["postgres"], "postgres", "postgres")
            psql(self.primary_port, "CREATE DATABASE postern OWNER postern", self.passwords["postgres"], "postgres", "postgres")
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def stop(self):
        for member in self.members.values():
            if member.child:
                member.kill()   # their folders go as well: nothing is worth a clean end

    def section(self, role, port):
        servers = "\n".join(f"    server {member.name} 127.0.0.1:{member.port} check port {member.rest}" for member in self.members.values())
        # A connection to a member that lost its role ends with the role.
        return f"""
listen {role}
    mode tcp
    bind 127.0.0.1:{port}
    balance roundrobin
    option httpchk OPTIONS /{role}
    http-check expect status 200
    default-server on-marked-down shutdown-sessions
{servers}
"""

    def connection(self):
        return (f"Host=127.0.0.1:{self.primary_port},127.0.0.1:{self.replica_port};Database=postern;Username=postern;"
                f"Password={self.passwords['postern']}")

    def primary(self):
        return next((member for member in self.members.values() if member.child and member.is_("primary")), None)

    def wait_for_replicas(self, count, seconds=90):
        """Until so many replicas follow, one of them synchronously."""
        def following():
            alive = [member for member in self.members.values() if member.child]
            return (sum(member.is_("replica") for member in alive) == count and any(member.is_("synchronous") for member in alive)
                    and all(member.child.check() is None for member in alive)
                    and sum(state == "UP" for name, state in self.proxy.servers().items() if name.startswith("replica/") and len(name) == 9) == count)

        until(following, seconds, lambda: "The replicas do not follow:\n" + "\n".join(tail(member.log, 1500) for member in self.members.values()), 0.2)

    def replay_has_caught_up(self):
        """Whether every replica has replayed what the primary has written."""
        behind = psql(self.primary_port, "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn IS DISTINCT FROM pg_current_wal_lsn()",
                      self.passwords["postgres"], "postgres", "postgres")
        return behind == "0"


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except (OSError, ValueError):
        return 0
