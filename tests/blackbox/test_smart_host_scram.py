"""The release binary as a client of smart hosts that want SCRAM: another Signet, a Postfix with Cyrus
SASL, and some that only pretend to know the password."""
import base64
import hashlib
import os
import ssl

import pytest

import hostile_peers as hostile
from conftest import DevServer
from peers import certificates, postfix
from relay_site import RelayServer, smart_host
from scram_client import b64, digest

PASSWORD = "kraken & squid"
OFFER = b"AUTH SCRAM-SHA-256 PLAIN LOGIN"


# ---- another Signet

@pytest.fixture(scope="module")
def site(signet, tmp_path_factory):
    """A relay with routes to the server of `signet dev`."""
    server = RelayServer(tmp_path_factory.mktemp("relay") / "run")
    auth = (signet.user, signet.dir / "dev-password")
    server.serve(
        smart_host("starttls", signet.submission_port, "verified", signet.ca, auth)
        + smart_host("implicit", signet.submissions_port, "verified", signet.ca, auth, True)
        + smart_host("unbound", signet.submissions_port, "verified", signet.ca, auth, True,
                     ["SCRAM-SHA-256", "PLAIN"])
        + smart_host("plain", signet.submissions_port, "verified", signet.ca, auth, True,
                     ["PLAIN"])
        + smart_host("wrong", signet.submissions_port, "verified", signet.ca,
                     (signet.user, server.secret_file("wrong", "another password")), True))
    yield server
    assert server.stop() == 0, server.log()


@pytest.mark.parametrize("name, mechanism", [
    ("starttls", "SCRAM-SHA-512-PLUS"), ("implicit", "SCRAM-SHA-512-PLUS"),
    ("unbound", "SCRAM-SHA-256"), ("plain", "PLAIN")])
def test_a_signet_takes_the_strongest_mechanism_that_it_may(signet, site, name, mechanism):
    before = len(signet.audit())
    site.send([f"bob@{name}.test"], name)
    event = site.outcome(f"bob@{name}.test")
    assert (event["event"], event["mechanism"]) == ("message.delivered", mechanism)
    [attempt] = [found for found in signet.audit()[before:] if found["event"] == "auth.attempt"]
    assert (attempt["mechanism"], attempt["outcome"]) == (mechanism, "success")


def test_a_wrong_password_delays_and_is_in_no_log(signet, site):
    site.send(["bob@wrong.test"], "wrong")
    event = site.outcome("bob@wrong.test")
    assert (event["event"], event["reason"]) == ("message.deferred", "auth")
    assert (event["mechanism"], event["smtp"]["code"]) == ("SCRAM-SHA-512-PLUS", 535)
    assert "another password" not in site.log() + str(site.audit())


# ---- Postfix with Cyrus SASL

@pytest.mark.skipif(not postfix.available(), reason=postfix.missing())
def test_postfix_with_cyrus_sasl_and_our_relay_prove_themselves_to_each_other(tmp_path):
    with postfix.Postfix(accounts={"relay": PASSWORD},
                         mechanisms="SCRAM-SHA-256 PLAIN LOGIN") as peer:
        server = RelayServer(tmp_path / "run")
        secret = server.secret_file("password", PASSWORD)
        wrong = server.secret_file("wrong", "another password")
        port = peer.submission_port
        server.serve(
            smart_host("peer", port, "verified", peer.ca_file, ("relay", secret))
            + smart_host("plain", port, "verified", peer.ca_file, ("relay", secret),
                         mechanisms=["PLAIN"])
            + smart_host("wrong", port, "verified", peer.ca_file, ("relay", wrong)))
        try:
            for name, mechanism in ("peer", "SCRAM-SHA-256"), ("plain", "PLAIN"):
                server.send([f"bob@{name}.test"], name)
                event = server.outcome(f"bob@{name}.test")
                assert (event["event"], event["mechanism"]) == ("message.delivered", mechanism)
                assert f"sasl_method={mechanism}, sasl_username=relay" in peer.log()
            assert len(peer.wait_for(2)) == 2
            server.send(["bob@wrong.test"], "wrong")
            event = server.outcome("bob@wrong.test")
            assert (event["reason"], event["smtp"]["code"]) == ("auth", 535)
        finally:
            assert server.stop() == 0, server.log()


# ---- TLS 1.2, where Python knows what both ends are bound by

def honest_plus(talk):
    """Knows the password, and takes a proof that is bound to this very connection alone."""
    hostile.with_starttls(talk, b"AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN")
    line = talk.expect(b"AUTH SCRAM-SHA-256-PLUS ")
    header, bare = base64.b64decode(line.split(b" ")[2]).decode().split(",,")
    first = f"r={bare.split(',r=')[1]}and-mine,s={b64(b'salt of the peer')},i=4096"
    say(talk, first.encode())
    last = base64.b64decode(talk.line()).decode()
    without_proof, proof = last.rsplit(",p=", 1)
    salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"salt of the peer", 4096)
    message = f"{bare},{first},{without_proof}".encode()
    client_key = digest(salted, b"Client Key")
    signature = digest(hashlib.sha256(client_key).digest(), message)
    unique = talk.socket.get_channel_binding("tls-unique")
    assert header == "p=tls-unique"
    assert without_proof.startswith("c=" + b64(b"p=tls-unique,," + unique) + ",r=")
    assert base64.b64decode(proof) == bytes(a ^ b for a, b in zip(client_key, signature))
    say(talk, b"v=" + b64(digest(digest(salted, b"Server Key"), message)).encode())
    assert talk.line() == b""
    talk.send(b"235 2.7.0 welcome\r\n")
    talk.take()


def test_on_tls_1_2_the_proof_is_bound_by_tls_unique(tmp_path):
    certificates.write(tmp_path)
    peer = hostile.HostilePeer(honest_plus, tmp_path)
    peer.context.maximum_version = ssl.TLSVersion.TLSv1_2
    server = RelayServer(tmp_path / "run")
    auth = ("relay", server.secret_file("password", PASSWORD))
    with peer:
        server.serve(smart_host("old", peer.port, "verified", tmp_path / "ca.pem", auth))
        try:
            server.send(["bob@old.test"], "old")
            event = server.outcome("bob@old.test")
            assert event["event"] == "message.delivered", (event, peer.failures)
            assert (event["mechanism"], event["tls"]["version"]) == ("SCRAM-SHA-256-PLUS", "TLSv1.2")
        finally:
            assert server.stop() == 0, server.log()
    assert peer.failures == []


# ---- who only pretends

def say(talk, challenge):
    talk.send(b"334 " + base64.b64encode(challenge) + b"\r\n")


def first_of(talk):
    """The client's first message behind its header, and its nonce."""
    line = talk.expect(b"AUTH SCRAM-SHA-256 ")
    bare = base64.b64decode(line.split(b" ")[2]).split(b",,")[1].decode()
    return bare, bare.split(",r=")[1]


def scram(play):
    """STARTTLS and an offer of SCRAM; play(talk) is the exchange.  Whoever sends MAIL is served."""
    def script(talk):
        hostile.with_starttls(talk, OFFER)
        play(talk)
        talk.take()
    return script


def success_at_once(talk):
    first_of(talk)
    talk.send(b"235 2.7.0 welcome\r\n")


def success_without_a_proof(talk):
    say(talk, f"r={first_of(talk)[1]}and-mine,s=c2FsdA==,i=4096".encode())
    talk.line()
    talk.send(b"235 2.7.0 welcome\r\n")


def a_proof_of_another_password(talk):
    """As somebody who knows the protocol, and guesses."""
    bare, nonce = first_of(talk)
    first = f"r={nonce}and-mine,s={b64(os.urandom(16))},i=4096"
    say(talk, first.encode())
    without_proof = base64.b64decode(talk.line()).decode().rsplit(",p=", 1)[0]
    salt = base64.b64decode(first.split("s=")[1].split(",i=")[0])
    salted = hashlib.pbkdf2_hmac("sha256", b"a guess", salt, 4096)
    message = f"{bare},{first},{without_proof}".encode()
    say(talk, b"v=" + b64(digest(digest(salted, b"Server Key"), message)).encode())
    talk.line()
    talk.send(b"235 2.7.0 welcome\r\n")


def a_nonce_of_its_own(talk):
    first_of(talk)
    say(talk, b"r=recorded-elsewhere-and-mine,s=c2FsdA==,i=4096")
    talk.line()


def endless_rounds(talk):
    say(talk, f"r={first_of(talk)[1]}and-mine,s=c2FsdA==,i=4000000000".encode())
    talk.line()


def hardly_any_rounds(talk):
    say(talk, f"r={first_of(talk)[1]}and-mine,s=c2FsdA==,i=1".encode())
    talk.line()


IMPOSTORS = {
    "at-once": (success_at_once, "did not prove"),
    "no-proof": (success_without_a_proof, "did not prove"),
    "guess": (a_proof_of_another_password, "did not prove"),
    "nonce": (a_nonce_of_its_own, "did not prove"),
    "endless": (endless_rounds, "rounds"),
    "hardly": (hardly_any_rounds, "rounds"),
}


@pytest.fixture(scope="module")
def impostors(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    certificates.write(folder)
    peers = {name: hostile.HostilePeer(scram(play), folder).__enter__()
             for name, (play, _) in IMPOSTORS.items()}
    server = RelayServer(tmp_path_factory.mktemp("relay") / "run")
    auth = ("relay", server.secret_file("password", PASSWORD))
    server.serve("".join(smart_host(name, peer.port, "verified", folder / "ca.pem", auth)
                         for name, peer in peers.items()))
    yield server, peers
    assert server.stop() == 0, server.log()
    for peer in peers.values():
        peer.__exit__()
        assert peer.failures == []


@pytest.mark.parametrize("name", IMPOSTORS)
def test_security_13_a_server_that_does_not_know_the_password_gets_no_message(impostors, name):
    server, peers = impostors
    server.send([f"bob@{name}.test"], name)
    event = server.outcome(f"bob@{name}.test")
    assert (event["event"], event["reason"]) == ("message.deferred", "auth")
    assert IMPOSTORS[name][1] in event["detail"]
    assert peers[name].senders == [], "not even MAIL"
    assert PASSWORD.encode() not in peers[name].received()


def test_signet_send_does_not_believe_an_impostor(tmp_path):
    certificates.write(tmp_path)
    (tmp_path / "password").write_text(PASSWORD + "\n")
    server = DevServer(tmp_path / "unused")
    with hostile.HostilePeer(scram(a_proof_of_another_password), tmp_path) as peer:
        sent = server.run("send", "--host", "localhost", "--port", str(peer.port), "--ca",
                          str(tmp_path / "ca.pem"), "--user", "relay", "--from",
                          "ann@example.com", "--password-file", str(tmp_path / "password"),
                          "--to", "bob@example.com")
        assert sent.returncode == 5, (sent.stdout, sent.stderr)
        assert "did not prove that it knows the password" in sent.stdout
        assert peer.senders == []
