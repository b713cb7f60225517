"""The unpacked Postfix is a smart host in earnest: it wants TLS and AUTH, and keeps what it takes."""
import smtplib
import ssl

import pytest

from peers import postfix

MESSAGE = b'From: a@example.org\r\nTo: b@example.com\r\nSubject: %d\r\n\r\n.leading dot\r\n'

pytestmark = pytest.mark.skipif(not postfix.available(), reason=postfix.missing())


@pytest.fixture(scope='module')
def peer():
    with postfix.Postfix(accounts={'relay': 'open sesame'}) as started:
        yield started


@pytest.fixture
def context(peer):
    return ssl.create_default_context(cafile=peer.ca_file)


def submission(peer):
    return smtplib.SMTP('localhost', peer.submission_port, timeout=20)


def test_a_message_sent_with_starttls_and_auth_arrives(peer, context):
    before = len(peer.messages())
    with submission(peer) as client:
        client.starttls(context=context)
        client.login('relay', 'open sesame')
        client.sendmail('a@example.org', ['b@example.com'], MESSAGE % 1)
    arrived = peer.wait_for(before + 1)[-1]
    assert b'\nSubject: 1\n' in arrived
    assert arrived.endswith(b'\n\n.leading dot\n')
    assert b'Delivered-To: b@example.com' in arrived


def test_a_message_sent_inside_tls_arrives(peer, context):
    before = len(peer.messages())
    with smtplib.SMTP_SSL('localhost', peer.submissions_port, timeout=20, context=context) as client:
        client.login('relay', 'open sesame')
        client.sendmail('a@example.org', ['c@example.net'], MESSAGE % 2)
    assert b'Subject: 2\n' in peer.wait_for(before + 1)[-1]


def test_a_wrong_password_and_no_password_are_refused(peer, context):
    with submission(peer) as client:
        client.starttls(context=context)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login('relay', 'open says me')
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail('a@example.org', ['b@example.com'], MESSAGE % 3)


def test_nothing_is_taken_in_the_clear(peer):
    with submission(peer) as client:
        client.ehlo()
        assert not client.has_extn('auth')
        code, _ = client.mail('a@example.org')
        assert code == 530
