"""The client's side of SCRAM-SHA-256, honest or not: the caller says what it binds to."""
import base64
import hashlib
import hmac
import os


def b64(octets):
    return base64.b64encode(octets).decode()


def digest(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


class Scram:
    """flag: 'n', 'y' or 'p=<name>'; binding: the octets that go with the last."""

    def __init__(self, user, password, flag="n", binding=b"", nonce=None):
        self.user, self.password, self.binding = user, password, binding
        self.header = f"{flag},,"
        self.nonce = nonce or b64(os.urandom(18))

    def first(self):
        return f"{self.header}n={self.user},r={self.nonce}".encode()

    def last(self, server_first):
        parts = dict(part.split("=", 1) for part in server_first.decode().split(","))
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(),
                                     base64.b64decode(parts["s"]), int(parts["i"]))
        without_proof = f"c={b64(self.header.encode() + self.binding)},r={parts['r']}"
        message = f"n={self.user},r={self.nonce},{server_first.decode()},{without_proof}".encode()
        client_key = digest(salted, b"Client Key")
        signature = digest(hashlib.sha256(client_key).digest(), message)
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        self.expected = b"v=" + b64(digest(digest(salted, b"Server Key"), message)).encode()
        return f"{without_proof},p={b64(proof)}".encode()


def challenge(reply):
    assert reply.startswith(b"334 "), reply
    return base64.b64decode(reply[4:])


def sign_in(say, mechanism, client):
    """say(line) -> reply.  The last reply; or the one that ended it sooner."""
    reply = say(f"AUTH {mechanism} {b64(client.first())}")
    if not reply.startswith(b"334"):
        return reply
    reply = say(b64(client.last(challenge(reply))))
    if not reply.startswith(b"334"):
        return reply
    assert challenge(reply) == client.expected, "the server does not know the account"
    return say("")


def salt_of(say, user, mechanism="SCRAM-SHA-256"):
    """What the server shows for a name, before any proof: the salt and the rounds."""
    reply = say(f"AUTH {mechanism} {b64(Scram(user, '').first())}")
    shown = challenge(reply).decode().split(",s=")[1]
    assert say("*").startswith(b"501")
    return shown
