"""A signet that takes the tokens of a real OpenID provider (peers/oidc.py)."""
import base64
import json
import time

from conftest import RELEASE, DevServer
from peers.oidc import Provider, make_keys
from test_reload import append
from wire import secure

ISSUER = '''
[[issuer]]
name = "login"
url = "{url}"
audience = "smtp.example.com"
required_scope = "mail.send"
clients = ["scanner", "phone"]
account_claim = "account"
clock_skew = "0s"
introspection = {{ client_id = "signet", client_secret = {{ file = "{secret}" }}, life = "1s" }}
'''


class Site:
    """A server, the provider whose tokens it takes, and what is between them."""

    def __init__(self, directory):
        self.provider = Provider(directory / "provider.log", make_keys("k1")).start()
        self.server = DevServer(directory / "dev", RELEASE).start()
        secret = directory / "client-secret"
        secret.write_text("sig net+secret/\n")
        secret.chmod(0o600)
        append(self.server, ISSUER.format(url=self.provider.url, secret=secret))
        self.reload()

    def reload(self):
        done = self.server.run("reload")
        assert done.returncode == 0, done.stderr + self.server.log()

    def stop(self):
        self.provider.stop()
        assert self.server.stop() == 0, self.server.log()
        log = self.server.log()
        assert "Sanitizer" not in log and "runtime error" not in log, log

    def sign_in(self, token, user="dev@localhost"):
        """The last reply, and what the challenge before it said (RFC 7628 §3.2.2)."""
        with secure(self.server) as wire:
            first = f"n,a={user},\x01auth=Bearer {token}\x01\x01"
            reply = wire.say("AUTH OAUTHBEARER " + base64.b64encode(first.encode()).decode())
            if not reply.startswith(b"334"):
                return reply, None
            told = json.loads(base64.b64decode(reply[4:]))
            return wire.say("AQ=="), told

    def refused(self, token, user="dev@localhost"):
        """The audit reason of a sign-in that is refused with 535."""
        before = len(self.attempts())
        reply, told = self.sign_in(token, user)
        assert reply.startswith(b"535 5.7.8"), (reply, told)
        assert told["status"] in ("invalid_token", "insufficient_scope")
        assert told["scope"] == "mail.send"
        assert told["openid-configuration"].startswith(self.provider.url)
        event = self.attempt(before)
        assert token not in json.dumps(event)
        return event["reason"]

    def attempt(self, after):
        """The first that came after so many."""
        end = time.monotonic() + 30
        while len(events := self.attempts()) <= after:
            assert time.monotonic() < end, "no event of it"
            time.sleep(0.05)
        return events[after]

    def attempts(self):
        return [event for event in self.server.audit() if event["event"] == "auth.attempt"]

    def claims(self, **changes):
        now = int(time.time())
        usual = {"iss": self.provider.url, "aud": "smtp.example.com", "exp": now + 600, "iat": now,
                 "account": "dev@localhost", "scope": "mail.send", "client_id": "scanner"}
        return {name: value for name, value in {**usual, **changes}.items() if value is not None}

    def sign(self, claims=None, **header):
        usual = {"alg": "ES256", "kid": "k1", "typ": "at+jwt"}
        return self.provider.sign({**usual, **header}, claims or self.claims())


def add_issuer(site, provider, *lines):
    append(site.server, "\n".join(["", "[[issuer]]", 'name = "second"', f'url = "{provider.url}"',
                                   'audience = "smtp.example.com"', 'account_claim = "account"',
                                   *lines, ""]))
    site.reload()
