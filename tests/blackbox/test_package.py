"""The Debian package on a bare Debian 12: what it brings, that it serves without root, what stays.

The server runs as its unit would run it (as_unit.py), on the loopback device of a network of its own:
ports 465 and 587 are those of the shipped settings, and no mail server of this machine is near.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from chroot import Chroot
from conftest import RELEASE, ROOT
from peers import certificates

UNIT = ROOT / 'packaging/signet.service'
HOST = 'mail.example.com'
ROUTE = ('\n[[route]]\nname = "here"\nmatch = ["*"]\nmaildir = "/var/lib/signet/mail/{local}"\n')

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason='chroots and namespaces take root')


def has(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f'there is no {program} here')


def the_package():
    found = list((ROOT / 'build/deb').glob('signet_*.deb'))
    if len(found) != 1:
        pytest.fail('there is no package below build/deb; run ./dev deb')
    return found[0]


# ---- the parts, without a chroot -----------------------------------------------------------------

@has('systemd-analyze')
def test_security_the_unit_leaves_little_open():
    judged = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--threshold=20',
                             UNIT], capture_output=True, text=True)
    score = re.search(r'exposure level[^:]*: ([\d.]+)', judged.stdout)
    assert score, judged.stdout + judged.stderr
    print('systemd-analyze security:', score.group(1))
    assert judged.returncode == 0 and float(score.group(1)) <= 1.7, judged.stdout


@has('systemd-analyze')
def test_systemd_understands_every_line_of_the_unit(tmp_path):
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace('/usr/bin/signet', str(RELEASE)))
    read = subprocess.run(['systemd-analyze', 'verify', '--man=no', unit], capture_output=True,
                          text=True)
    of_ours = [line for line in (read.stdout + read.stderr).splitlines() if 'signet' in line]
    assert read.returncode == 0 and not of_ours, read.stderr


@has('lintian')
def test_lintian_finds_no_error_and_no_warning():
    found = subprocess.run(['lintian', '--fail-on', 'error,warning', the_package()],
                           capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


@has('mandoc')
@pytest.mark.parametrize('page', ['help', 'config describe'])
def test_the_manual_pages_are_sound_roff(page, tmp_path):
    text = subprocess.run([RELEASE, *page.split(), '--man'], capture_output=True, check=True).stdout
    (tmp_path / 'page').write_bytes(text)
    checked = subprocess.run(['mandoc', '-Tlint', '-Wwarning', tmp_path / 'page'],
                             capture_output=True, text=True)
    findings = [line for line in checked.stdout.splitlines() if 'missing date' not in line]
    assert not findings, findings  # a page has no date: it is as old as its program


def test_what_is_packed_twice_is_the_same_package():
    package = the_package()
    before = package.read_bytes()
    subprocess.run([ROOT / 'packaging/build.sh'], check=True, capture_output=True)
    assert the_package().read_bytes() == before


# ---- installed --------------------------------------------------------------------------------------

class Daemon:
    """`signet serve` below a root directory, as its unit would run it."""

    def __init__(self, root, directory):
        self.root = root
        self.log = directory / 'serve.log'
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        (root / 'run/notify').unlink(missing_ok=True)
        self.notify.bind(str(root / 'run/notify'))
        (root / 'run/notify').chmod(0o666)
        self.notify.settimeout(1)  # then it is looked whether the server still runs
        self.process = None

    def as_unit(self, *command):
        return ['unshare', '--mount', '--net', sys.executable, ROOT / 'tests/blackbox/as_unit.py',
                self.root, UNIT, 'NOTIFY_SOCKET=/run/notify', '--', *command]

    def start(self):
        checked = subprocess.run(self.as_unit('/usr/bin/signet', 'check', '--quiet'),
                                 capture_output=True, text=True, timeout=60)  # ExecStartPre
        assert checked.returncode == 0, checked.stdout + checked.stderr
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(self.as_unit('/usr/bin/signet', 'serve'),
                                            stdout=log, stderr=log)
        self.hears('READY=1')
        return self

    def hears(self, what):
        for _ in range(60):
            ended = self.process.poll() is not None
            try:
                said = self.notify.recv(4096).decode()
                break
            except TimeoutError:
                assert not ended, f'ended without {what}:\n{self.log.read_text()}'
        else:
            raise AssertionError(f'never heard {what}:\n{self.log.read_text()}')
        assert said.startswith(what), f'{said}\n{self.log.read_text()}'
        return said

    def beside(self, *words, **options):
        """A command of the chroot, by root, in the server's network."""
        return subprocess.run(['nsenter', f'--net=/proc/{self.process.pid}/ns/net',
                               'chroot', self.root, *map(str, words)],
                              capture_output=True, text=True, timeout=60, **options)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


@pytest.fixture(scope='module')
def installed():
    package, chroot = the_package(), Chroot()
    try:
        # Of the two programs that make users, the one that does not bring all of systemd.
        chroot.install(package, 'systemd-standalone-sysusers')
        yield chroot
    finally:
        chroot.remove()


def configure(chroot):
    """What docs/how-to/install.md asks of an administrator."""
    config = chroot.root / 'etc/signet/signet.toml'
    text = config.read_text().replace('#hostname =', 'hostname =')
    config.write_text(text + ROUTE)
    made = chroot.root / 'tmp/made'
    made.mkdir(exist_ok=True)
    certificates.write(made, names=(HOST, 'localhost'))
    for source, target in (('cert.pem', 'fullchain.pem'), ('key.pem', 'privkey.pem')):
        chroot.run('install', '-o', 'root', '-g', 'signet', '-m', '640', f'/tmp/made/{source}',
                   f'/etc/signet/tls/{target}')
    shutil.copy(made / 'ca.pem', chroot.root / 'etc/ca.pem')


def version_of(package):
    return subprocess.run(['dpkg-deb', '-f', package, 'Version'], capture_output=True, text=True,
                          check=True).stdout.strip()


def next_version(package, directory):
    """The same package under a higher version, with other words in its conffile."""
    tree = directory / 'next'
    subprocess.run(['dpkg-deb', '-R', package, tree], check=True)
    control = tree / 'DEBIAN/control'
    version = version_of(package) + '+next'
    control.write_text(re.sub(r'^Version: .*', f'Version: {version}', control.read_text(),
                              flags=re.M))
    with open(tree / 'etc/signet/signet.toml', 'a') as conffile:
        conffile.write('# of the next version\n')
    made = directory / f'signet_{version}.deb'
    subprocess.run(['dpkg-deb', '-Zgzip', '-z1', '-b', tree, made], check=True,
                   capture_output=True)
    return made


@needs_root
@has('mmdebstrap')
class TestInstalled:
    def test_everything_is_there_and_belongs_to_whom_it_should(self, installed):
        assert 'signet' in installed.run('signet', 'version').stdout
        user = installed.run('getent', 'passwd', 'signet').stdout.split(':')
        assert 0 < int(user[2]) < 1000 and user[6].strip() == '/usr/sbin/nologin'
        assert 'signet-admin' in installed.run('id', '-nG', 'signet').stdout.split()
        assert {path: installed.look(path) for path in (
            '/usr/bin/signet', '/etc/signet', '/etc/signet/signet.toml', '/etc/signet/conf.d',
            '/etc/signet/tls', '/etc/signet/secrets', '/var/lib/signet')} == {
            '/usr/bin/signet': 'root:root 755', '/etc/signet': 'root:root 755',
            '/etc/signet/signet.toml': 'root:root 644', '/etc/signet/conf.d': 'root:root 755',
            '/etc/signet/tls': 'root:signet 750', '/etc/signet/secrets': 'root:signet 750',
            '/var/lib/signet': 'signet:signet 700'}
        assert not list((installed.root / 'etc/systemd/system').glob('*/signet.service')), 'enabled'

    @pytest.mark.parametrize('page', ['signet', 'signet.toml'])
    def test_the_manual_can_be_read(self, installed, page):
        text = installed.run('man', page).stdout
        assert text.startswith(page.upper()) and 'DESCRIPTION' in text

    def test_untouched_settings_do_not_serve_and_say_what_is_missing(self, installed):
        checked = installed.run('signet', 'check', check=False)
        assert checked.returncode == 78
        assert 'hostname' in checked.stdout
        assert installed.run('signet', 'serve', check=False).returncode == 78

    def test_it_serves_as_its_unit_runs_it_and_takes_a_message(self, installed, tmp_path):
        configure(installed)
        assert installed.run('signet', 'check', '--fail-on', 'warn').stdout.endswith(
            'no problems\n')
        # The first account, by root, before there is a server: nothing of it may be root's.
        password = installed.root / 'srv/password'
        password.write_text('correct horse battery')
        added = installed.run('signet', 'account', 'add', f'ann@{HOST}', '--password-stdin',
                              input=password.read_text())
        assert added.returncode == 0
        daemon = Daemon(installed.root, tmp_path).start()
        try:
            self.steer(daemon)
            self.send(daemon)
            self.privileges(daemon)
            self.addresses(daemon)
        finally:
            code = daemon.stop()
        assert code == 0, daemon.log.read_text()
        assert 'EXTEND_TIMEOUT_USEC=' in daemon.hears('STOPPING=1')
        owners = installed.run('find', '/var/lib/signet', '!', '-user', 'signet').stdout
        assert owners == ''

    @staticmethod
    def steer(daemon):
        assert daemon.beside('stat', '-c', '%G %a', '/run/signet/admin.sock').stdout == \
            'signet-admin 660\n'
        added = daemon.beside('signet', 'account', 'add', f'bob@{HOST}', '--generate')
        assert added.returncode == 0, added.stdout + added.stderr
        # ExecReload, by the server's own user.
        reloaded = daemon.beside('setpriv', '--reuid=signet', '--regid=signet', '--clear-groups',
                                 'signet', 'reload')
        assert reloaded.returncode == 0, reloaded.stdout + reloaded.stderr
        assert 'MONOTONIC_USEC=' in daemon.hears('RELOADING=1')
        daemon.hears('READY=1')

    @staticmethod
    def send(daemon):
        for port in (465, 587):
            sent = daemon.beside('signet', 'send', '--host', 'localhost', '--port', port, '--ca',
                                 '/etc/ca.pem', '--user', f'ann@{HOST}', '--password-file',
                                 '/srv/password', '--to', f'port-{port}@elsewhere.example')
            assert sent.returncode == 0, sent.stdout + sent.stderr + daemon.log.read_text()
            mail = daemon.root / f'var/lib/signet/mail/port-{port}/new'
            delivered = daemon.beside('sh', '-c', f'''
                for i in $(seq 600); do
                    ls {pathlib.Path('/') / mail.relative_to(daemon.root)}/* 2>/dev/null && exit 0
                    sleep 0.1
                done''')
            assert delivered.stdout, daemon.log.read_text()
            assert f'ann@{HOST}'.encode() in next(mail.iterdir()).read_bytes()

    @staticmethod
    def privileges(daemon):
        process = pathlib.Path(f'/proc/{daemon.process.pid}')
        status = dict(line.split(':\t', 1) for line in
                      (process / 'status').read_text().splitlines() if ':\t' in line)
        only_bind = f'{1 << 10:016x}'
        assert [status[key] for key in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')] == \
            [only_bind] * 5
        assert 0 not in {int(uid) for uid in status['Uid'].split()}
        assert status['NoNewPrivs'] == '1' and status['Seccomp'] == '2'
        # A filter too strict takes this away without a word.
        nice = {(task / 'comm').read_text().strip(): int(
            (task / 'stat').read_text().rsplit(')', 1)[1].split()[16])
            for task in (process / 'task').iterdir()}
        assert any(name.startswith('signet-hash') and value == 10
                   for name, value in nice.items()), nice

    @staticmethod
    def addresses(daemon):
        """getifaddrs(3) asks by netlink; without it, the server could deliver to itself."""
        asked = subprocess.run(daemon.as_unit('/usr/bin/perl', '-e',
                                              'socket(my $s, 16, 3, 0) or die "$!\\n"'),
                               capture_output=True, text=True, timeout=60)
        assert asked.returncode == 0, asked.stderr

    def test_what_the_administrator_wrote_outlives_an_upgrade(self, installed, tmp_path):
        config = installed.root / 'etc/signet/signet.toml'
        written = config.read_text()
        installed.run('chgrp', 'daemon', '/etc/signet/tls')
        newer = next_version(the_package(), tmp_path)
        shutil.copy(newer, installed.root / 'tmp')
        installed.run('dpkg', '--force-confold', '-i', f'/tmp/{newer.name}')
        assert installed.run('dpkg-query', '-W', '-f', '${Version}', 'signet').stdout == \
            version_of(newer)
        assert config.read_text() == written and ROUTE in written
        assert installed.look('/etc/signet/tls') == 'root:daemon 750'
        installed.run('chgrp', 'signet', '/etc/signet/tls')

    def test_a_removal_keeps_settings_and_purging_keeps_the_mail(self, installed):
        installed.run('dpkg', '--remove', 'signet')
        assert not (installed.root / 'usr/bin/signet').exists()
        assert (installed.root / 'etc/signet/signet.toml').exists()
        installed.install(the_package())  # and it is all there again
        assert installed.run('signet', 'check').stdout.endswith('no problems\n')
        purged = installed.run('dpkg', '--purge', 'signet')
        assert '/var/lib/signet stays' in purged.stderr
        assert not (installed.root / 'etc/signet/signet.toml').exists()
        assert (installed.root / 'etc/signet/tls/privkey.pem').exists()  # the administrator's
        assert (installed.root / 'var/lib/signet/accounts.db').exists()
        assert installed.run('getent', 'passwd', 'signet').stdout

    def test_purging_what_never_ran_leaves_nothing(self, installed):
        shutil.rmtree(installed.root / 'var/lib/signet')
        for name in ('fullchain.pem', 'privkey.pem'):
            (installed.root / 'etc/signet/tls' / name).unlink()
        installed.install(the_package())
        installed.run('dpkg', '--purge', 'signet')
        assert not (installed.root / 'var/lib/signet').exists()
        assert not (installed.root / 'etc/signet').exists()
