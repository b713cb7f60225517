"""The command line of the shipped binary: exit codes, streams, and the stores without a server."""
import json
import os
import pty
import pwd
import shutil
import subprocess
import time

import pytest

from conftest import RELEASE, DevServer


def signet(*arguments, **options):
    return subprocess.run([str(RELEASE), *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, **options)


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    dev = DevServer(tmp_path_factory.mktemp('cli') / 'dev')
    dev.start()
    yield dev
    assert dev.stop() == 0, dev.log()


@pytest.mark.parametrize('arguments, code', [
    (['version'], 0),
    (['help'], 0),
    (['account', 'add', '--help'], 0),
    ([], 2),
    (['acount', 'list'], 2),
    (['version', '--no-such-option'], 2),
    (['explain', 'E0102'], 0),
    (['explain', 'E9999'], 6),
    (['config', 'describe', 'no.such.key'], 6),
    (['check', '--config', '/nonexistent/signet.toml'], 78),
    (['serve', '--config', '/nonexistent/signet.toml'], 78),
    (['status', '--config', '/nonexistent/signet.toml'], 78),
])
def test_exit_codes_that_need_no_server(arguments, code):
    done = signet(*arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert 'AddressSanitizer' not in done.stderr


def test_data_goes_to_stdout_and_talk_to_stderr():
    done = signet('version', '--json')
    assert json.loads(done.stdout)['kind'] == 'version' and done.stderr == ''
    wrong = signet('vresion')
    assert wrong.stdout == '' and 'did you mean `version`?' in wrong.stderr


def test_a_reader_that_goes_away_is_no_crash():
    done = subprocess.run(f'{RELEASE} config describe | head -n 1', shell=True,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ''


def test_an_account_from_its_first_day_to_its_last(server):
    added = server.run('account', 'add', 'Ann@example.com', '--address', '*@shop.example.com',
                       '--password-stdin', input='correct horse\n')
    assert added.returncode == 0, added.stderr
    assert 'correct horse' not in added.stdout + added.stderr
    shown = json.loads(server.run('account', 'show', 'ann@example.com', '--json').stdout)
    assert shown['addresses'] == ['ann@example.com', '*@shop.example.com']
    assert shown['api_version'] == 1 and 'password' not in shown

    sent = server.run('send', '--user', 'ann@example.com', '--password-stdin', '--from',
                      'orders@shop.example.com', '--to', 'bob@example.net', '--host', 'localhost',
                      '--port', server.submission_port, '--ca', server.ca, input='correct horse\n')
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert ' ~> AUTH SCRAM-SHA-512-PLUS ***' in sent.stdout and 'bob@example.net: accepted' in sent.stdout
    server.wait_for_mail(lambda message: b'orders@shop.example.com' in message)

    assert server.run('account', 'disable', 'ann@example.com').returncode == 0
    refused = server.run('send', '--user', 'ann@example.com', '--password-stdin', '--to',
                         'bob@example.net', '--host', 'localhost', '--port',
                         server.submissions_port, '--tls', 'implicit', '--ca', server.ca,
                         input='correct horse\n')
    assert refused.returncode == 5, refused.stdout + refused.stderr
    assert server.run('account', 'enable', 'ann@example.com').returncode == 0
    assert server.run('account', 'delete', 'ann@example.com').returncode == 0
    assert server.run('account', 'show', 'ann@example.com').returncode == 6

    actor = pwd.getpwuid(os.getuid()).pw_name
    for name in ('created', 'disabled', 'enabled', 'deleted'):
        event = server.wait_for_event(lambda e: e['event'] == f'account.{name}'
                                      and e['target']['name'] == 'ann@example.com')
        assert event['actor'] == {'id': str(os.getuid()), 'name': actor, 'via': 'cli'}


def on_a_terminal(command, answers):
    """Runs it on a terminal of its own and types each answer when it is asked for something."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    seen, unanswered = b'', list(answers)
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux's way to say that nobody is at the other end any more
            break
        if not part:
            break
        seen += part
        if unanswered and seen.endswith(b': '):
            os.write(terminal, unanswered.pop(0).encode() + b'\n')
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


def test_security_23_a_password_typed_on_a_terminal_is_not_shown(server):
    command = [str(RELEASE), 'account', 'add', 'tty@example.com', '--config', str(server.config)]
    code, seen = on_a_terminal(command, ['battery staple', 'battery staple'])
    assert code == 0, seen
    assert 'battery' not in seen and 'The same again: ' in seen
    sent = server.run('send', '--user', 'tty@example.com', '--password-stdin', '--to',
                      'bob@example.net', '--port', server.submission_port, '--ca', server.ca,
                      input='battery staple\n')
    assert sent.returncode == 0, sent.stdout + sent.stderr
    other = [*command[:3], 'two@example.com', *command[4:]]
    code, seen = on_a_terminal(other, ['one horse', 'two horses'])
    assert code == 2 and 'differ' in seen, seen


def test_exit_codes_of_accounts(server):
    assert server.run('account', 'add', server.user, '--generate').returncode == 7
    assert server.run('account', 'add', 'a b', '--generate').returncode == 2
    assert server.run('account', 'add', 'c@example.com').returncode == 2
    assert server.run('account', 'add', 'c@example.com', '--hash', '$1$abc$def').returncode == 2
    assert server.run('account', 'add', 'c@example.com', '--password-stdin',
                      input='short\n').returncode == 2
    assert server.run('account', 'delete', 'nobody@example.com').returncode == 6


def test_a_reset_password_is_shown_once_and_works(server):
    assert server.run('account', 'add', 'eve@example.com', '--generate').returncode == 0
    reset = json.loads(server.run('account', 'reset-password', 'eve@example.com', '--json').stdout)
    sent = server.run('send', '--user', 'eve@example.com', '--password-stdin', '--to',
                      'bob@example.net', '--port', server.submission_port, '--ca', server.ca,
                      input=reset['password'])
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert reset['password'] not in sent.stdout + sent.stderr + server.log()
    assert all(reset['password'] not in json.dumps(event) for event in server.audit())


def test_status_queue_and_audit_log(server):
    status = json.loads(server.run('status', '--json').stdout)
    assert status['state'] == 'running' and len(status['listeners']) == 3
    assert server.run('queue', 'list').returncode == 0
    assert server.run('queue', 'show', '0' * 26).returncode == 6
    queried = server.run('audit-log', 'query', '--event', 'service.start', '--json')
    assert json.loads(queried.stdout.splitlines()[0])['event'] == 'service.start'
    assert server.run('audit-log', 'query', '--since', 'yesterday').returncode == 2


def test_check_says_what_it_looked_at(server):
    checked = server.run('check')
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert '[ok] open relay: nobody sends without signing in: 2 listeners' in checked.stdout
    assert 'strangers reach 1 domain of yours and no other' in checked.stdout
    assert server.run('account', 'add', 'all', '--address', '*@example.com',
                      '--generate').returncode == 0
    warned = server.run('check', '--fail-on', 'warn')
    assert warned.returncode == 3 and 'warning[W0319]' in warned.stdout
    assert server.run('account', 'delete', 'all').returncode == 0


def test_send_reaches_nobody_it_cannot_trust(server):
    untrusted = server.run('send', '--user', server.user, '--password-stdin', '--to', 'b@b.example',
                           '--port', server.submission_port, input=server.password)
    assert untrusted.returncode == 4, untrusted.stdout + untrusted.stderr
    assert 'AUTH' not in untrusted.stdout.replace('250-AUTH', '')
    nobody = server.run('send', '--user', server.user, '--password-stdin', '--to', 'b@b.example',
                        '--port', 1, '--ca', server.ca, input=server.password)
    assert nobody.returncode == 4
    foreign = server.run('send', '--user', server.user, '--password-stdin', '--from', 'x@b.example',
                         '--to', 'b@b.example', '--port', server.submission_port, '--ca', server.ca,
                         input=server.password)
    assert foreign.returncode == 1, foreign.stdout + foreign.stderr


@pytest.fixture
def stopped(tmp_path):
    dev = DevServer(tmp_path / 'dev')
    dev.start()
    assert dev.stop() == 0, dev.log()
    return dev


def test_without_a_server_the_stores_themselves_are_used(stopped):
    assert stopped.run('status').returncode == 4
    added = stopped.run('account', 'add', 'ann@example.com', '--generate')
    assert added.returncode == 0, added.stdout + added.stderr
    assert 'No server runs: working on its stores.' in added.stderr
    assert 'ann@example.com' in stopped.run('account', 'list').stdout
    assert stopped.run('queue', 'list').returncode == 0
    assert any(event['event'] == 'account.created' for event in stopped.audit())
    stopped.start()
    assert 'ann@example.com' in stopped.run('account', 'list').stdout
    assert stopped.stop() == 0, stopped.log()


def test_stores_that_somebody_has_open_are_left_alone(stopped):
    """A server whose control socket was removed still holds its locks."""
    stopped.start()
    socket = stopped.dir / 'admin.sock'
    end = time.monotonic() + 30
    while not socket.exists() and time.monotonic() < end:  # it comes behind the listeners
        time.sleep(0.05)
    socket.unlink()
    refused = stopped.run('account', 'list')
    assert refused.returncode == 4, refused.stdout + refused.stderr
    assert stopped.stop() == 0, stopped.log()


def test_a_second_server_is_refused(server):
    done = signet('serve', '--config', server.config)
    assert done.returncode == 75, done.stdout + done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason='only root can become somebody else')
def test_root_leaves_no_file_that_the_server_could_not_open(stopped):
    nobody = pwd.getpwnam('nobody')
    for path in [stopped.dir, *stopped.dir.rglob('*')]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    for parent in stopped.dir.parents:
        if parent.owner() == 'root' and str(parent).startswith('/tmp/'):
            parent.chmod(0o755)
    done = stopped.run('account', 'add', 'ann@example.com', '--generate')
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.owner() for path in stopped.dir.rglob('*')} == {'nobody'}


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which('setpriv'), reason='needs root, setpriv')
def test_security_30_a_stranger_may_not_steer(server):
    socket = server.dir / 'admin.sock'
    assert socket.stat().st_mode & 0o777 == 0o660
    command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', str(RELEASE),
               'account', 'list', '--config', str(server.config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode in (5, 78), done.stdout + done.stderr
