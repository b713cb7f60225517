"""Who is signed in now, as an administrator sees it and ends it."""
import json

import pytest

from conftest import DevServer
from wire import plain, secure

ANN = 'ann@example.com'


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    dev = DevServer(tmp_path_factory.mktemp('sessions') / 'dev').start()
    assert dev.run('account', 'add', ANN, '--password-stdin', input='correct horse\n').returncode == 0
    yield dev
    assert dev.stop() == 0, dev.log()


def sessions(server, *account):
    done = server.run('account', 'sessions', *account, '--json')
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sign_in(server, user=ANN, password='correct horse'):
    wire = secure(server)
    assert wire.say('AUTH PLAIN ' + plain(user, password)).startswith(b'235')
    return wire


def send(wire):
    assert wire.say(f'MAIL FROM:<{ANN}>').startswith(b'250')
    assert wire.say('RCPT TO:<bob@example.net>').startswith(b'250')
    assert wire.say('DATA').startswith(b'354')
    assert wire.say(f'From: {ANN}\r\n\r\nHello.\r\n.').startswith(b'250')


def test_who_is_signed_in_is_shown_with_what_matters(server):
    made = json.loads(server.run('app-password', 'add', ANN, '--json').stdout)
    with sign_in(server) as first, sign_in(server, password=made['password']) as phone, \
            secure(server) as stranger:
        send(first)
        send(first)
        shown = sessions(server, ANN)
        assert shown['count'] == 2
        one, two = shown['items']
        assert one['messages'] == 2 and two['messages'] == 0
        assert one['credential'] == 'password' and two['credential'] == made['id']
        assert one['mechanism'] == 'PLAIN' and one['tls'] == 'TLSv1.3'
        assert one['client'].startswith('127.0.0.1:') and one['since'].endswith('Z')
        assert sessions(server, 'bob@example.com')['count'] == 0
        table = server.run('account', 'sessions').stdout
        assert table.startswith('ACCOUNT') and one['id'] in table
        assert stranger.say('NOOP').startswith(b'250')
    assert sessions(server, ANN)['count'] == 0


def test_a_session_is_ended_at_its_next_command(server):
    with sign_in(server) as wire, sign_in(server) as other, \
            sign_in(server, server.user, server.password) as beside:
        shown = sessions(server, ANN)['items']
        done = server.run('account', 'sessions', ANN, '--end', '--session', shown[0]['id'])
        assert done.returncode == 0 and done.stdout.startswith('1 sessions of ann@example.com')
        assert wire.say('NOOP') == b'421 4.7.0 localhost an administrator has ended this session'
        assert wire.closed()
        assert other.say('NOOP').startswith(b'250')
        assert server.run('account', 'sessions', ANN, '--end').returncode == 0
        assert other.say(f'MAIL FROM:<{ANN}>').startswith(b'421 4.7.0')
        assert beside.say('NOOP').startswith(b'250')
    event = server.wait_for_event(lambda e: e['event'] == 'account.sessions_ended')
    assert event['account']['name'] == ANN and event['actor']['via'] == 'cli'
    server.wait_for_event(lambda e: e['event'] == 'session.close' and e['reason'] == 'disconnected')
    assert server.run('account', 'sessions', ANN, '--end').returncode == 6
    assert server.run('account', 'sessions', '--end').returncode == 2
    with sign_in(server) as wire:  # it is an end, and no ban
        assert wire.say('NOOP').startswith(b'250')
