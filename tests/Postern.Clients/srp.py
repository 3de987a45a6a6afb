"""The client's side of Cognito's SRP (RFC 5054's 3072-bit group, HKDF "Caldera Derived Key"), from its public description."""
import base64
import datetime
import hashlib
import hmac
import secrets

N = int("""
FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245
E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F
83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9
DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7
ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB31
43DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF""".replace("\n", ""), 16)
G = 2


def padded(number):
    """Big-endian bytes with a zero in front where the first bit is set, as Java's BigInteger writes them."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def digest(*parts):
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


class SrpClient:
    """One sign-in: `start` for InitiateAuth's AuthParameters, `answer` for the PASSWORD_VERIFIER's ChallengeResponses."""

    def __init__(self, pool, username, password):
        self.pool, self.username, self.password = pool.split("_", 1)[1], username, password
        self.small = secrets.randbits(1024)
        self.public = pow(G, self.small, N)

    def start(self):
        return {"USERNAME": self.username, "SRP_A": f"{self.public:x}"}

    def answer(self, parameters):
        user, block = parameters["USER_ID_FOR_SRP"], base64.b64decode(parameters["SECRET_BLOCK"])
        theirs, salt = int(parameters["SRP_B"], 16), int(parameters["SALT"], 16)
        assert theirs % N, "B is zero"
        scrambling = digest(padded(self.public), padded(theirs))
        identity = hashlib.sha256(f"{self.pool}{user}:{self.password}".encode()).digest()
        exponent = digest(padded(salt), identity)
        multiplier = digest(padded(N), padded(G))
        shared = pow(theirs - multiplier * pow(G, exponent, N), self.small + scrambling * exponent, N)
        extracted = hmac.new(padded(scrambling), padded(shared), hashlib.sha256).digest()
        key = hmac.new(extracted, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp = now.strftime("%a %b ") + f"{now.day} " + now.strftime("%H:%M:%S UTC %Y")
        signature = hmac.new(key, self.pool.encode() + user.encode() + block + stamp.encode(), hashlib.sha256).digest()
        return {"USERNAME": user, "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"], "TIMESTAMP": stamp,
                "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(signature).decode()}
