"""New settings for a running server: whole or not at all, and no session notices."""
import json
import os
import signal
import socket
import subprocess

import pytest

from conftest import DevServer, free_port
from wire import Wire, plain, secure, signed_in


@pytest.fixture
def server(tmp_path):
    dev = DevServer(tmp_path / 'dev').start()
    yield dev
    assert dev.stop() == 0, dev.log()


def change(server, old, new):
    text = server.config.read_text()
    assert old in text, text
    server.config.write_text(text.replace(old, new))


def append(server, text):
    own = "[auth]" in text or "[[issuer]]" in text  # with the mechanisms of a server
    before = server.settings() if own else server.config.read_text()
    server.config.write_text(before + text)


def listener(name, port, role='submission'):
    return f'\n[[listener]]\nname = "{name}"\nrole = "{role}"\nbind = ["127.0.0.1:{port}"]\n'


def refuses(port):
    with socket.socket() as probe:
        return probe.connect_ex(('127.0.0.1', port)) != 0


def mechanisms(wire):
    reply = wire.say('EHLO again.example').decode()
    return next(line for line in reply.split('\n') if 'AUTH' in line)


def test_a_session_keeps_the_settings_it_began_with(server):
    with secure(server) as old:
        append(server, '\n[auth]\nmechanisms = ["PLAIN"]\n')
        done = server.run('reload')
        assert done.returncode == 0, done.stderr
        assert 'auth.mechanisms' in done.stdout
        assert 'LOGIN' in mechanisms(old)
        with secure(server) as new:
            assert 'LOGIN' not in mechanisms(new) and 'PLAIN' in mechanisms(new)
        assert 'LOGIN' in mechanisms(old)
        assert old.say('AUTH PLAIN ' + plain(server.user, server.password)).startswith(b'235')
    event = server.wait_for_event(lambda e: e['event'] == 'config.reloaded')
    assert event['actor']['via'] == 'cli' and event['service'] == 'server'
    assert [c for c in event['change'] if c['field'] == 'auth.mechanisms'
            and 'LOGIN' in c['old'] and 'LOGIN' not in c['new']]
    status = json.loads(server.run('status', '--json').stdout)
    assert status['last_reload']['done'] is True


def test_what_is_wrong_changes_nothing_and_says_so(server):
    append(server, '\n[limits]\nidl = "1m"\n')
    done = server.run('reload')
    assert done.returncode == 78, (done.stdout, done.stderr)
    assert 'E0102' in done.stderr and 'did you mean `idle`' in done.stderr
    assert 'The old settings stay in force.' in done.stderr
    as_json = server.run('reload', '--json')
    assert as_json.returncode == 78
    answer = json.loads(as_json.stdout)
    assert answer['done'] is False and answer['problems'][0]['code'] == 'E0102'
    event = server.wait_for_event(lambda e: e['event'] == 'config.rejected')
    assert event['outcome'] == 'failure' and event['reason'] == 'invalid' and 'E0102' in event['detail']
    with signed_in(server) as wire:
        assert wire.say('NOOP').startswith(b'250')
    # `signet status` reads the same file to find the server: so it is put right first.
    server.config.write_text(server.config.read_text().replace('idl =', 'idle ='))
    assert 'REFUSED' in server.run('status').stdout
    assert server.run('reload').returncode == 0
    status = server.run('status').stdout
    assert 'last reload' in status and 'done' in status


def test_listeners_come_go_and_stay(server):
    extra = free_port()
    with signed_in(server) as open_session:
        append(server, listener('extra', extra))
        done = server.run('reload')
        assert done.returncode == 0 and 'listener[extra]' in done.stdout, done.stderr
        with Wire('127.0.0.1', extra) as wire:
            assert wire.reply().startswith(b'220')
            assert b'STARTTLS' in wire.say('EHLO test.example')
            change(server, listener('extra', extra), '')
            assert server.run('reload').returncode == 0
            assert refuses(extra)
            assert wire.say('NOOP').startswith(b'250')  # who is in stays in
        assert open_session.say('NOOP').startswith(b'250')
    listening = json.loads(server.run('status', '--json').stdout)['listeners']
    assert f'submission 127.0.0.1:{server.submission_port}' in listening
    assert not [line for line in listening if line.startswith('extra')]


def test_a_listener_moves_to_another_port(server):
    port = free_port()
    append(server, listener('moving', port))
    assert server.run('reload').returncode == 0
    there = free_port()
    change(server, f'bind = ["127.0.0.1:{port}"]', f'bind = ["127.0.0.1:{there}"]')
    done = server.run('reload')
    assert done.returncode == 0 and 'listener[moving].bind' in done.stdout
    assert refuses(port) and not refuses(there)


def test_an_address_that_is_taken_refuses_all_of_it(server):
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port, free = taken.getsockname()[1], free_port()
        append(server, listener('free', free) + listener('taken', port)
               + '\n[auth]\nmechanisms = ["PLAIN"]\n')
        done = server.run('reload')
        assert done.returncode == 75, (done.stdout, done.stderr)
        assert str(port) in done.stderr and 'in use' in done.stderr
    assert refuses(free)
    with secure(server) as wire:
        assert 'LOGIN' in mechanisms(wire)
    event = server.wait_for_event(lambda e: e['event'] == 'config.rejected')
    assert event['reason'] == 'unavailable'
    assert server.run('reload').returncode == 0  # the port is free now
    assert not refuses(free) and not refuses(port)


def test_sighup_does_the_same(server):
    append(server, '\n[auth]\nmechanisms = ["LOGIN"]\n')
    server.process.send_signal(signal.SIGHUP)
    event = server.wait_for_event(lambda e: e['event'] == 'config.reloaded')
    assert event['actor']['via'] == 'signal'
    with secure(server) as wire:
        assert 'PLAIN' not in mechanisms(wire)
    change(server, 'mechanisms = ["LOGIN"]', 'mechanisms = "nonsense"')
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_event(lambda e: e['event'] == 'config.rejected')
    with secure(server) as wire:
        assert 'LOGIN' in mechanisms(wire)


def test_what_needs_a_restart_is_named_and_stays(server):
    change(server, '/state"', '/elsewhere"')
    done = server.run('reload')
    assert done.returncode == 0
    assert 'storage.path' in done.stdout and 'takes effect after a restart' in done.stdout
    assert not os.path.exists(server.dir / 'elsewhere')
    with signed_in(server) as wire:
        assert wire.say('NOOP').startswith(b'250')
    again = server.run('reload')
    assert 'storage.path' in again.stdout  # still to come


def test_routes_are_swapped_for_what_is_sent_next(server, tmp_path):
    other = tmp_path / 'other-mail'
    change(server, f'maildir = "{server.dir}/mail"', f'maildir = "{other}"')
    done = server.run('reload')
    assert done.returncode == 0 and 'route[mail].maildir' in done.stdout, done.stderr
    sent = server.run('send', '--user', server.user, '--password-stdin', '--to', 'bob@example.net',
                      '--host', 'localhost', '--port', server.submission_port, '--ca', server.ca,
                      input=server.password + '\n')
    assert sent.returncode == 0, sent.stderr
    server.wait_for_event(lambda e: e['event'] == 'message.delivered')
    assert list((other / 'new').glob('*')) and not server.mail()


def test_without_a_server_it_says_so(server, tmp_path):
    config = tmp_path / 'nobody.toml'
    config.write_text(server.config.read_text().replace('admin.sock', 'nobody.sock'))
    done = subprocess.run([server.binary, 'reload', '--config', config], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 4 and 'no server answers' in done.stderr
