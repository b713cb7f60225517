"""A server that tools/peers.sh unpacked, started for one test where it believes it is installed.

Such servers have fixed paths and users of their own, so each runs in a mount namespace in which /usr and
/etc are overlays of what was unpacked: nothing of it is seen outside, and it ends with its first process.
That takes root and a mount namespace; missing() says what is not there.
"""
import functools
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from conftest import ROOT

PEERS = ROOT / 'build/peers'

# Runs as root inside the namespace; $1 is the unpacked tree, $2 the folder of this instance.
OVERLAYS = r'''
set -e
root=$1 work=$2
mkdir "$work/overlay" && mount -t tmpfs tmpfs "$work/overlay"
mkdir "$work/overlay/upper" "$work/overlay/work"
mount -t overlay overlay -o "lowerdir=$root/usr:/usr" /usr
lower=/etc
[ ! -d "$root/etc" ] || lower=$root/etc:/etc
mount -t overlay overlay \
    -o "lowerdir=$lower,upperdir=$work/overlay/upper,workdir=$work/overlay/work" /etc
add_user() {  # add_user NAME UID
    sed -i "/^$1:/d" /etc/passwd /etc/group
    echo "$1:x:$2:$2::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
    echo "$1:x:$2:" >>/etc/group
}
'''


@functools.cache
def missing(tree, title):
    """Why it cannot be started here, as a reason to skip; empty if it can."""
    if not (PEERS / tree / '.complete').exists():
        return f'{title} is not unpacked: tools/peers.sh does it'
    if os.geteuid() != 0:
        return f'{title} needs root: it has users and paths of its own'
    # Not in some containers, nor in a chroot whose root is no mount point.
    probe = subprocess.run(['unshare', '--mount', 'true'], capture_output=True, text=True)
    return f'{title} needs a mount namespace: {probe.stderr.strip()}' if probe.returncode else ''


def greets(port):
    """Whether somebody there says 220."""
    try:
        with socket.create_connection(('127.0.0.1', port), timeout=5) as probe:
            return probe.recv(3) == b'220'
    except OSError:
        return False


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(('127.0.0.1', port)) == 0


class Unpacked:
    """tree: below build/peers.  inside: shell, run behind OVERLAYS; it stays the first process of the
    namespace and ends when the server does."""

    tree = title = inside = None

    def __enter__(self):
        self.process = None
        self.work = pathlib.Path(tempfile.mkdtemp(prefix=f'signet-{self.tree}-'))
        try:
            self.work.chmod(0o755)
            self._write()
            self._start()
            self._until(self._ready, 30, 'greeting')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()  # the first process of its namespace: all others go with it
            self.process.wait()
            self.log_file.close()
        shutil.rmtree(self.work)

    @property
    def ca_file(self):
        return self.work / 'ca.pem'

    def log(self):
        return (self.work / 'log').read_text(errors='replace')

    def _until(self, condition, seconds, what):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f'{self.title}: no {what}\n{self.log()}')
            time.sleep(0.05)

    def _file(self, name, text, mode=0o644):
        (self.work / name).write_text(text)
        (self.work / name).chmod(mode)

    def _folder(self, name, owner):
        (self.work / name).mkdir()
        os.chown(self.work / name, owner, 0)

    def _start(self):
        self.log_file = (self.work / 'log').open('wb')
        self.process = subprocess.Popen(
            ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc',
             'sh', '-c', OVERLAYS + self.inside, self.tree, str(PEERS / self.tree), str(self.work)],
            stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=subprocess.STDOUT,
            env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C'})
