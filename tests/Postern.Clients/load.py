"""A paced load of sign-ups and sign-ins on a deployment, with what became of each call."""
import collections
import http.client
import itertools
import threading
import time

from deployment import PASSWORD, Raw

Call = collections.namedtuple("Call", "kind begun ended good answer node name sub")


class Load:
    """Threads that call through one port until stopped; `calls` is what became of each, in the order of their ends."""

    def __init__(self, port, client, names, sign_ups=2, sign_ins=3, pause=0.04):
        self.port, self.client, self.names, self.pause = port, client, names, pause
        self.calls, self.stopping = [], threading.Event()
        self.numbers = itertools.count()
        self.threads = [threading.Thread(target=self.stream, args=(self.sign_up,)) for _ in range(sign_ups)]
        self.threads += [threading.Thread(target=self.stream, args=(self.sign_in,)) for _ in range(sign_ins)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def stream(self, act):
        raw = Raw(self.port)
        while not self.stopping.is_set():
            begun = time.monotonic()
            kind, name, operation, body = act(next(self.numbers))
            try:
                code, answer, node = raw.call(operation, **body)
                what = "" if code == 200 else f"{code} {answer['__type'].split('#')[-1] if answer and '__type' in answer else 'from the proxy'}"
                sub = (answer or {}).get("UserSub")
            except (OSError, http.client.HTTPException) as error:
                what, node, sub = f"no answer ({type(error).__name__})", None, None
            self.calls.append(Call(kind, begun, time.monotonic(), not what, what, node, name, sub))
            self.stopping.wait(max(0.005, self.pause - (time.monotonic() - begun)))
        raw.close()

    def sign_up(self, number):
        name = f"new-{number}"
        return "sign-up", name, "SignUp", dict(ClientId=self.client, Username=name, Password=PASSWORD,
                                               UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}])

    def sign_in(self, number):
        name = self.names[number % len(self.names)]
        return "sign-in", name, "InitiateAuth", dict(ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH",
                                                     AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})

    def good(self, kind, since=0.0):
        return [call for call in list(self.calls) if call.kind == kind and call.good and call.begun >= since]


class Outage:
    """What a load met from an event on, until sign-ups were acknowledged again: until the end of the longest gap between two of them."""

    def __init__(self, calls, at):
        self.at = at
        acknowledged = sorted(call.ended for call in calls if call.kind == "sign-up" and call.good)
        gaps = [(later - earlier, later) for earlier, later in zip(acknowledged, acknowledged[1:]) if later >= at]
        self.end = max(gaps)[1] if gaps else max(call.ended for call in calls)
        self.writes_again = self.end - at
        within = [call for call in calls if call.ended >= at and call.begun <= self.end]
        self.sign_ins = [call for call in within if call.kind == "sign-in"]
        self.served = [call for call in self.sign_ins if call.good]
        self.errors = collections.Counter(f"{call.kind}: {call.answer}" for call in calls if call.ended >= at and not call.good)
        ends = sorted(call.ended for call in calls if call.kind == "sign-in" and call.good)
        pauses = [(later - earlier, earlier) for earlier, later in zip(ends, ends[1:]) if later >= at]
        self.longest_pause = max(pauses)[0] if pauses else None
        self.slowest = max((call.ended - call.begun for call in within), default=0)

    @property
    def share(self):
        return len(self.served) / len(self.sign_ins) if self.sign_ins else 0.0

    def __str__(self):
        return (f"sign-ups again after {self.writes_again:.1f} s; of {len(self.sign_ins)} sign-ins meanwhile {len(self.served)} were served "
                f"({self.share:.1%}), the longest pause without one {self.longest_pause:.2f} s, the slowest answer {self.slowest:.2f} s; "
                f"errors: {', '.join(f'{count} x {what}' for what, count in self.errors.most_common()) or 'none'}")
