"""Postfix, as it stands in many an office, sends through Signet, signed in by Cyrus SASL."""
import uuid

import pytest

from peers import postfix

pytestmark = pytest.mark.skipif(not postfix.available(), reason=postfix.missing())

MESSAGE = b"From: dev@localhost\r\nTo: ann@example.com\r\nSubject: %s\r\n\r\n.leading dot\r\n"


@pytest.mark.parametrize("door, mechanism", [
    ("starttls", "PLAIN"), ("starttls", "SCRAM-SHA-256"), ("implicit", "SCRAM-SHA-256")])
def test_postfix_signs_in_and_its_message_arrives(signet, door, mechanism):
    subject = "mark-" + uuid.uuid4().hex
    port = signet.submission_port if door == "starttls" else signet.submissions_port
    before = len(signet.audit())
    with postfix.PostfixClient(port, signet.user, signet.password, signet.ca, mechanism,
                               implicit=door == "implicit") as peer:
        peer.send("dev@localhost", ["ann@example.com"], MESSAGE % subject.encode())
        peer.wait_for_log("status=sent")
        assert "Queued as" in peer.log() and "Verified TLS connection" in peer.log(), peer.log()
    got = signet.wait_for_mail(lambda m: f"\nSubject: {subject}\n".encode() in m)
    assert got.endswith(b"\n\n.leading dot\n")
    signed_in = [e for e in signet.audit()[before:] if e["event"] == "auth.attempt"]
    assert [e["mechanism"] for e in signed_in if e["outcome"] == "success"] == [mechanism]


def test_postfix_keeps_its_message_while_the_password_is_wrong(signet):
    with postfix.PostfixClient(signet.submissions_port, signet.user, "not the password", signet.ca,
                               "SCRAM-SHA-256", implicit=True) as peer:
        peer.send("dev@localhost", ["ann@example.com"], MESSAGE % b"never")
        peer.wait_for_log("status=deferred")
        assert "535 5.7.8" in peer.log(), peer.log()
