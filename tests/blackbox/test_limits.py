"""Rates and limits of accounts, trusted networks and client networks."""
import json
import smtplib

import pytest

from conftest import DevServer, free_ports
from wire import Wire, plain, secure

NETWORK = '''
[[network]]
name       = "printers"
from       = ["127.0.20.0/24"]
send_as    = ["scanner@localhost"]
recipients = ["localhost"]
messages   = "2/1h"
'''


def limits(connections='5/1m', commands='40/1m'):
    return f'\n[limits]\nconnection_rate = "{connections}"\ncommand_rate = "{commands}"\n'


class Limited(DevServer):
    """signet dev with a listener that believes proxies on this machine, and narrow limits."""

    def serve(self):
        self.start()
        self.behind = free_ports(0)
        self.text = self.config.read_text() + NETWORK + (
            f'\n[[listener]]\nname = "behind"\nrole = "submission"\n'
            f'bind = ["127.0.0.1:{self.behind}"]\nproxy_protocol.trust = ["127.0.0.0/8"]\n')
        self.reload(limits())
        return self

    def reload(self, more, account_limits=None):
        text = self.text
        if account_limits:
            text = text.replace('messages = "none"', f'messages = "{account_limits}"')
        self.config.write_text(text + more)
        done = self.run('reload')
        assert done.returncode == 0, done.stdout + done.stderr

    def add(self, name, *options):
        done = self.run('account', 'add', f'{name}@localhost', '--generate', '--json', *options)
        assert done.returncode == 0, done.stderr
        return Account(self, f'{name}@localhost', json.loads(done.stdout)['password'])


class Account:
    def __init__(self, server, name, password):
        self.server, self.name, self.password = server, name, password

    def set(self, *options):
        done = self.server.run('account', 'set', self.name, *options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sign_in(self):
        wire = secure(self.server)
        assert wire.say('AUTH PLAIN ' + plain(self.name, self.password)).startswith(b'235')
        return wire

    def mail(self, wire, more=''):
        return wire.say(f'MAIL FROM:<{self.name}>{more}')

    def content(self, wire, octets=0):
        """The reply to the final dot."""
        assert wire.say('DATA').startswith(b'354')
        head = f'From: {self.name}\r\nSubject: limited\r\n\r\n'.encode()
        return wire.send(head + b'x' * max(0, octets - len(head) - 2) + b'\r\n.\r\n').reply()

    def send(self, wire, recipients=1):
        """The first reply that is not 2xx, or the last."""
        reply = self.mail(wire)
        for number in range(recipients):
            if not reply.startswith(b'250'):
                return reply
            reply = wire.say(f'RCPT TO:<x{number}@example.com>')
        return self.content(wire) if reply.startswith(b'250') else reply


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    limited = Limited(tmp_path_factory.mktemp('limits') / 'dev').serve()
    yield limited
    assert limited.stop() == 0, limited.log()


def rejected(server, account, reason):
    return server.wait_for_event(lambda e: e['event'] == 'message.rejected' and e['reason'] == reason
                                 and e['account']['name'] == account)


def test_an_account_over_its_rate_waits_and_has_more_when_it_is_given_more(server):
    ann = server.add('ann', '--limit-messages', '2/1h')
    with ann.sign_in() as wire:
        for _ in range(2):
            assert ann.send(wire).startswith(b'250 2.0.0 Queued')
        reply = ann.mail(wire)
        assert reply.startswith(b'450 4.7.1 You are signed in as ann@localhost and may send 2 messages '
                                b'in 1 hour: try again in '), reply
        event = rejected(server, ann.name, 'rate_messages')
        assert event['policy'] == {'rule': 'rate_messages', 'action': 'defer'}
        assert event['smtp'] == {'code': 450, 'enhanced': '4.7.1'}
    assert 'messages:   3/1h (its own)' in ann.set('--limit-messages', '3/1h')
    with ann.sign_in() as wire:
        assert ann.send(wire).startswith(b'250')
        assert ann.mail(wire).startswith(b'450')
    assert 'messages:   none (settings)' in ann.set('--limit-messages', 'default')
    with ann.sign_in() as wire:
        assert ann.send(wire).startswith(b'250')
    assert server.metrics()['signet_throttled_total{scope="account",action="defer"}'] >= 2


def test_security_18_sessions_side_by_side_get_no_more_than_one(server):
    bob = server.add('bob', '--limit-messages', '1/1h')
    with bob.sign_in() as one, bob.sign_in() as other:
        for wire in (one, other):
            assert bob.mail(wire).startswith(b'250')
            assert wire.say('RCPT TO:<x@example.com>').startswith(b'250')
        assert bob.content(one).startswith(b'250')
        assert bob.content(other).startswith(b'450 4.7.1')
    rejected(server, bob.name, 'rate_messages')


def test_recipients_are_counted_over_messages_when_they_are_written_to(server):
    cyd = server.add('cyd', '--limit-recipients', '3/1d', '--limit-message-recipients', '2')
    with cyd.sign_in() as wire:
        assert cyd.mail(wire).startswith(b'250')
        assert wire.say('RCPT TO:<a@example.com>').startswith(b'250')
        assert wire.say('RCPT TO:<b@example.com>').startswith(b'250')
        assert wire.say('RCPT TO:<c@example.com>').startswith(b'452 4.5.3')
        assert wire.say('RSET').startswith(b'250')  # they cost nothing
        assert cyd.send(wire, 2).startswith(b'250')
        assert cyd.send(wire, 2).startswith(b'450 4.7.1 You are signed in as cyd@localhost and may '
                                            b'write to 3 recipients in 1 day: try again in ')
        assert cyd.content(wire).startswith(b'250')  # to the one that there was room for
    rejected(server, cyd.name, 'rate_recipients')
    rejected(server, cyd.name, 'account_recipients')


def test_a_message_is_as_big_as_the_account_may(server):
    dan = server.add('dan', '--limit-message-size', '2KiB')
    with dan.sign_in() as wire:
        assert b'SIZE 2048' in wire.say('EHLO test.example')
        assert dan.mail(wire, ' SIZE=2049').startswith(b'552 5.3.4')
        for octets, code in ((2049, b'552 5.3.4'), (2048, b'250')):
            assert dan.mail(wire, ' SIZE=2048').startswith(b'250')
            assert wire.say('RCPT TO:<a@example.com>').startswith(b'250')
            assert dan.content(wire, octets).startswith(code)
        assert dan.mail(wire).startswith(b'250')
        assert wire.say('RCPT TO:<a@example.com>').startswith(b'250')
        assert wire.bdat(b'x' * 3000, last=True).reply().startswith(b'552 5.3.4')
    rejected(server, dan.name, 'account_size')


def test_show_and_list_say_what_is_in_force_and_whence(server):
    eve = server.add('eve', '--limit-messages', '7/1h', '--limit-message-size', '25MiB')
    shown = server.run('account', 'show', eve.name).stdout
    assert 'messages:   7/1h (its own)\nrecipients: none (settings)\n' \
           'one message: recipients 1000 (settings), size 25 MiB (its own)\n' in shown
    assert 'messages 7/1h, message_size 25 MiB' in server.run('account', 'list').stdout
    found = json.loads(server.run('account', 'show', eve.name, '--json').stdout)['limits']
    assert found['messages'] == {'value': '7/1h', 'from': 'account'}
    assert found['recipients'] == {'value': 'none', 'from': 'settings'}
    assert server.run('account', 'set', eve.name, '--limit-messages', 'many').returncode == 2


def test_new_settings_count_what_was_sent_under_the_old(server):
    fay = server.add('fay')
    with fay.sign_in() as wire:
        for _ in range(2):
            assert fay.send(wire).startswith(b'250')
    try:
        server.reload(limits(), '3/1h')
        with fay.sign_in() as wire:
            for _ in range(3):  # where there was no limit, nothing was counted
                assert fay.send(wire).startswith(b'250')
            assert fay.send(wire).startswith(b'450')
        server.reload(limits(), '4/1h')
        with fay.sign_in() as wire:
            assert fay.send(wire).startswith(b'250')
            assert fay.send(wire).startswith(b'450')
    finally:
        server.reload(limits())


def test_a_trusted_network_has_one_rate_for_all_of_it(server):
    def scan(source):
        with smtplib.SMTP('127.0.0.1', server.mx_port, timeout=30,
                          source_address=(source, 0)) as client:
            return client.sendmail('scanner@localhost', ['ann@localhost'],
                                   'Subject: scan\r\n\r\nscan\r\n')
    scan('127.0.20.7')
    scan('127.0.20.8')
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        scan('127.0.20.9')
    assert refused.value.smtp_code == 450
    assert b'Your network is trusted as printers and may send 2 messages in 1 hour' \
        in refused.value.smtp_error
    assert rejected(server, 'printers', 'rate_messages')['mechanism'] == 'NETWORK'


# ---- client networks: a proxy on this machine names them ----------------------------------------

def come(server, client):
    wire = Wire('127.0.0.1', server.behind)
    wire.send(f'PROXY TCP6 {client} 2001:db8:ffff::1 49152 587\r\n'.encode())
    return wire, wire.reply()


def test_security_18_connections_of_one_network_and_not_of_its_neighbour(server):
    greetings = []
    for number in range(7):
        wire, greeting = come(server, f'2001:db8:1:1::{number + 1:x}')
        greetings.append(greeting[:9])
        wire.close()
    assert [g[:3] for g in greetings] == [b'220'] * 5 + [b'421'] * 2
    assert greetings[-1] == b'421 4.7.0'
    wire, greeting = come(server, '2001:db8:1:2::1')
    assert greeting.startswith(b'220')
    wire.close()
    event = server.wait_for_event(lambda e: e['event'] == 'session.refused'
                                  and e['reason'] == 'connection_rate')
    assert event['client']['ip'].startswith('2001:db8:1:1::')
    assert server.metrics()['signet_throttled_total{scope="network",action="block"}'] >= 2


def test_security_18_commands_of_one_network_over_all_its_sessions(server):
    one, _ = come(server, '2001:db8:2:1::1')
    other, _ = come(server, '2001:db8:2:1::2')
    neighbour, _ = come(server, '2001:db8:2:2::1')
    with one, other, neighbour:
        for _ in range(20):
            assert one.say('NOOP').startswith(b'250')
            assert other.say('NOOP').startswith(b'250')
        assert one.say('NOOP').startswith(b'421 4.7.0')
        assert one.closed()
        assert neighbour.say('NOOP').startswith(b'250')
        assert other.say('QUIT').startswith(b'221')
    event = server.wait_for_event(lambda e: e['event'] == 'session.refused'
                                  and e['reason'] == 'command_rate')
    server.wait_for_event(lambda e: e['event'] == 'session.close' and e['reason'] == 'refused'
                          and e['session_id'] == event['session_id'])


def test_a_reload_keeps_the_counts_and_takes_up_new_rates(server):
    for _ in range(5):
        wire, greeting = come(server, '2001:db8:3::1')
        assert greeting.startswith(b'220')
        wire.close()
    try:
        server.reload(limits(connections='6/1m'))
        wire, greeting = come(server, '2001:db8:3::1')
        assert greeting.startswith(b'220')
        wire.close()
        wire, greeting = come(server, '2001:db8:3::1')
        assert greeting.startswith(b'421')
        wire.close()
    finally:
        server.reload(limits())


def test_this_machine_may_connect_and_ask_as_it_likes(server):
    for _ in range(8):
        with Wire('127.0.0.1', server.submission_port) as wire:
            assert wire.reply().startswith(b'220')
            for _ in range(10):
                assert wire.say('NOOP').startswith(b'250')
