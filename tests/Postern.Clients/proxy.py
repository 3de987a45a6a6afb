"""Debian's HAProxy in the foreground, with a configuration of its own in a temporary folder."""
import os
import shutil
import signal

from processes import Child, new_folder, tail, until


class Proxy:
    """Runs the sections that it is given, under defaults for a loopback."""

    DEFAULTS = """
global
    maxconn 4000
    stats socket {folder}/admin mode 600 level admin
defaults
    maxconn 2000
    timeout connect 1s
    timeout client 5m
    timeout server 5m
    timeout check 1s
    # A node is out after two failed checks and in again after one.
    default-server inter 500ms fastinter 200ms downinter 200ms fall 2 rise 1
"""

    def __init__(self, sections):
        self.folder = new_folder("postern-haproxy-")
        self.log = os.path.join(self.folder, "log")
        self.configuration = os.path.join(self.folder, "haproxy.cfg")
        with open(self.configuration, "w") as file:
            file.write(self.DEFAULTS.format(folder=self.folder) + sections)

    def __enter__(self):
        program = shutil.which("haproxy", path="/usr/sbin:/usr/bin:" + os.environ.get("PATH", ""))
        assert program, "HAProxy is missing: apt-get install haproxy"
        # -db: no fork, so that it is ours to end. SIGTERM ends at once; SIGUSR1 would wait for connections.
        self.child = Child([program, "-db", "-f", self.configuration], self.log, stop_signal=signal.SIGTERM)
        until(lambda: self.child.check() or os.path.exists(os.path.join(self.folder, "admin")), 10, lambda: f"HAProxy did not start:\n{tail(self.log)}")
        return self

    def __exit__(self, *_):
        self.child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def servers(self):
        """How HAProxy sees each server: {"postern/a": "UP", …}."""
        import socket
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(os.path.join(self.folder, "admin"))
            connection.sendall(b"show stat -1 4 -1\n")
            text = b""
            while chunk := connection.recv(65536):
                text += chunk
        rows = [line.split(",") for line in text.decode().splitlines() if line and not line.startswith("#")]
        return {f"{row[0]}/{row[1]}": row[17].split()[0] for row in rows}


def http_nodes(port, nodes):
    """A section for Postern nodes {name: port}: plain round robin by request, no sticky sessions; x-node tells who answered."""
    lines = "\n".join(f"    server {name} 127.0.0.1:{node} check" for name, node in nodes.items())
    return f"""
listen postern
    mode http
    bind 127.0.0.1:{port}
    balance roundrobin
    # A request that reached no node goes to the other one at once; one that may have reached it is not sent twice.
    option redispatch 1
    retry-on conn-failure
    option httpchk GET /_postern/health/ready
    http-check expect status 200
    http-response set-header x-node %s
{lines}
"""
