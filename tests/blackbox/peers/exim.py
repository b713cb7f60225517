"""Exim as a client: Debian's own, unpacked by tools/peers.sh, hands one message at a time to Signet.

    with Exim(port, user='dev@localhost', password='secret', ca_file=ca) as peer:
        peer.send('dev@localhost', ['ann@example.com'], b'Subject: hello\n\nbody\n')
        assert peer.delivered('ann@example.com'), peer.log()

Nothing of it stays running: each send() is one process that delivers and ends.  It takes mail only
from its own command line and knows one way out, the port it was given on this machine.

Exim must be the user of its build, Debian-exim.  So it runs in a mount namespace in which /etc/passwd
knows that user, and as that user: without root, and without the right to gain it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from . import unpacked

ROOT = pathlib.Path(__file__).resolve().parents[3] / 'build/peers/exim'
HOSTNAME = 'mail.exim.test'
UID = 64903
SECONDS = 60  # a bound against hanging

CONFIGURATION = r'''
primary_hostname = {hostname}
spool_directory = {work}/spool
log_file_path = {work}/log/%slog
log_selector = +smtp_confirmation
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
trusted_users = Debian-exim
local_from_check = false
keep_environment =
qualify_domain = {hostname}
tls_advertise_hosts =
message_size_limit = 0

begin acl

begin routers
only_way:
  driver = manualroute
  route_list = * {host} byname
  self = send
  transport = signet

begin transports
signet:
  driver = smtp
  port = {port}
{transport}

begin retry
* * F,1h,1s

begin authenticators
{authenticator}
'''

AUTHENTICATORS = {
    'PLAIN': 'driver = plaintext\n  client_send = ^{user}^{password}',
    'LOGIN': 'driver = plaintext\n  client_send = : {user} : {password}',
    'CRAM-MD5': 'driver = cram_md5\n  client_name = {user}\n  client_secret = {password}',
    'EXTERNAL': 'driver = external\n  client_send = {user}',
}

# Runs as root inside the namespace; $1 is the unpacked tree, $2 the folder of this instance.
INSIDE = r'''
set -e
root=$1 work=$2
shift 2
mount --bind "$work/passwd" /etc/passwd
mount --bind "$work/group" /etc/group
exec setpriv --reuid=%(uid)d --regid=%(uid)d --clear-groups --no-new-privs \
    env -i PATH=/usr/bin:/bin LANG=C \
    LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/usr/lib" \
    "$root/usr/sbin/exim4" -C "$work/exim.conf" "$@"
''' % {'uid': UID}


def missing():
    return unpacked.missing('exim', 'Exim')


def available():
    return not missing()


def _expanded(text):
    """As it must be written where Exim expands a string."""
    return text.replace('\\', '\\\\').replace('$', '\\$')


class Exim:
    def __init__(self, port, host='localhost', tls='starttls', ca_file=None, user=None,
                 password=None, mechanism='PLAIN', shows=None):
        """tls: 'starttls', 'implicit', or 'none' (then it never asks for it).  With a ca_file the
        certificate must be the host's.  user: signs in, or sends nothing.  shows: a certificate and
        its key, of its own."""
        self.port, self.host, self.tls, self.ca_file = port, host, tls, ca_file
        self.user, self.password, self.mechanism = user, password or '', mechanism
        self.shows = shows

    def __enter__(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix='signet-exim-'))
        try:
            self._write()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.work)

    def send(self, sender, recipients, message):
        """Tries to deliver at once, and once.  What came of it is in the log.  sender '' is <>."""
        subprocess.run(
            ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc',
             'sh', '-c', INSIDE, 'exim', str(ROOT), str(self.work), '-odf', '-oi',
             '-f', sender or '<>', '--', *recipients],
            input=message, check=True, timeout=SECONDS)

    def log(self):
        return ''.join(path.read_text(errors='replace')
                       for path in sorted((self.work / 'log').iterdir()))

    def _lines(self, mark, recipient):
        return [line for line in self.log().splitlines()
                if re.search(rf' {re.escape(mark)} {re.escape(recipient)} ', line)]

    def delivered(self, recipient):
        """The last line that says so ("=>" or "->"), with the server's answer; None if there is none."""
        lines = self._lines('=>', recipient) + self._lines('->', recipient)
        return lines[-1] if lines else None

    def failed(self, recipient):
        lines = self._lines('**', recipient)
        return lines[-1] if lines else None

    def deferred(self, recipient):
        lines = self._lines('==', recipient)
        return lines[-1] if lines else None

    def _write(self):
        self.work.chmod(0o755)
        for name in ('spool', 'log'):
            (self.work / name).mkdir()
            os.chown(self.work / name, UID, UID)
        etc = pathlib.Path('/etc')
        self._file('passwd', (etc / 'passwd').read_text() +
                   f'Debian-exim:x:{UID}:{UID}::/nonexistent:/usr/sbin/nologin\n')
        self._file('group', (etc / 'group').read_text() + f'Debian-exim:x:{UID}:\n')
        if self.ca_file:
            self._file('ca.pem', pathlib.Path(self.ca_file).read_text())
        for name, source in zip(('own.pem', 'own-key.pem'), self.shows or ()):
            self._file(name, pathlib.Path(source).read_text())
            os.chown(self.work / name, UID, UID)
        self._file('exim.conf', CONFIGURATION.format(
            hostname=HOSTNAME, work=self.work, host=self.host, port=self.port,
            transport=self._transport(), authenticator=self._authenticator()))

    def _transport(self):
        lines = []
        if self.tls == 'none':
            lines.append('hosts_avoid_tls = *')
        else:
            lines.append('hosts_require_tls = *')
        if self.tls == 'implicit':
            lines.append('protocol = smtps')
        if self.ca_file:
            lines += [f'tls_verify_certificates = {self.work}/ca.pem', 'tls_verify_hosts = *',
                      'tls_verify_cert_hostnames = *']
        else:
            lines.append('tls_verify_certificates =')
        if self.user:
            lines.append('hosts_require_auth = *')
        if self.shows:
            lines += [f'tls_certificate = {self.work}/own.pem',
                      f'tls_privatekey = {self.work}/own-key.pem']
        return '\n'.join('  ' + line for line in lines)

    def _authenticator(self):
        if not self.user:
            return ''
        user, password = _expanded(self.user), _expanded(self.password)
        if self.mechanism == 'PLAIN':  # "^" stands for NUL
            user, password = user.replace('^', '^^'), password.replace('^', '^^')
        if self.mechanism in ('PLAIN', 'LOGIN'):  # a list, divided by ":"
            user, password = user.replace(':', '::'), password.replace(':', '::')
        driver = AUTHENTICATORS[self.mechanism].format(user=user, password=password)
        return f'only_one:\n  public_name = {self.mechanism}\n  {driver}\n'

    def _file(self, name, text):
        (self.work / name).write_text(text)
