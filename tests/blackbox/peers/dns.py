"""Zones of a test: served by NSD, signed by ldns, and looked up by Unbound, Debian's own, unpacked by
tools/peers.sh.  Nothing of it leaves the loopback.

    with Dns({'plain.example': Zone(records)}) as dns:
        ... ask 127.0.0.1:dns.port; trust dns.trust_anchor ...

Unbound checks no signatures: whoever asks it is to do that, and to believe nobody else.
"""
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3] / 'build/peers/dns'

NSD = '''
server:
    ip-address: 127.0.0.1@{port}
    username: ""
    database: ""
    server-count: 1
    zonesdir: "{folder}"
    pidfile: "{folder}/nsd.pid"
    xfrdfile: "{folder}/xfrd.state"
    xfrdir: "{folder}"
    zonelistfile: "{folder}/zone.list"
remote-control:
    control-enable: no
'''

UNBOUND = '''
server:
    interface: 127.0.0.1@{port}
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    do-daemonize: no
    chroot: ""
    username: ""
    directory: "{folder}"
    pidfile: "{folder}/unbound.pid"
    use-syslog: no
    module-config: "iterator"
remote-control:
    control-enable: no
'''

HEAD = '''$ORIGIN {name}.
$TTL 60
@ SOA ns.{name}. hostmaster.{name}. 1 3600 600 86400 60
@ NS ns.{name}.
ns A 127.0.0.1
'''


@dataclasses.dataclass
class Zone:
    records: str = ''    # lines of a zone file, below HEAD
    served: bool = True  # or else asked for at a server that does not have it: lame
    signed: bool = False
    # Put in place of each other behind the signing: what was signed, and what is served.
    tampered: tuple = ()


def available():
    return (ROOT / '.complete').exists()


def environment():
    return {**os.environ, 'LD_LIBRARY_PATH': f'{ROOT}/usr/lib/x86_64-linux-gnu:{ROOT}/usr/lib'}


def answers(port):
    """Whether somebody there answers a question of any kind (here: version.bind CH TXT)."""
    query = bytes.fromhex('abcd01000001000000000000' '0776657273696f6e0462696e6400' '00100003')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(('127.0.0.1', port))
            probe.send(query)
            return probe.recv(512)[:2] == b'\xab\xcd'
        except OSError:
            return False


class Dns:
    def __init__(self, zones, authority_port, port):
        self.zones, self.authority_port, self.port = zones, authority_port, port
        self._temporary = tempfile.TemporaryDirectory(prefix='dns-')
        self.folder = pathlib.Path(self._temporary.name)
        self.trust_anchor = self.folder / 'anchor.ds'
        self.trust_anchor.touch()
        self.processes = []

    def __enter__(self):
        for name, zone in self.zones.items():
            self._write(name, zone)
        self._configure()
        self._start(['sbin/nsd', '-d', '-c', 'nsd.conf'], self.authority_port)
        self._start(['sbin/unbound', '-d', '-c', 'unbound.conf'], self.port)
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(20)
        self._temporary.cleanup()

    def _run(self, *command):
        done = subprocess.run([f'{ROOT}/usr/bin/{command[0]}', *command[1:]], cwd=self.folder,
                              env=environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _write(self, name, zone):
        path = self.folder / f'{name}.zone'
        path.write_text(HEAD.format(name=name) + zone.records)
        if not zone.signed:
            return
        key = self._run('ldns-keygen', '-r', '/dev/urandom', '-k', '-a', 'ECDSAP256SHA256',
                        name).strip()
        self._run('ldns-signzone', '-f', path.name, '-o', name, path.name, key)
        with open(self.trust_anchor, 'a') as anchors:
            anchors.write((self.folder / f'{key}.ds').read_text())
        if zone.tampered:
            genuine, forged = zone.tampered
            text = path.read_text()
            assert genuine in text, text
            path.write_text(text.replace(genuine, forged))

    def _configure(self):
        authority = NSD.format(port=self.authority_port, folder=self.folder)
        resolver = UNBOUND.format(port=self.port, folder=self.folder)
        for name, zone in self.zones.items():
            if zone.served:
                authority += f'zone:\n    name: "{name}"\n    zonefile: "{name}.zone"\n'
            resolver += (f'stub-zone:\n    name: "{name}"\n'
                         f'    stub-addr: 127.0.0.1@{self.authority_port}\n')
        (self.folder / 'nsd.conf').write_text(authority)
        (self.folder / 'unbound.conf').write_text(resolver)

    def _start(self, command, port):
        log_path = self.folder / (command[0].replace('/', '-') + '.log')
        with open(log_path, 'wb') as log:
            process = subprocess.Popen([f'{ROOT}/usr/{command[0]}', *command[1:]], cwd=self.folder,
                                       env=environment(), stdout=log, stderr=log)
        self.processes.append(process)
        end = time.monotonic() + 30
        while not answers(port):
            assert process.poll() is None, log_path.read_text()
            assert time.monotonic() < end, log_path.read_text()
