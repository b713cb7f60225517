"""What a password has to be when somebody chooses one, and how old it gets."""
import hashlib
import json
import os
import resource
import subprocess
import time

import pytest

from conftest import DevServer, RELEASE
from scram_client import Scram, sign_in
from test_stores import until
from wire import plain, secure

ANN = 'ann@example.com'


def line(password, count):
    return f'{hashlib.sha1(password.encode()).hexdigest().upper()}:{count}'


@pytest.fixture
def server(tmp_path):
    dev = DevServer(tmp_path / 'dev').start()
    yield dev
    assert dev.stop() == 0, dev.log()


def add(server, password, name=ANN):
    return server.run('account', 'add', name, '--password-stdin', input=password + '\n')


def test_a_breached_password_is_refused_wherever_one_is_chosen(server, tmp_path):
    known = tmp_path / 'list.txt'
    known.write_text('\r\n'.join(sorted([line('correct horse', 12), line('tr0ub4dor', 3),
                                         line('seldom seen', 1)])) + '\r\n')
    assert add(server, 'correct horse').returncode == 0, 'nobody has a list yet'
    done = server.run('passwords', 'import-breached', known, '--at-least', '2', '--json')
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)['passwords'] == 2
    assert (server.dir / 'state' / 'breached-passwords').exists()

    sentence = 'this password is known from breaches of other sites'
    refused = [
        add(server, 'tr0ub4dor', 'bob@example.com'),
        server.run('account', 'reset-password', ANN, '--password-stdin', input='tr0ub4dor\n'),
        server.run('credential', 'add', ANN, '--password-stdin', input='correct horse\n'),
    ]
    for done in refused:
        assert done.returncode == 2 and sentence in done.stderr, done.stderr
    done = server.run('account', 'reset-password', ANN, '--password-stdin', input='seldom seen\n')
    assert done.returncode == 0, done.stderr
    assert server.run('account', 'reset-password', ANN, '--generate').returncode == 0

    # Without a server the same holds.
    assert server.stop() == 0
    done = add(server, 'tr0ub4dor', 'bob@example.com')
    assert done.returncode == 2 and sentence in done.stderr, done.stderr


def test_a_list_that_cannot_be_asked_is_not_an_empty_one(server):
    (server.dir / 'state' / 'breached-passwords').write_bytes(b'SGNTPWD1 and then nothing')
    done = add(server, 'a good password')
    assert done.returncode == 1 and 'is not as long as it says' in done.stderr
    server.config.write_text(server.config.read_text() +
                             '\n[passwords]\nbreached_list = "/nowhere/list"\n')
    assert server.run('reload').returncode == 0
    done = add(server, 'a good password')
    assert done.returncode == 1 and '/nowhere/list cannot be opened' in done.stderr


def test_the_name_of_the_account_is_no_password(server):
    for password in ('ann@example.com', 'AnnExample1', 'signet2026', 'example.com'):
        done = add(server, password)
        assert done.returncode == 2 and 'tries that first' in done.stderr, password
    assert add(server, 'anna and her example').returncode == 0


def test_a_large_list_takes_little_memory(tmp_path):
    """The list comes by a pipe, so that nobody can read it twice; the bound is a tenth of it."""
    count = 1_500_000
    target = tmp_path / 'out'
    limit = 256 << 20  # of address space; the list is 66 MB, and the program itself needs most of it
    importer = subprocess.Popen(
        [str(RELEASE), 'passwords', 'import-breached', '-', '--to', str(target)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False,
        preexec_fn=None if 'dev' in str(RELEASE) else
        lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    step = (1 << 64) // count
    for begin in range(0, count, 10_000):
        importer.stdin.write(b''.join(b'%016X%024X:1\n' % (i * step + i * i % 9_973, 0)
                                      for i in range(begin, begin + 10_000)))
    importer.stdin.close()
    assert importer.wait() == 0
    assert importer.stdout.read().startswith(b'%d passwords' % count)
    assert os.path.getsize(target) * 8 / count < 24


def with_settings(server, *lines):
    """Those of `signet dev` and these, whatever was there before."""
    front = server.settings().partition('\n[passwords]')[0]
    server.config.write_text(front + '\n'.join(['', *lines, '']))
    done = server.run('reload')
    assert done.returncode == 0, done.stdout + done.stderr


def attempt(server, password):
    with secure(server) as wire:
        return wire.say('AUTH PLAIN ' + plain(ANN, password))


def test_a_password_that_is_too_old_is_told_where_to_change(server):
    assert add(server, 'correct horse').returncode == 0
    device = json.loads(server.run('app-password', 'add', ANN, '--json').stdout)['password']
    with_settings(server, '[passwords]', 'max_age = "1s"', 'change_page = "https://example.com/me"')
    time.sleep(1.1)  # it is older than that now
    assert attempt(server, 'correct horse') == (
        b'534 5.7.0 Your password is too old and has to be changed; change it at '
        b'https://example.com/me')
    with secure(server) as wire:  # the same by a proof
        assert sign_in(wire.say, 'SCRAM-SHA-256', Scram(ANN, 'correct horse')).startswith(b'534 5.7.0')
    assert attempt(server, 'wrong horse').startswith(b'535 5.7.8'), 'a guesser hears nothing of it'
    assert attempt(server, device).startswith(b'235'), 'a device has no owner who could be asked'
    event = server.wait_for_event(lambda e: e['event'] == 'auth.attempt'
                                  and e['reason'] == 'password_too_old')
    assert event['credential']['id'] == 'password'
    with_settings(server, '[passwords]', 'max_age = "1s"', 'max_age_app_passwords = true')
    assert attempt(server, device).startswith(b'534 5.7.0')
    with_settings(server, '[passwords]', 'max_age = "1d"')
    assert attempt(server, 'correct horse').startswith(b'235')
    assert attempt(server, device).startswith(b'235')


def warned(server):
    return [event for event in server.audit() if event['event'] == 'password.warned']


def letters(server):
    return [mail for mail in server.mail() if b'Subject: Your password ends on' in mail]


def test_its_owner_is_warned_once_for_each_password(server):
    assert add(server, 'correct horse').returncode == 0
    assert server.run('account', 'add', 'shop', '--address', '*@shop.example',
                      '--generate').returncode == 0
    assert server.run('account', 'add', 'left@example.com', '--generate').returncode == 0
    assert server.run('account', 'disable', 'left@example.com').returncode == 0
    # Fourteen days and a second: the warning is due a second after the password was made.
    age = ('[passwords]', 'max_age = "1209601s"', 'warn_before = ["14d", "3d"]',
           'change_page = "https://example.com/me"')
    with_settings(server, *age)
    letter = server.wait_for_mail(lambda mail: b'To: <ann@example.com>' in mail)
    assert b'Auto-Submitted: auto-generated' in letter
    assert b'https://example.com/me' in letter
    event = server.wait_for_event(lambda e: e['event'] == 'password.warned' and e['reason'] == 'ok'
                                  and e['account']['name'] == ANN)
    assert event['credential']['id'] == 'password' and '14 days' in event['detail']
    server.wait_for_event(lambda e: e['event'] == 'password.warned' and e['reason'] == 'no_address'
                          and e['account']['name'] == 'shop')

    # New settings have it look again, and nobody is told twice.  A new password has its own
    # warnings, and its letter shows that the look was made.
    until(lambda: [b for b in letters(server) if b'To: <dev@localhost>' in b])
    done = server.run('account', 'reset-password', 'dev@localhost', '--password-stdin',
                      input='another good password\n')
    assert done.returncode == 0, done.stderr
    with_settings(server, *age)
    until(lambda: len([b for b in letters(server) if b'To: <dev@localhost>' in b]) == 2)
    mine = [event for event in warned(server) if event['account']['name'] == ANN]
    assert len(mine) == 1, mine
    assert not [event for event in warned(server) if event['account']['name'] == 'left@example.com']
