"""Postfix, as it stands in many an office, sends through Signet, signed in by Cyrus SASL."""
import uuid

import pytest

from conftest import DevServer, Server
from peers import postfix

pytestmark = pytest.mark.skipif(not postfix.available(), reason=postfix.missing())

MESSAGE = b"From: dev@localhost\r\nTo: ann@example.com\r\nSubject: %s\r\n\r\n.leading dot\r\n"


@pytest.fixture(scope="module")
def cautious(tmp_path_factory):
    """A site whose verifiers have no more rounds than Cyrus SASL computes."""
    server = DevServer(tmp_path_factory.mktemp("cautious") / "run").start()
    password = server.password
    assert server.stop() == 0, server.log()
    config = server.dir / "cautious.toml"
    config.write_text(server.settings() + "\n[auth]\nscram_iterations = 65536\n")
    server.command = [str(server.binary), "serve", "--config", str(config)]
    Server.start(server, [server.submission_port, server.submissions_port])
    # What was made with more rounds stays until the password is set again.
    done = server.run("account", "reset-password", server.user, "--password-stdin", input=password)
    assert done.returncode == 0, done.stderr
    yield server
    assert server.stop() == 0, server.log()


@pytest.mark.parametrize("door, mechanism", [
    ("starttls", "PLAIN"), ("starttls", "SCRAM-SHA-256"), ("implicit", "SCRAM-SHA-256")])
def test_postfix_signs_in_and_its_message_arrives(cautious, door, mechanism):
    subject = "mark-" + uuid.uuid4().hex
    port = cautious.submission_port if door == "starttls" else cautious.submissions_port
    before = len(cautious.audit())
    with postfix.PostfixClient(port, cautious.user, cautious.password, cautious.ca, mechanism,
                               implicit=door == "implicit") as peer:
        peer.send("dev@localhost", ["ann@example.com"], MESSAGE % subject.encode())
        peer.wait_for_log("status=sent")
        assert "Queued as" in peer.log() and "Verified TLS connection" in peer.log(), peer.log()
    got = cautious.wait_for_mail(lambda m: f"\nSubject: {subject}\n".encode() in m)
    assert got.endswith(b"\n\n.leading dot\n")
    signed_in = [e for e in cautious.audit()[before:] if e["event"] == "auth.attempt"]
    assert [e["mechanism"] for e in signed_in if e["outcome"] == "success"] == [mechanism]


def test_postfix_keeps_its_message_while_the_password_is_wrong(cautious):
    with postfix.PostfixClient(cautious.submissions_port, cautious.user, "not the password", cautious.ca,
                               "SCRAM-SHA-256", implicit=True) as peer:
        peer.send("dev@localhost", ["ann@example.com"], MESSAGE % b"never")
        peer.wait_for_log("status=deferred")
        assert "535 5.7.8" in peer.log(), peer.log()
