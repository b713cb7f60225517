"""A bare Debian 12 below build/, to install a package in.

It is made once, by mmdebstrap from the archives that this machine installs from; each user of it gets
a copy.  Commands run in a mount namespace of their own, so nothing stays mounted when they end.
"""
import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import ROOT

KEPT = ROOT / 'build/chroot'
BARE = KEPT / 'bookworm.tar'
ARCHIVES = KEPT / 'archives'  # packages once downloaded
RECIPE = ['--variant=minbase', '--include=man-db', '--skip=cleanup/apt/lists,check/qemu',
          '--dpkgopt=force-unsafe-io', '--aptopt=Acquire::GzipIndexes "true"']

# What a program expects of a kernel and a network; nothing of it is seen outside.
ENTER = '''
root=$1; shift
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
mount --bind "$ARCHIVES" "$root/var/cache/apt/archives"
exec chroot "$root" "$@"
'''


def sources():
    """Where this machine's packages come from, as far as that is a Debian 12."""
    apt = pathlib.Path('/etc/apt')
    found = [apt / 'sources.list', *sorted((apt / 'sources.list.d').glob('*'))]
    return [path for path in found
            if path.suffix in ('.list', '.sources') and path.exists()
            and 'bookworm' in path.read_text()]


def make_bare():
    if BARE.exists():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    made = BARE.with_suffix('.new')
    command = ['mmdebstrap', *RECIPE, 'bookworm', '--format=tar', made, *sources()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        made.unlink(missing_ok=True)
        pytest.fail('no bare Debian could be made, most often for want of a network:\n'
                    + done.stderr[-1000:])
    made.rename(BARE)


class Chroot:
    def __init__(self):
        make_bare()
        ARCHIVES.mkdir(exist_ok=True)
        (ARCHIVES / 'partial').mkdir(exist_ok=True)
        for left in KEPT.glob('run-*'):  # by a test that was killed
            if not pathlib.Path('/proc', left.name.split('-')[1]).exists():
                shutil.rmtree(left)
        self.root = KEPT / f'run-{os.getpid()}'
        self.root.mkdir()
        subprocess.run(['tar', 'xf', BARE, '-C', self.root], check=True)
        (self.root / 'etc/resolv.conf').touch()
        (self.root / 'etc/hosts').write_text('127.0.0.1 localhost\n::1 localhost\n')
        # As in any chroot: a package starts no daemon.
        policy = self.root / 'usr/sbin/policy-rc.d'
        policy.write_text('#!/bin/sh\nexit 101\n')
        policy.chmod(0o755)

    def remove(self):
        shutil.rmtree(self.root)

    def run(self, *words, check=True, **options):
        done = subprocess.run(
            ['unshare', '--mount', 'sh', '-ec', ENTER, 'sh', str(self.root), *map(str, words)],
            env={**os.environ, 'ARCHIVES': str(ARCHIVES), 'DEBIAN_FRONTEND': 'noninteractive',
                 'LC_ALL': 'C.UTF-8', 'MANPAGER': 'cat', 'MANWIDTH': '80',
                 'PATH': '/usr/sbin:/usr/bin:/sbin:/bin'},
            capture_output=True, text=True, timeout=300, **options)
        if check:
            assert done.returncode == 0, f'{words}\n{done.stdout}{done.stderr}'
        return done

    def install(self, package, *others):
        """By apt, with what it depends on from Debian."""
        shutil.copy(package, self.root / 'tmp')
        words = ('apt-get', 'install', '-y', '--no-install-recommends',
                 '-o', 'APT::Keep-Downloaded-Packages=true',
                 '-o', 'DPkg::Options::=--force-confold',
                 f'/tmp/{pathlib.Path(package).name}', *others)
        if self.run(*words, check=False).returncode != 0:
            self.run('apt-get', 'update')  # the bare Debian may be older than what it names
            self.run(*words)

    def look(self, path):
        """owner:group mode, as the chroot names them."""
        return self.run('stat', '-c', '%U:%G %a', path).stdout.strip()
