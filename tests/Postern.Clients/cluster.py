"""A PostgreSQL server of Debian's package for a suite alone: own folder, own port, own user. The system's clusters are not touched."""
import glob
import os
import secrets
import shutil
import signal
import subprocess

from harness import free_port
from processes import Child, new_folder, tail, unprivileged, until


def programs():
    """The folder of the newest PostgreSQL that is installed; Debian keeps them off the PATH."""
    folders = glob.glob("/usr/lib/postgresql/*/bin")
    assert folders, "PostgreSQL's server is missing: apt-get install postgresql"
    return max(folders, key=lambda folder: int(folder.split("/")[-2].split(".")[0]))


class Cluster:
    """One server on the loopback with the database `postern` and its plain owner `postern`, who signs in by password."""

    def __init__(self, disk=None, **settings):
        """`disk` is a folder on a disk that holds the data alone; the write-ahead log stays on another."""
        self.user = unprivileged()
        self.folder = new_folder("postern-pg-", self.user)
        self.data = os.path.join(disk or self.folder, "data")
        self.initial = ["--waldir", os.path.join(self.folder, "wal")] if disk else []
        self.log = os.path.join(self.folder, "log")
        self.port = free_port()
        self.password = secrets.token_hex(8)
        self.settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "100", "shared_buffers": "64MB", **settings}
        self.child = None

    def __enter__(self):
        try:
            self.run("initdb", "--pgdata", self.data, "--encoding", "UTF8", "--locale", "C", "--auth", "scram-sha-256", "--username", "postgres",
                     "--pwfile", self.file("password", self.password), "--no-instructions", *self.initial)
            self.start()
            self.sql(f"CREATE ROLE postern LOGIN PASSWORD '{self.password}'", database="postgres")
            self.create("postern")
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, database):
        self.sql(f"CREATE DATABASE {database} OWNER postern", database="postgres")

    def connection(self, database="postern"):
        """What --db takes."""
        return f"Host=127.0.0.1;Port={self.port};Database={database};Username=postern;Password={self.password}"

    def start(self):
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        # SIGINT is PostgreSQL's fast shutdown: open connections are closed, nothing is lost.
        self.child = Child([os.path.join(programs(), "postgres"), "-D", self.data, "-p", str(self.port), *options], self.log, self.user,
                           stop_signal=signal.SIGINT)

        def ready():
            self.child.check()
            return subprocess.run([os.path.join(programs(), "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0

        until(ready, 30, lambda: f"PostgreSQL was not ready within 30 s:\n{tail(self.log)}")

    def stop(self):
        if self.child:
            self.child.stop()
            self.child = None

    def kill(self):
        self.child.kill()
        self.child = None

    def sql(self, text, database="postern", user="postgres"):
        """Runs statements, each in a transaction of its own, and returns the last one's rows as text, columns parted by '|'."""
        return psql(self.port, text, self.password, database, user)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o600)
        if self.user:
            shutil.chown(path, self.user)
        return path

    def run(self, program, *arguments):
        as_user = dict(user=self.user, group=os.stat(self.folder).st_gid, extra_groups=[]) if self.user else {}
        done = subprocess.run([os.path.join(programs(), program), *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120, **as_user)
        assert done.returncode == 0, f"{program} ended with status {done.returncode}:\n{done.stdout[-3000:]}"
        return done.stdout


def psql(port, text, password, database="postern", user="postern", seconds=60):
    done = subprocess.run([os.path.join(programs(), "psql"), "-h", "127.0.0.1", "-p", str(port), "-U", user, "-d", database, "-v", "ON_ERROR_STOP=1",
                           "-qAtX"], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds,
                          env={**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5"})
    if done.returncode != 0:
        raise AssertionError(f"psql: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()
