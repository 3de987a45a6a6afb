"""Programs of others that a suite starts in the foreground, with folders of their own; none outlives the suite."""
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

DIE_WITH_PARENT = 1   # PR_SET_PDEATHSIG


def unprivileged():
    """The user that a program runs as which refuses root: Debian's postgres, else nobody; None where we are a plain user."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def new_folder(prefix, user=None):
    folder = tempfile.mkdtemp(prefix=prefix)
    if user:
        shutil.chown(folder, user)
    return folder


def until(condition, seconds, otherwise, pause=0.05):
    """Waits for a condition and returns its value; fails with a sentence, or what a function says, after the given seconds."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(otherwise() if callable(otherwise) else otherwise)
        time.sleep(pause)


def tail(path, length=3000):
    with open(path, errors="replace") as file:
        return file.read()[-length:]


class Child:
    """A program in the foreground with its output in a file. It dies with the thread that starts it, so the main one does."""

    def __init__(self, command, log, user=None, environment=None, stop_signal=signal.SIGTERM):
        self.log, self.stop_signal = log, stop_signal
        library = ctypes.CDLL(None)
        # From Debian 12's Python on, Popen drops root itself; the order to die with us comes after that, as it would be lost.
        as_user = dict(user=user, group=pwd.getpwnam(user).pw_gid, extra_groups=[]) if user else {}
        with open(log, "ab") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=os.path.dirname(log),
                                            env=environment, preexec_fn=lambda: library.prctl(DIE_WITH_PARENT, stop_signal), **as_user)

    def check(self):
        """Fails where the program has ended, with the end of its log."""
        if self.process.poll() is not None:
            raise AssertionError(f"{self.process.args[0]} ended with status {self.process.returncode}:\n{tail(self.log)}")

    def descendants(self):
        """The processes below this one, nearest first."""
        return below(self.process.pid)

    def kill(self):
        """SIGKILL to it and all below it: what a lost machine is."""
        everyone = [self.process.pid, *self.descendants()]
        for pid in everyone:
            kill(pid)
        self.process.wait()

    def stop(self, seconds=20):
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def below(pid):
    """The descendants of a process, nearest first."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parents.setdefault(int(file.read().rpartition(")")[2].split()[1]), []).append(int(name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, reached = [], [pid]
    while reached:
        children = parents.get(reached.pop(0), [])
        found += children
        reached += children
    return found
