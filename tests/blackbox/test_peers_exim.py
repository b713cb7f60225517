"""Exim, as it stands in many an office, sends through Signet: with TLS, and signed in."""
import uuid

import pytest

from peers import exim

pytestmark = pytest.mark.skipif(not exim.available(), reason=exim.missing())


def message(subject):
    return (f"From: dev@localhost\nTo: ann@example.com\nSubject: {subject}\n\n"
            ".a leading dot\nFrom the first column\n").encode()


def chunks_so_far(server):
    return sum(value for name, value in server.metrics().items()
               if name.startswith("signet_smtp_commands_total") and 'verb="BDAT"' in name)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("door", ["starttls", "implicit"])
def test_exim_signs_in_and_its_message_arrives(signet, door, mechanism):
    subject = "mark-" + uuid.uuid4().hex
    chunks = chunks_so_far(signet)
    port = signet.submission_port if door == "starttls" else signet.submissions_port
    with exim.Exim(port, tls=door, ca_file=signet.ca, user=signet.user, password=signet.password,
                   mechanism=mechanism) as peer:
        peer.send("dev@localhost", ["ann@example.com"], message(subject))
        line = peer.delivered("ann@example.com")
        assert line, peer.log()
        assert "A=only_one" in line and "CV=yes" in line and "Queued as" in line
    arrived = signet.wait_for_mail(lambda m: f"\nSubject: {subject}\n".encode() in m)
    assert arrived.endswith(b"\n\n.a leading dot\nFrom the first column\n")
    assert chunks_so_far(signet) == chunks + 1  # RFC 3030: Exim uses BDAT where it is offered


def test_exim_keeps_its_message_while_the_password_is_wrong(signet):
    with exim.Exim(signet.submissions_port, tls="implicit", ca_file=signet.ca, user=signet.user,
                   password="wrong") as peer:
        peer.send("dev@localhost", ["ann@example.com"], message("never"))
        assert not peer.delivered("ann@example.com")
        assert peer.deferred("ann@example.com"), peer.log()
    signet.wait_for_event(lambda e: e["event"] == "auth.attempt" and e["outcome"] == "failure")


def test_exim_hears_why_an_address_is_not_its_own(signet):
    with exim.Exim(signet.submissions_port, tls="implicit", ca_file=signet.ca, user=signet.user,
                   password=signet.password) as peer:
        peer.send("boss@localhost", ["ann@example.com"], message("never"))
        line = peer.failed("ann@example.com")
        assert line and "may not send as boss@localhost" in line, peer.log()
