"""An account signs in with many things: app passwords for its devices, a second password while it
replaces the first; each with a policy and a life of its own, and an end that bites at once."""
import hmac
import json
import smtplib
import ssl
import time

import pytest

from conftest import DevServer
from scram_client import Scram, sign_in
from wire import b64decode, plain, secure

ANN = 'ann@example.com'


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    directory = tmp_path_factory.mktemp('credentials') / 'dev'
    dev = DevServer(directory).start()
    yield dev
    assert dev.stop() == 0, dev.log()


@pytest.fixture
def account(server):
    done = server.run('account', 'add', ANN, '--address', 'scan@example.com', '--password-stdin',
                      input='correct horse\n')
    assert done.returncode == 0, done.stderr
    yield ANN
    server.run('account', 'delete', ANN)


def asked(server, *arguments, **options):
    done = server.run(*arguments, '--json', **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def app_password(server, *options):
    return asked(server, 'app-password', 'add', ANN, *options)


def listed(server, identity):
    items = asked(server, 'credential', 'list', ANN)['items']
    return next(item for item in items if item['id'] == identity)


def last_use(server, identity):
    """Written behind the answer to the sign-in."""
    end = time.monotonic() + 30
    while not (used := listed(server, identity).get('last_use')):
        assert time.monotonic() < end, 'no use of it was written'
        time.sleep(0.05)
    return used


def attempt(server, password, user=ANN):
    with secure(server) as wire:
        return wire.say('AUTH PLAIN ' + plain(user, password))


def last_attempt(server, reason):
    return server.wait_for_event(lambda e: e['event'] == 'auth.attempt' and e['reason'] == reason
                                 and e.get('user', {}).get('name') == ANN)


def test_an_app_password_signs_in_beside_the_password(server, account):
    made = app_password(server, '--label', 'phone')
    assert made['state'] == 'active' and made['type'] == 'app-password'
    assert len(made['password'].replace('-', '')) == 24
    for written in (made['password'], made['password'].replace('-', ''),
                    made['password'].upper().replace('-', ' ')):
        assert attempt(server, written).startswith(b'235'), written
    assert attempt(server, 'correct horse').startswith(b'235')
    assert attempt(server, made['password'][:-1] + 'x').startswith(b'535')
    used = last_use(server, made['id'])
    assert used['client'] == '127.0.0.1' and used['mechanism'] == 'PLAIN'
    assert used['tls'] == 'TLSv1.3'
    event = server.wait_for_event(lambda e: e['event'] == 'auth.attempt' and e['reason'] == 'ok'
                                  and e.get('credential', {}).get('id') == made['id'])
    assert event['account']['name'] == ANN
    shown = server.run('credential', 'list', ANN)
    assert made['password'] not in shown.stdout and 'phone' in shown.stdout
    assert made['password'] not in server.log()


def test_an_app_password_proves_itself_by_scram(server, account):
    made = app_password(server)
    with secure(server) as wire:
        assert sign_in(wire.say, 'SCRAM-SHA-256', Scram(ANN, made['password'])).startswith(b'235')
    with secure(server) as wire:
        assert sign_in(wire.say, 'SCRAM-SHA-256', Scram(ANN, 'correct horse')).startswith(b'235')
    with secure(server) as wire:
        assert sign_in(wire.say, 'SCRAM-SHA-256', Scram(ANN, 'wrong')).startswith(b'535')


def test_a_printer_is_held_to_its_address_its_recipients_and_its_rate(server, account):
    made = app_password(server, '--label', 'printer', '--sender', 'scan@example.com',
                        '--recipient-domain', 'example.com', '--limit-messages', '2/1h',
                        '--limit-message-size', '10KiB')
    with secure(server) as wire:
        assert wire.say('AUTH PLAIN ' + plain(ANN, made['password'])).startswith(b'235')
        assert wire.say('MAIL FROM:<ann@example.com>').startswith(b'5')
        assert wire.say('MAIL FROM:<scan@example.com> SIZE=20000').startswith(b'552')
        for _ in range(2):
            assert wire.say('MAIL FROM:<scan@example.com>').startswith(b'250')
            assert wire.say('RCPT TO:<bob@example.net>').startswith(b'5')
            assert wire.say('RCPT TO:<bob@example.com>').startswith(b'250')
            assert wire.say('DATA').startswith(b'354')
            assert wire.say('From: scan@example.com\r\n\r\npage 1\r\n.').startswith(b'250')
        assert wire.say('MAIL FROM:<scan@example.com>').startswith(b'450')
    with secure(server) as wire:  # Ann herself goes on
        assert wire.say('AUTH PLAIN ' + plain(ANN, 'correct horse')).startswith(b'235')
        assert wire.say('MAIL FROM:<ann@example.com>').startswith(b'250')
        assert wire.say('RCPT TO:<bob@example.net>').startswith(b'250')


@pytest.mark.parametrize('options, reply, reason', [
    (['--from', '192.0.2.0/24'], b'535 5.7.8', 'network_not_allowed'),
    (['--mechanism', 'LOGIN'], b'534 5.7.9', 'mechanism_not_allowed'),
])
def test_a_policy_bars_where_and_how(server, account, options, reply, reason):
    made = app_password(server, *options)
    assert attempt(server, made['password']).startswith(reply)
    event = last_attempt(server, reason)
    assert event['credential']['id'] == made['id']
    done = asked(server, 'credential', 'set', ANN, made['id'], options[0], 'none')
    assert done['policy'] == {}
    assert attempt(server, made['password']).startswith(b'235')


def test_revoked_it_ends_its_session_and_nobody_elses(server, account):
    made, other = app_password(server), app_password(server)
    with secure(server) as wire, secure(server) as beside:
        assert wire.say('AUTH PLAIN ' + plain(ANN, made['password'])).startswith(b'235')
        assert beside.say('AUTH PLAIN ' + plain(ANN, other['password'])).startswith(b'235')
        done = server.run('app-password', 'revoke', ANN, made['id'])
        assert done.returncode == 0, done.stderr
        assert wire.say('MAIL FROM:<ann@example.com>').startswith(b'421 4.7.0')
        assert wire.closed()
        assert beside.say('MAIL FROM:<ann@example.com>').startswith(b'250')
    assert attempt(server, made['password']).startswith(b'535 5.7.8')
    assert last_attempt(server, 'credential_revoked')['credential']['id'] == made['id']
    assert asked(server, 'credential', 'delete', ANN, made['id'])['id'] == made['id']
    assert attempt(server, made['password']).startswith(b'535 5.7.8')


def test_the_old_password_goes_on_for_a_while(server, account):
    done = server.run('account', 'reset-password', ANN, '--password-stdin', '--keep-old', '7d',
                      input='another horse\n')
    assert done.returncode == 0, done.stderr
    assert attempt(server, 'correct horse').startswith(b'235')
    assert attempt(server, 'another horse').startswith(b'235')
    assert last_use(server, 'old-password')['client'] == '127.0.0.1'
    assert server.run('credential', 'revoke', ANN, 'old-password').returncode == 0
    assert attempt(server, 'correct horse').startswith(b'535')
    assert attempt(server, 'another horse').startswith(b'235')


def test_a_device_of_the_old_sort_signs_in_with_cram_md5(tmp_path):
    dev = DevServer(tmp_path / 'dev')
    dev.start()
    try:
        dev.config.write_text(dev.settings() + '\n[auth]\nmechanisms = ["CRAM-MD5", "PLAIN", "LOGIN"]\n')
        done = dev.run('reload')
        assert done.returncode == 0, done.stdout + done.stderr
        assert dev.run('account', 'add', ANN, '--generate').returncode == 0
        made = asked(dev, 'app-password', 'add', ANN, '--cram-md5')
        context = ssl.create_default_context(cafile=str(dev.ca))
        client = smtplib.SMTP_SSL('localhost', dev.submissions_port, context=context)
        client.ehlo()
        assert 'CRAM-MD5' in client.esmtp_features['auth']
        client.user, client.password = ANN, made['password']
        assert client.auth('CRAM-MD5', client.auth_cram_md5)[0] == 235
        client.quit()
        with secure(dev) as wire:
            first = b64decode(wire.say('AUTH CRAM-MD5'))
            proof = hmac.new(b'wrong', first, 'md5').hexdigest()
            assert wire.say_b64(f'{ANN} {proof}').startswith(b'535')
        with secure(dev) as wire:  # what was right for one challenge is wrong for the next
            proof = hmac.new(made['password'].encode(), first, 'md5').hexdigest()
            wire.say('AUTH CRAM-MD5')
            assert wire.say_b64(f'{ANN} {proof}').startswith(b'535')
    finally:
        assert dev.stop() == 0, dev.log()


def test_where_mail_takes_app_passwords_alone(tmp_path):
    dev = DevServer(tmp_path / 'dev')
    dev.start()
    try:
        dev.config.write_text(dev.config.read_text() + '\n[passwords]\n'
                              'for_mail = "app-passwords-only"\n'
                              'app_password_page = "https://mail.example.com/me"\n')
        assert dev.run('reload').returncode == 0
        assert dev.run('account', 'add', ANN, '--password-stdin',
                       input='correct horse\n').returncode == 0
        made = asked(dev, 'app-password', 'add', ANN)
        assert attempt(dev, 'correct horse') == (
            b'534 5.7.9 Application-specific password required; make one at '
            b'https://mail.example.com/me')
        assert attempt(dev, 'wrong horse').startswith(b'535 5.7.8')
        assert attempt(dev, made['password']).startswith(b'235')
    finally:
        assert dev.stop() == 0, dev.log()
