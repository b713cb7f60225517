"""SCRAM by other people's programs, and by one that lies.

gsasl knows both bindings: tls-exporter on TLS 1.3 and tls-unique on TLS 1.2.  Python's ssl has the
latter, and `openssl s_client -keymatexport` tells what the former should be.
"""
import re
import select
import shutil
import ssl
import subprocess
import time
import uuid

import pytest

from conftest import DevServer
from scram_client import Scram, salt_of, sign_in
from test_clients import arrived, message, run
from wire import Wire, plain, secure

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
UNBOUND = b"SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN"  # what signet dev offers
BOUND = b"AUTH SCRAM-SHA-512-PLUS SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS " + UNBOUND
PRIORITY = {TLS12: "NORMAL:-VERS-ALL:+VERS-TLS1.2", TLS13: "NORMAL:-VERS-ALL:+VERS-TLS1.3"}


def gsasl(server, mechanism, *options, password=None, version=TLS13):
    return subprocess.run(
        ["gsasl", "--smtp", "--client", "--connect", f"localhost:{server.submission_port}",
         "--mechanism", mechanism, "--authentication-id", server.user,
         "--password", password or server.password, "--x509-ca-file", str(server.ca),
         "--priority", PRIORITY[version], *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def attempt_of(server, mechanism, outcome, after):
    """The first event of that kind beyond the `after` that were there."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for event in server.audit()[after:]:
            if (event["event"] == "auth.attempt" and event.get("mechanism") == mechanism
                    and event["outcome"] == outcome):
                return event
        time.sleep(0.05)
    raise AssertionError(server.audit()[after:])


@pytest.mark.parametrize("version", [TLS13, TLS12], ids=["1.3", "1.2"])
def test_gsasl_is_bound_to_its_connection(signet, version):
    before = len(signet.audit())
    done = gsasl(signet, "SCRAM-SHA-256-PLUS", version=version)
    assert done.returncode == 0, (done.stdout, done.stderr)
    event = attempt_of(signet, "SCRAM-SHA-256-PLUS", "success", before)
    assert event["credential"]["kind"] == "scram"
    assert event["tls"]["version"] == {TLS13: "TLSv1.3", TLS12: "TLSv1.2"}[version]


def test_gsasl_without_a_binding(signet):
    before = len(signet.audit())
    done = gsasl(signet, "SCRAM-SHA-256", "--no-cb")
    assert done.returncode == 0, (done.stdout, done.stderr)
    attempt_of(signet, "SCRAM-SHA-256", "success", before)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])
def test_gsasl_with_a_wrong_password(signet, mechanism):
    before = len(signet.audit())
    options = [] if mechanism.endswith("PLUS") else ["--no-cb"]
    done = gsasl(signet, mechanism, *options, password="not the password")
    assert done.returncode != 0
    assert attempt_of(signet, mechanism, "failure", before)["reason"] == "bad_password"


@pytest.mark.parametrize("door", ["starttls", "implicit"])
def test_msmtp(signet, door):
    subject = "mark-" + uuid.uuid4().hex
    port = signet.submission_port if door == "starttls" else signet.submissions_port
    before = len(signet.audit())
    run(["msmtp", "--host=localhost", f"--port={port}", "--tls=on",
         f"--tls-starttls={'on' if door == 'starttls' else 'off'}",
         f"--tls-trust-file={signet.ca}", "--auth=scram-sha-256", f"--user={signet.user}",
         f"--passwordeval=cat {signet.dir / 'dev-password'}", "--from=dev@localhost",
         "--file=/dev/null", "ann@example.com"], input=message(subject))
    arrived(signet, subject)
    attempt_of(signet, "SCRAM-SHA-256", "success", before)


def on_tls12(server, extended=True):
    """Inside TLS 1.2 and greeted; extended: with the extended master secret."""
    wire = Wire(server.host, server.submissions_port)
    context = ssl.create_default_context(cafile=str(server.ca))
    context.maximum_version = TLS12
    if not extended:
        context.options |= 1  # SSL_OP_NO_EXTENDED_MASTER_SECRET, which Python has no name for
    wire.socket = context.wrap_socket(wire.socket, server_hostname="localhost")
    assert wire.reply().startswith(b"220")
    return wire, wire.say("EHLO test.example")


def test_tls_unique_is_that_of_the_connection(signet):
    wire, offer = on_tls12(signet)
    with wire:
        assert BOUND in offer
        unique = wire.socket.get_channel_binding("tls-unique")
        client = Scram(signet.user, signet.password, "p=tls-unique", unique)
        assert sign_in(wire.say, "SCRAM-SHA-256-PLUS", client).startswith(b"235")


def test_security_13_without_the_extended_master_secret_nothing_is_bound(signet):
    wire, offer = on_tls12(signet, extended=False)
    with wire:
        assert b"-PLUS" not in offer and b"AUTH " + UNBOUND in offer
        unique = wire.socket.get_channel_binding("tls-unique")
        client = Scram(signet.user, signet.password, "p=tls-unique", unique)
        assert sign_in(wire.say, "SCRAM-SHA-256-PLUS", client).startswith(b"504")
        # Nothing was offered that binds, so a client that could says "y", and is believed.
        client = Scram(signet.user, signet.password, "y")
        assert sign_in(wire.say, "SCRAM-SHA-256", client).startswith(b"235")


class SClient:
    """`openssl s_client`, which says what the exporter gives and then hands lines through."""

    def __init__(self, server):
        self.process = subprocess.Popen(
            ["openssl", "s_client", "-starttls", "smtp", "-crlf", "-ign_eof", "-tls1_3",
             "-CAfile", str(server.ca), "-verify_return_error", "-keymatexport",
             "EXPORTER-Channel-Binding", "-keymatexportlen", "32",
             "-connect", f"localhost:{server.submission_port}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        head = self.read_until(rb"Keying material: ([0-9A-F]{64})")
        self.exporter = bytes.fromhex(head.group(1).decode())

    def read_until(self, pattern):
        """Reads until the pattern is there; it and what stands before it are then gone."""
        end, text = time.monotonic() + 30, getattr(self, "rest", b"")
        while not (found := re.search(pattern, text)):
            assert time.monotonic() < end, text
            if select.select([self.process.stdout], [], [], 1)[0]:
                part = self.process.stdout.read1(65536)
                assert part, text
                text += part
        self.rest = text[found.end():]
        return found

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        return self.read_until(rb"(?m)^((?:\d{3}-[^\n]*\n)*\d{3}(?: [^\r\n]*)?)\r?\n").group(1)

    def close(self):
        self.process.kill()
        self.process.communicate()


def test_tls_exporter_is_what_openssl_says(signet):
    client = SClient(signet)
    try:
        assert b"SCRAM-SHA-256-PLUS" in client.say("EHLO test.example")
        scram = Scram(signet.user, signet.password, "p=tls-exporter", client.exporter)
        assert sign_in(client.say, "SCRAM-SHA-256-PLUS", scram).startswith(b"235")
    finally:
        client.close()


@pytest.mark.parametrize("mechanism, flag, binding", [
    ("SCRAM-SHA-256", "y", b""),                              # our offer was edited
    ("SCRAM-SHA-256-PLUS", "n", b""),
    ("SCRAM-SHA-256-PLUS", "p=tls-exporter", b"x" * 32),      # another connection's
    ("SCRAM-SHA-256-PLUS", "p=tls-unique", b"u" * 12),        # not on TLS 1.3
    ("SCRAM-SHA-256-PLUS", "p=tls-server-end-point", b"h" * 32),
])
def test_security_13_a_stripped_or_foreign_binding_is_an_attack(signet, mechanism, flag, binding):
    before = len(signet.audit())
    with secure(signet) as wire:
        client = Scram(signet.user, signet.password, flag, binding)
        assert sign_in(wire.say, mechanism, client).startswith(b"535 5.7.8")
        assert wire.say("AUTH PLAIN " + plain(signet.user, signet.password)).startswith(b"235")
    event = attempt_of(signet, mechanism, "failure", before)
    assert event["reason"] == "channel_binding_mismatch" and event["severity"] == "warning"
    assert event["user"]["name"] == signet.user and "possible attack" in event["detail"]


def test_security_13_a_recorded_exchange_opens_nothing(signet):
    with secure(signet) as wire:
        client, said = Scram(signet.user, signet.password), []
        assert sign_in(lambda line: (said.append(line), wire.say(line))[1], "SCRAM-SHA-256",
                       client).startswith(b"235")
    with secure(signet) as wire:
        assert wire.say(said[0]).startswith(b"334")
        assert wire.say(said[1]).startswith(b"501 5.5.2")


def test_security_24_a_sign_that_nobody_sees_makes_no_second_name(signet):
    with secure(signet) as wire:
        hidden = signet.user + "\u200b"
        assert wire.say("AUTH PLAIN " + plain(hidden, signet.password)).startswith(b"535 5.7.8")
        client = Scram(hidden, signet.password)
        assert sign_in(wire.say, "SCRAM-SHA-256", client).startswith(b"535 5.7.8")


@pytest.fixture
def own(tmp_path):
    """A server of this test's own, which it may stop and change."""
    server = DevServer(tmp_path / "run").start()
    yield server
    if server.process.poll() is None:
        server.stop()


def offer(server):
    wire = Wire(server.host, server.submissions_port).starttls_now(server.ca)
    with wire:
        assert wire.reply().startswith(b"220")
        return wire.say("EHLO test.example")


def test_security_12_a_salt_stays_over_connections_and_restarts(own):
    names = [own.user, "nobody", "nobody@example.com", "\u00fcber"]

    def shown():
        with secure(own) as wire:
            return [salt_of(wire.say, name) for name in names]

    first = shown()
    assert first == shown() and len(set(first)) == len(names)
    assert len({len(text) for text in first}) == 1, "none looks unlike the others"
    assert own.stop() == 0
    own.start()
    assert first == shown()


def test_scram_is_offered_once_every_account_can_use_it(own):
    assert BOUND in offer(own)
    hash_of_u = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"  # "U*U"
    done = own.run("account", "add", "bob@localhost", "--hash", hash_of_u)
    assert done.returncode == 0, done.stderr
    assert "scram:       1 accounts have no verifier yet" in own.run("status").stdout
    assert b"AUTH CRAM-MD5 PLAIN LOGIN" in offer(own)
    with secure(own) as wire:
        client = Scram(own.user, own.password)
        assert sign_in(wire.say, "SCRAM-SHA-256", client).startswith(b"504")
        assert wire.say("AUTH PLAIN " + plain("bob@localhost", "U*U")).startswith(b"235")
    assert BOUND in offer(own)
    assert "scram:       0 accounts have no verifier yet" in own.run("status").stdout
    with secure(own) as wire:
        client = Scram("bob@localhost", "U*U")
        assert sign_in(wire.say, "SCRAM-SHA-256", client).startswith(b"235")


def test_security_28_the_database_holds_nothing_that_can_be_guessed_at(own):
    assert own.stop() == 0
    files = [path for path in own.dir.rglob("accounts.db*") if path.is_file()]
    assert files
    for path in files:
        octets = path.read_bytes()
        for part in (b"$argon2id", b"SCRAM-SHA-256$", own.password.encode()):
            assert part not in octets, (path, part)


def test_without_its_key_or_with_another_a_database_is_not_served(own):
    assert own.stop() == 0
    [key] = own.dir.rglob("credential-key")
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.with_name("kept")
    shutil.move(key, kept)
    for replacement, sentence in ((None, "sealed"), ("0" * 64 + "\n", "another key"),
                                  ("no key\n", "64 hexadecimal digits")):
        if replacement:
            key.write_text(replacement)
            key.chmod(0o600)
        done = subprocess.run(own.command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and sentence in done.stderr, (done.returncode, done.stderr)
        assert key.exists() == bool(replacement), "a new key was made"
    shutil.move(kept, key)
    own.start()
    with secure(own) as wire:
        client = Scram(own.user, own.password)
        assert sign_in(wire.say, "SCRAM-SHA-256", client).startswith(b"235")
