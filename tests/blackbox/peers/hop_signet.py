"""Signet itself as a next hop: as a mail exchanger, and as a submission server.

Both are doors of the same servers, which differ in their certificates and mechanisms.
"""
import pathlib
import shutil
import subprocess
import tempfile
import threading
import urllib.request

from conftest import RELEASE, Server, free_ports

from . import next_hop

MX_DOMAIN, SUBMISSION_DOMAIN = 'signet-mx.test', 'signet.test'
# A test gives each way a domain of its own.
DOMAINS = [way + domain for domain in (MX_DOMAIN, SUBMISSION_DOMAIN)
           for way in ('', 'kept.', 'clear.', 'verified.', 'self-signed.', 'implicit.', 'plain.', 'login.', 'scram.')]
USERS = ['bob', next_hop.LATER, *(f'user-{number}' for number in range(100))]
# The settings name local parts in ASCII only; the address of an account exists, too.
ADDRESSES = [word for domain in (MX_DOMAIN, SUBMISSION_DOMAIN)
             for word in ('--address', f'почта@{domain}')]

CONFIGURATION = '''
version = 1
hostname = "mail.signet.test"
tls = {{ certificate = "{work}/{certificate}.pem", key = "{work}/{key}.pem" }}
limits = {{ recipients = 100 }}
auth = {{ mechanisms = {mechanisms} }}
account_limits = {{ messages = "none", recipients = "none" }}
storage = {{ path = "{home}/state" }}
audit = {{ directory = "{home}/audit" }}
admin = {{ socket = "{home}/admin.sock" }}
metrics = {{ bind = ["127.0.0.1:{metrics}"] }}

[[listener]]
name = "mx"
role = "mx"
bind = ["127.0.0.1:{mx}"]

[[listener]]
name = "submission"
role = "submission"
bind = ["127.0.0.1:{submission}"]

[[listener]]
name = "submissions"
role = "submissions"
bind = ["127.0.0.1:{submissions}"]

[[route]]
name = "all"
match = "*"
maildir = "{work}/mail/{{domain}}/{{local}}"
'''
DOMAIN = '\n[[domain]]\nname = "{name}"\nrecipients = [{recipients}]\n'


# By name: the files of its certificate and key, and the mechanisms it offers.
SERVERS = {'plain': ('cert', 'key', ['PLAIN']), 'login': ('own', 'own-key', ['LOGIN']),
           'scram': ('cert', 'key', ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'])}


class Servers:
    """Used by both columns."""

    def __init__(self):
        self.users, self.lock = 0, threading.Lock()

    def enter(self):
        with self.lock:
            self.users += 1
            if self.users == 1:
                self._start()

    def leave(self):
        self.users -= 1
        if self.users:
            return
        ends = [server.stop() for server in self.servers]
        shutil.rmtree(self.work)
        assert ends == [0] * len(SERVERS)

    def log(self):
        """With the metrics of all."""
        pages = [f"http://127.0.0.1:{ports['metrics']}/metrics" for ports in self.ports.values()]
        return ''.join([server.log() for server in self.servers]
                       + [urllib.request.urlopen(page).read().decode() for page in pages])

    def _start(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix='signet-hop-'))
        next_hop.NextHop().write_certificates(self.work)
        self.box = next_hop.Maildirs(self.work / 'mail')
        self.servers, self.ports = [], {}
        for name in SERVERS:
            self._serve(name)

    def _serve(self, name):
        certificate, key, mechanisms = SERVERS[name]
        base = free_ports(0, 1, 2, 3)
        ports = {'mx': base, 'submission': base + 1, 'submissions': base + 2, 'metrics': base + 3}
        home = self.work / f'server-{name}'
        home.mkdir()
        quoted = ', '.join(f'"{user}"' for user in USERS)
        config = home / 'signet.toml'
        config.write_text(
            CONFIGURATION.format(work=self.work, home=home, certificate=certificate, key=key,
                                 mechanisms=mechanisms, **ports)
            + ''.join(DOMAIN.format(name=domain, recipients=quoted) for domain in DOMAINS))
        server = Server([RELEASE, 'serve', '--config', config], home / 'log')
        self.servers.append(server.start(ports.values()))
        self.ports[name] = ports
        done = subprocess.run(
            [RELEASE, 'account', 'add', next_hop.USER, '--address', 'dev@localhost', *ADDRESSES,
             '--password-stdin', '--config', config], input=next_hop.PASSWORD, text=True,
            capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr


SHARED = Servers()


class _SignetHop(next_hop.NextHop):
    chunk_note = r'verb="BDAT"[^}]*\} [1-9]'

    @staticmethod
    def missing():
        return ''

    def __enter__(self):
        SHARED.enter()
        self.work, self.box = SHARED.work, SHARED.box
        self.ca_file = self.work / 'ca.pem'
        self.doors = {door: SHARED.ports[stem][listener]
                      for door, (stem, listener) in self.listeners.items()}
        done = subprocess.run([RELEASE, 'version'], capture_output=True, text=True, timeout=60)
        self.version = done.stdout.split()[1]
        return self

    def __exit__(self, *_):
        SHARED.leave()

    def log(self):
        return SHARED.log()


class SignetMxHop(_SignetHop):
    title, domain = 'Signet mx', MX_DOMAIN
    listeners = {'tls': ('plain', 'mx'), 'self-signed': ('login', 'mx')}


class SignetSubmissionHop(_SignetHop):
    title, domain = 'Signet submission', SUBMISSION_DOMAIN
    wants_auth = True  # at any door
    listeners = {'tls': ('plain', 'submission'), 'self-signed': ('login', 'submission'),
                 'implicit': ('plain', 'submissions'), 'auth-plain': ('plain', 'submission'),
                 'auth-login': ('login', 'submission'), 'auth-scram': ('scram', 'submission')}

    def authority(self, door):
        # Who trusts the other one's certificate need not know an authority.
        return self.work / 'own.pem' if door == 'auth-login' else self.ca_file
