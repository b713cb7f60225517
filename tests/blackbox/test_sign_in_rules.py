"""Who may sign in how, and as whom: certificates of TLS clients (EXTERNAL), rules of [[sign_in]] and
[[act_as]], and clients that suddenly show their password."""
import base64
import json
import shutil
import ssl
import subprocess
import time
import uuid

import pytest

from client_certificates import Authority
from conftest import free_port
from peers import exim
from relay_site import RelayServer
from scram_client import Scram, sign_in
from wire import Wire, plain

ANN, BOSS, CHIEF = "ann@example.com", "boss@example.com", "chief@example.com"
PRINTER = "printer-2"

SETTINGS = """
[auth]
mechanisms = ["EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"]

[client_certificates]
ca = "{ca}"
revoked = "{revoked}"

[[listener]]
name = "inside"
role = "submissions"
bind = ["127.0.0.1:{inside}"]

[[sign_in]]
name = "printers"
accounts = ["printer-*"]
mechanisms = ["LOGIN", "EXTERNAL"]

[[sign_in]]
name = "staff"
groups = ["staff"]
mechanisms = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]

[[sign_in]]
name = "inside"
listeners = ["inside"]
mechanisms = ["PLAIN"]

[[act_as]]
name = "assistants"
accounts = ["ann@example.com"]
as = ["boss@example.com", "chief@example.com"]
"""


class Site(RelayServer):
    def __init__(self, directory):
        super().__init__(directory / "run")
        self.authority = Authority(directory / "clients")
        self.revoked = self.authority.revoke()
        self.inside = free_port()

    def begin(self):
        text = SETTINGS.format(ca=self.authority.file, revoked=self.revoked, inside=self.inside)
        self.serve("", edit=lambda base: self.settings().split("\n[[route]]")[0] + text)
        self.config_text = (self.dir / "relay.toml").read_text()
        self.config.write_text(self.config_text)
        for name, address in ((ANN, ANN), (BOSS, BOSS), (CHIEF, CHIEF), (PRINTER, "scan@example.com")):
            done = self.run("account", "add", name, "--address", address, "--password-stdin",
                            input=f"correct horse {name}\n")
            assert done.returncode == 0, done.stderr
        return self

    def wire(self, certificate=None, port=None, version=None):
        """EHLO said inside TLS; certificate: (certificate, key)."""
        context = ssl.create_default_context(cafile=str(self.ca))
        if version:
            context.minimum_version = context.maximum_version = version
        if certificate:
            context.load_cert_chain(*map(str, certificate))
        wire = Wire(self.host, port or self.submissions_port)
        wire.socket = context.wrap_socket(wire.socket, server_hostname="localhost")
        assert wire.reply().startswith(b"220")
        wire.offer = wire.say("EHLO client.example").decode()
        return wire

    def external(self, certificate, authzid="", **options):
        with self.wire(certificate, **options) as wire:
            said = base64.b64encode(authzid.encode()).decode() or "="
            return wire.say("AUTH EXTERNAL " + said)

    def attempt(self, detail="", **wanted):
        """The last attempt that has these members, and this in its detail."""
        def fits(event):
            return event["event"] == "auth.attempt" and detail in event.get("detail", "") and all(
                event.get(key) == value for key, value in wanted.items())
        self.wait_for_event(fits)
        return [event for event in self.audit() if fits(event)][-1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = Site(tmp_path_factory.mktemp("rules")).begin()
    yield server
    assert server.stop() == 0, server.log()


def offered(wire):
    line = next(line for line in wire.offer.splitlines() if "AUTH " in line)
    return line.split("AUTH ")[1].split()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_of_the_authority_signs_in_as_whom_it_names(site, version):
    card = site.authority.issue(f"ann-{version}", [ANN])
    with site.wire(card, version=version) as wire:
        assert offered(wire)[0] == "EXTERNAL"
        assert wire.say("AUTH EXTERNAL =").startswith(b"235")
        assert wire.say(f"MAIL FROM:<{ANN}>").startswith(b"250")
        assert wire.say("RSET").startswith(b"250")
        assert wire.say(f"MAIL FROM:<{BOSS}>").startswith(b"550")
    event = site.attempt(outcome="success", mechanism="EXTERNAL")
    assert event["account"]["name"] == ANN and event["credential"]["kind"] == "certificate"


def test_without_a_certificate_external_is_not_offered(site):
    with site.wire() as wire:
        assert "EXTERNAL" not in offered(wire)
        assert wire.say("AUTH EXTERNAL =").startswith(b"504")
        assert wire.say("AUTH PLAIN " + plain(ANN, f"correct horse {ANN}")).startswith(b"235")


def test_a_challenge_asks_for_the_response(site):
    card = site.authority.issue("waits", [ANN])
    with site.wire(card) as wire:
        assert wire.say("AUTH EXTERNAL") == b"334 "
        assert wire.say("").startswith(b"235")


def test_a_certificate_that_nobody_trusts_is_refused_and_the_client_may_go_on(site):
    stranger = site.authority.issue("stranger", [ANN], by_itself=True)
    with site.wire(stranger) as wire:
        assert wire.say("AUTH EXTERNAL =").startswith(b"535 5.7.8")
        assert wire.say("AUTH PLAIN " + plain(ANN, f"correct horse {ANN}")).startswith(b"235")
    event = site.attempt("CN=stranger", reason="certificate_untrusted")
    assert event["outcome"] == "failure"
    nobody = site.authority.issue("nobody", ["eve@example.com"])
    assert site.external(nobody).startswith(b"535 5.7.8")
    assert site.attempt(reason="unknown_account", mechanism="EXTERNAL")


def test_a_revocation_list_is_taken_up_without_a_word(site):
    card = site.authority.issue("lost", [ANN])
    open_session = site.wire(card)
    assert open_session.say("AUTH EXTERNAL =").startswith(b"235")
    site.authority.revoke(card[0])
    end = time.monotonic() + 30
    while site.external(card).startswith(b"235"):
        assert time.monotonic() < end, "the list is never read"
        time.sleep(0.2)
    assert site.attempt("revoked", reason="certificate_untrusted")
    assert open_session.say("NOOP").startswith(b"421"), "what it opened ends with it"
    other = site.authority.issue("kept", [ANN])
    assert site.external(other).startswith(b"235")


def test_a_certificate_can_be_a_credential_of_an_account(site):
    card = site.authority.issue("by-itself", by_itself=True)
    assert site.external(card).startswith(b"535")
    done = site.run("credential", "add", PRINTER, "--certificate", card[0], "--from",
                    "127.0.0.0/8", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["type"] == "certificate" and made["label"] == "CN=by-itself" and made["expires"]
    assert site.external(card).startswith(b"235")
    site.wait_for_event(lambda e: e["event"] == "auth.attempt" and e["outcome"] == "success"
                        and e.get("credential", {}).get("id") == made["id"])
    shown = json.loads(site.run("credential", "list", PRINTER, "--json").stdout)["items"]
    assert next(one for one in shown if one["id"] == made["id"])["last_use"]["mechanism"] == "EXTERNAL"
    again = site.run("credential", "add", ANN, "--certificate", card[0])
    assert again.returncode != 0 and PRINTER in again.stderr

    with site.wire(card) as wire:  # an open session ends with it
        assert wire.say("AUTH EXTERNAL =").startswith(b"235")
        assert site.run("credential", "revoke", PRINTER, made["id"]).returncode == 0
        assert wire.say("MAIL FROM:<scan@example.com>").startswith(b"421")
    assert site.external(card).startswith(b"535")
    assert site.attempt(reason="credential_revoked")["credential"]["id"] == made["id"]
    assert site.run("credential", "delete", PRINTER, made["id"]).returncode == 0
    assert site.external(card).startswith(b"535")


@pytest.mark.parametrize("arguments, words", [
    (["--certificate", "/nonexistent"], "cannot be read"),
    (["--certificate", "/etc/hostname"], "no certificate in it"),
    (["--subject", "nothing"], "ISSUER:SUB"),
    ([], "is needed"),
    (["--subject", "a:b", "--password-stdin"], "is needed"),
])
def test_what_is_no_credential_is_refused_in_words(site, arguments, words):
    done = site.run("credential", "add", ANN, *arguments, input="x\n")
    assert done.returncode == 2 and words in done.stderr, done.stderr


def test_the_first_rule_that_fits_decides(site):
    with site.wire() as wire:
        assert offered(wire) == ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"]
        reply = wire.say("AUTH PLAIN " + plain(PRINTER, f"correct horse {PRINTER}"))
        assert reply.startswith(b"534 5.7.9"), reply
        assert wire.say("AUTH PLAIN " + plain(PRINTER, "wrong")).startswith(b"535")
        assert wire.say("AUTH LOGIN").startswith(b"334")
        assert wire.say_b64(PRINTER).startswith(b"334")
        assert wire.say_b64(f"correct horse {PRINTER}").startswith(b"235")
    event = site.attempt(reason="mechanism_not_allowed")
    assert event["account"]["name"] == PRINTER and "[[sign_in]]" in event["detail"]
    with site.wire(port=site.inside) as wire:
        assert "LOGIN" in offered(wire) and "PLAIN" in offered(wire)
        assert wire.say("AUTH PLAIN " + plain(ANN, f"correct horse {ANN}")).startswith(b"235")
    with site.wire() as wire:
        assert wire.say("AUTH LOGIN").startswith(b"334")
        assert wire.say_b64(ANN).startswith(b"334")
        assert wire.say_b64(f"correct horse {ANN}").startswith(b"534 5.7.9")


def test_who_acts_as_another_sends_as_that_one(site):
    secret = f"correct horse {ANN}"
    with site.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain(ANN, secret, BOSS)).startswith(b"235")
        assert wire.say(f"MAIL FROM:<{BOSS}>").startswith(b"250")
        assert wire.say("RCPT TO:<dev@localhost>").startswith(b"250")
        assert wire.say("RSET").startswith(b"250")
        said = wire.say(f"MAIL FROM:<{ANN}>")
        assert said.startswith(b"550") and b"You act as boss@example.com" in said
        event = site.attempt(outcome="success", authzid=BOSS)
        assert event["user"]["name"] == ANN and event["account"]["name"] == BOSS
        [seen] = json.loads(site.run("account", "sessions", ANN, "--json").stdout)["items"]
        assert seen["account"] == BOSS and seen["actor"] == ANN
        # Either account's end is the session's.
        assert site.run("account", "disable", ANN).returncode == 0
        assert wire.say("NOOP").startswith(b"421")
    assert site.run("account", "enable", ANN).returncode == 0
    for who, whom in ((BOSS, ANN), (ANN, PRINTER), (ANN, "nobody@example.com")):
        with site.wire() as wire:
            said = wire.say("AUTH PLAIN " + plain(who, f"correct horse {who}", whom))
            assert said.startswith(b"535 5.7.8"), (who, whom)
    assert site.attempt("nobody@example.com", reason="authzid_not_permitted")
    card = site.authority.issue("desk", [ANN])
    assert site.external(card, BOSS).startswith(b"235")
    assert site.external(card, PRINTER).startswith(b"535")


def test_whoever_acts_as_another_is_held_to_the_rules_for_that_one(site):
    said = plain(ANN, f"correct horse {ANN}", CHIEF)
    with site.wire() as wire:
        assert wire.say("AUTH PLAIN " + said).startswith(b"235")
    assert site.run("account", "set", CHIEF, "--add-group", "staff").returncode == 0
    with site.wire() as wire:
        assert wire.say("AUTH PLAIN " + said).startswith(b"534 5.7.9")
        assert wire.say("AUTH PLAIN " + plain(ANN, f"correct horse {ANN}")).startswith(b"235")


def test_a_client_that_suddenly_shows_its_password_is_an_event(site):
    secret = f"correct horse {ANN}"
    before = site.metrics()
    with site.wire() as wire:
        assert sign_in(wire.say, "SCRAM-SHA-256", Scram(ANN, secret)).startswith(b"235")
    with site.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain(ANN, secret)).startswith(b"235")
    event = site.wait_for_event(lambda e: e["event"] == "auth.downgrade")
    assert event["severity"] == "warning" and event["mechanism"] == "PLAIN"
    assert event["account"]["name"] == ANN and "SCRAM-SHA-256" in event["detail"]
    with site.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain(ANN, secret)).startswith(b"235")
    site.wait_for_event(lambda e: e["event"] == "session.close" and e["seq"] > event["seq"])
    assert sum(e["event"] == "auth.downgrade" for e in site.audit()) == 1, "it was said"
    series = 'signet_audit_events_total{event="auth.downgrade"}'
    assert site.metrics()[series] == before[series] + 1


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl")
def test_curl_signs_in_by_certificate(site, tmp_path):
    card = site.authority.issue("curl", [ANN])
    subject = "mark-" + uuid.uuid4().hex
    message = tmp_path / "message"
    message.write_text(f"From: {ANN}\r\nTo: dev@localhost\r\nSubject: {subject}\r\n\r\nhello\r\n")
    done = subprocess.run(
        ["curl", "-sS", "--url", f"smtps://localhost:{site.submissions_port}", "--cacert",
         str(site.ca), "--cert", str(card[0]), "--key", str(card[1]), "--user", f"{ANN}:",
         "--login-options", "AUTH=EXTERNAL", "--mail-from", ANN, "--mail-rcpt", "dev@localhost",
         "--upload-file", str(message)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    site.wait_for_mail(lambda m: f"\nSubject: {subject}\n".encode() in m)


@pytest.mark.skipif(not shutil.which("msmtp"), reason="no msmtp")
def test_msmtp_signs_in_by_certificate(site):
    card = site.authority.issue("msmtp", [ANN])
    subject = "mark-" + uuid.uuid4().hex
    done = subprocess.run(
        ["msmtp", "-C", "/dev/null", "--host=localhost", f"--port={site.submissions_port}",
         "--tls=on", "--tls-starttls=off", f"--tls-trust-file={site.ca}",
         f"--tls-cert-file={card[0]}", f"--tls-key-file={card[1]}", "--auth=external",
         f"--user={ANN}", f"--from={ANN}", "dev@localhost"],
        input=f"From: {ANN}\nTo: dev@localhost\nSubject: {subject}\n\nhello\n",
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    site.wait_for_mail(lambda m: f"\nSubject: {subject}\n".encode() in m)
