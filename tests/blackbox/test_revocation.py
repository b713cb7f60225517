"""An account that is disabled, removed or changed ends its open sessions at their next command."""
import pytest

from conftest import DevServer
from wire import plain, secure

CHANGED = b'421 4.7.0 localhost your account has changed, sign in again'


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    dev = DevServer(tmp_path_factory.mktemp('revocation') / 'dev').start()
    yield dev
    assert dev.stop() == 0, dev.log()


@pytest.fixture
def account(server):
    done = server.run('account', 'add', 'ann@example.com', '--password-stdin', input='correct horse\n')
    assert done.returncode == 0, done.stderr
    yield 'ann@example.com'
    server.run('account', 'delete', 'ann@example.com')


def sign_in(server):
    wire = secure(server)
    assert wire.say('AUTH PLAIN ' + plain('ann@example.com', 'correct horse')).startswith(b'235')
    assert wire.say('NOOP').startswith(b'250')
    return wire


@pytest.mark.parametrize('change', [
    ['disable', 'ann@example.com'],
    ['delete', 'ann@example.com'],
    ['set', 'ann@example.com', '--add-address', 'orders@example.com'],
    ['reset-password', 'ann@example.com', '--generate'],
])
def test_security_11_a_change_ends_the_session_at_its_next_command(server, account, change):
    with sign_in(server) as wire, secure(server) as stranger:
        assert stranger.say('AUTH PLAIN ' + plain(server.user, server.password)).startswith(b'235')
        done = server.run('account', *change)
        assert done.returncode == 0, done.stderr
        assert wire.say('MAIL FROM:<ann@example.com>') == CHANGED
        assert wire.closed()
        assert stranger.say('NOOP').startswith(b'250')  # somebody else's session goes on
    server.wait_for_event(lambda e: e['event'] == 'session.close' and e['reason'] == 'account_changed'
                          and e.get('account', {}).get('name') == 'ann@example.com')


def test_content_that_was_on_its_way_is_not_taken(server, account):
    with sign_in(server) as wire:
        assert wire.say('MAIL FROM:<ann@example.com>').startswith(b'250')
        assert wire.say('RCPT TO:<bob@example.net>').startswith(b'250')
        assert wire.say('DATA').startswith(b'354')
        wire.send(b'From: ann@example.com\r\nSubject: late\r\n\r\n')
        assert server.run('account', 'disable', 'ann@example.com').returncode == 0
        assert wire.say('Hello.\r\n.') == CHANGED
        assert wire.closed()
    event = server.wait_for_event(lambda e: e['event'] == 'message.rejected'
                                  and e['reason'] == 'account_changed')
    assert event['message']['sender'] == 'ann@example.com'
    assert not [m for m in server.mail() if b'late' in m]
