"""An authenticator app (RFC 6238). Each code that it shows is of a later step than the one before: a server takes each once, and one
step ahead of the time."""
import base64
import hashlib
import hmac
import struct
import time


class AuthenticatorApp:
    def __init__(self, secret):
        self.key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        self.last = 0

    def next(self):
        self.last = max(self.now(), self.last + 1)
        return self.code(self.last)

    def wrong(self):
        near = {self.code(self.now() + step) for step in range(-3, 4)}
        return next(code for code in (f"{guess:06}" for guess in range(10)) if code not in near)

    @staticmethod
    def now():
        return int(time.time()) // 30

    def code(self, step):
        digest = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
        offset = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 1_000_000:06}"
