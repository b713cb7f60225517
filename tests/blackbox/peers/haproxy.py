"""HAProxy in front of Signet: Debian's own, unpacked by tools/peers.sh.

    with HAProxy(port_of_signet, version=2) as proxy:
        connect(('127.0.0.1', proxy.port))
"""
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3] / 'build/peers/haproxy'

CONFIGURATION = '''
global
    maxconn 100
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
listen signet
    bind 127.0.0.1:{port}
    server signet 127.0.0.1:{behind} {send}
'''


def available():
    return (ROOT / '.complete').exists()


class HAProxy:
    def __init__(self, behind, version, port):
        self.port = port
        self.folder = tempfile.TemporaryDirectory(prefix='haproxy-')
        config = pathlib.Path(self.folder.name) / 'haproxy.cfg'
        send = {1: 'send-proxy', 2: 'send-proxy-v2'}[version]
        config.write_text(CONFIGURATION.format(port=port, behind=behind, send=send))
        libraries = f'{ROOT}/usr/lib/x86_64-linux-gnu:{ROOT}/usr/lib'
        self.log_path = pathlib.Path(self.folder.name) / 'log'
        with open(self.log_path, 'wb') as log:
            self.process = subprocess.Popen(
                [f'{ROOT}/usr/sbin/haproxy', '-db', '-f', config], stdout=log, stderr=log,
                env={**os.environ, 'LD_LIBRARY_PATH': libraries})

    def __enter__(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    return self
            assert self.process.poll() is None, self.log_path.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log_path.read_text())

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.folder.cleanup()
