"""An authenticator app (RFC 6238: SHA-1, six digits, thirty seconds)."""
import base64
import hashlib
import hmac
import struct
import time


def now():
    return int(time.time()) // 30


def code(secret, step):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 1_000_000:06}"


def totp(secret, step=0):
    """The code of a step some steps away from now."""
    return code(secret, now() + step)


class AuthenticatorApp:
    """Each code that it shows is of a later step than the one before: a server takes each once, and one step ahead of the time."""

    def __init__(self, secret):
        self.secret, self.last = secret, 0

    def next(self):
        self.last = max(now(), self.last + 1)
        return code(self.secret, self.last)

    def wrong(self):
        near = {totp(self.secret, step) for step in range(-3, 4)}
        return next(guess for guess in (f"{number:06}" for number in range(10)) if guess not in near)
