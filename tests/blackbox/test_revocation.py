"""An account that is disabled, removed or changed ends its open sessions at their next command."""
import base64
import json
import time

import pytest

from conftest import DevServer
from oauth_site import Site
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


def b64(text):
    return base64.b64encode(text.encode()).decode()


class Ends:
    """How long after a change was begun the session's next command heard of it.  Printed (pytest -s),
    and no verdict: what counts is that it is the very next command."""

    def __init__(self):
        self.rows = []

    def measure(self, what, wire, change):
        begun = time.monotonic()
        change()
        changed = time.monotonic()
        reply = wire.say('NOOP')
        self.rows.append((what, changed - begun, time.monotonic() - changed))
        assert reply.startswith(b'421 4.7.0'), (what, reply)
        assert wire.closed(), what

    def show(self):
        for what, command, end in self.rows:
            print(f'{what:32} {command * 1000:8.1f} ms command  {end * 1000:6.1f} ms to the 421')


def test_security_11_every_way_to_revoke_ends_the_session_at_its_next_command(tmp_path):
    site = Site(tmp_path)
    server, ends = site.server, Ends()

    def run(*arguments):
        done = server.run(*arguments)
        assert done.returncode == 0, done.stderr

    def signed_in(password='correct horse', mechanism='PLAIN'):
        wire = secure(server)
        if mechanism == 'OAUTHBEARER':
            first = f'n,a=dev@localhost,\x01auth=Bearer {password}\x01\x01'
            reply = wire.say('AUTH OAUTHBEARER ' + b64(first))
        else:
            reply = wire.say('AUTH PLAIN ' + plain('ann@example.com', password))
        assert reply.startswith(b'235'), reply
        assert wire.say('NOOP').startswith(b'250')
        return wire

    def account(verb, *more):
        return lambda: run('account', verb, 'ann@example.com', *more)

    try:
        done = server.run('account', 'add', 'ann@example.com', '--password-stdin',
                          input='correct horse\n')
        assert done.returncode == 0, done.stderr
        device = json.loads(server.run('app-password', 'add', 'ann@example.com', '--json').stdout)
        bystander = signed_in(site.provider.token(), 'OAUTHBEARER')
        ends.measure('account disable', signed_in(), account('disable'))
        run('account', 'enable', 'ann@example.com')
        ends.measure('account set --may-submit no', signed_in(), account('set', '--may-submit', 'no'))
        run('account', 'set', 'ann@example.com', '--may-submit', 'yes')
        ends.measure('account set --add-group', signed_in(), account('set', '--add-group', 'staff'))
        ends.measure('app-password revoke', signed_in(device['password']),
                     lambda: run('app-password', 'revoke', 'ann@example.com', device['id']))
        ends.measure('account sessions --end', signed_in(), account('sessions', '--end'))
        ends.measure('account reset-password', signed_in(), account('reset-password', '--generate'))
        done = server.run('account', 'reset-password', 'ann@example.com', '--password-stdin',
                          input='correct horse\n')
        assert done.returncode == 0, done.stderr
        ends.measure('account delete', signed_in(), account('delete'))

        token = site.provider.token('urn:signet:opaque')
        wire = signed_in(token, 'OAUTHBEARER')

        def take_back():
            site.provider.revoke(token)
            time.sleep(1.1)  # an answer is remembered for a second here
        ends.measure('token revoked (and 1 s of cache)', wire, take_back)
        assert bystander.say('NOOP').startswith(b'250'), 'nobody else is touched'
        bystander.socket.close()
        ends.show()

        def closed(why):
            return sum(e['event'] == 'session.close' and e['reason'] == why for e in server.audit())
        end = time.monotonic() + 30
        while closed('account_changed') < 7 and time.monotonic() < end:
            time.sleep(0.05)
        assert closed('account_changed') == 7 and closed('disconnected') == 1
    finally:
        site.stop()


def test_a_session_goes_on_while_the_issuer_is_down_and_no_longer_than_the_settings_say(tmp_path):
    site = Site(tmp_path)
    try:
        token = site.provider.token('urn:signet:opaque')
        first = 'AUTH OAUTHBEARER ' + b64(f'n,a=dev@localhost,\x01auth=Bearer {token}\x01\x01')
        with secure(site.server) as wire:
            assert wire.say(first).startswith(b'235')
            site.provider.stop()
            time.sleep(1.1)
            assert wire.say('NOOP').startswith(b'250'), 'nobody can say that it was taken back'
        text = site.server.config.read_text().replace('life = "1s"', 'life = "1s", outage = "0s"')
        site.provider.restart(site.provider.keys)
        site.server.config.write_text(text)
        site.reload()
        token = site.provider.token('urn:signet:opaque')
        first = 'AUTH OAUTHBEARER ' + b64(f'n,a=dev@localhost,\x01auth=Bearer {token}\x01\x01')
        with secure(site.server) as wire:
            assert wire.say(first).startswith(b'235')
            site.provider.stop()
            time.sleep(1.1)
            assert wire.say('NOOP').startswith(b'421 4.7.0')
    finally:
        site.stop()
