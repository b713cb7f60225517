#!/usr/bin/env python3
"""Runs a command below a root directory as its unit file would, without systemd.

  unshare --mount --net as_unit.py ROOT UNIT [NAME=VALUE…] -- COMMAND…

What of the unit can rob a program of something it needs is done here, read from the unit itself: the
user with its groups, the capabilities, the directories that may be written, the narrow /proc, the
system calls, memory that is either written or executed, the families of addresses, the limits.  The
network is the loopback device of a namespace of its own.  What only shuts others out is left to systemd.
"""
import ctypes
import errno
import fcntl
import os
import pathlib
import resource
import signal
import socket
import struct
import subprocess
import sys

import seccomp

CAP_NET_BIND_SERVICE = 10
PR_CAPBSET_DROP, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 24, 8, 38, 47
PR_CAP_AMBIENT_RAISE = 2
PR_SET_PDEATHSIG = 1
CAPABILITY_VERSION = 0x20080522
PROT_WRITE, PROT_EXEC = 2, 4
SIOCSIFFLAGS, IFF_UP_RUNNING = 0x8914, 0x41
LIBC = ctypes.CDLL(None, use_errno=True)


def settings(unit):
    """Every value that is given to a key, in order."""
    values = {}
    for line in pathlib.Path(unit).read_text().splitlines():
        key, mark, value = line.partition('=')
        if mark and not line.startswith('#'):
            values.setdefault(key, []).append(value)
    return values


def call(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def mount(*words):
    subprocess.run(['mount', *map(str, words)], check=True)


def loopback_up():
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack('16sH14x', b'lo', IFF_UP_RUNNING))


def entry(root, file, name):
    for line in (root / 'etc' / file).read_text().splitlines():
        if line.split(':')[0] == name:
            return line.split(':')
    raise SystemExit(f'no {name} in {file}')


def mounts(root, unit, owner):
    """ProtectSystem=strict, and what may be written all the same."""
    mount('--make-rprivate', '/')
    mount('--bind', root, root)
    writable = {'StateDirectory': 'var/lib', 'RuntimeDirectory': 'run', 'LogsDirectory': 'var/log'}
    for key, parent in writable.items():
        path = root / parent / unit[key][0]
        path.mkdir(exist_ok=True)
        os.chown(path, *owner)
        path.chmod(int(unit[key + 'Mode'][0], 8))
        mount('--bind', path, path)
    mount('-o', 'remount,bind,ro', root)
    mount('-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', root / 'tmp')
    mount('-t', 'proc', '-o', f'hidepid={unit["ProtectProc"][0]},subset={unit["ProcSubset"][0]}',
          'proc', root / 'proc')


def become(unit, uid, gid, groups):
    capability = {'CAP_NET_BIND_SERVICE': CAP_NET_BIND_SERVICE}
    kept = [capability[name] for name in unit['AmbientCapabilities'][0].split()]
    for number in range(64):
        if number not in kept and LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0:
            break  # the kernel's last
    os.setgroups(groups)
    call(LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    mask = sum(1 << number for number in kept)
    header = struct.pack('II', CAPABILITY_VERSION, 0)
    call(LIBC.capset(header, struct.pack('6I', mask, mask, mask, 0, 0, 0)))
    for number in kept:
        call(LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0))
    call(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def names_in(word):
    """@group or a name, to names of system calls; systemd knows its groups."""
    if not word.startswith('@'):
        return {word}
    listed = subprocess.run(['systemd-analyze', 'syscall-filter', word], check=True,
                            capture_output=True, text=True).stdout
    lines = [line.strip() for line in listed.splitlines()[1:]]
    return set().union(*(names_in(line) for line in lines if line and not line.startswith('#')))


def allowed_calls(lines):
    allowed = names_in('@default')
    for line in lines:
        names = set().union(*(names_in(word) for word in line.lstrip('~').split()))
        allowed = allowed - names if line.startswith('~') else allowed | names
    return allowed


def filters(unit):
    """Two, since one that allows by name cannot look at arguments as well."""
    first = seccomp.SyscallFilter(seccomp.ALLOW)
    if unit['MemoryDenyWriteExecute'][0] == 'yes':
        both = PROT_WRITE | PROT_EXEC
        first.add_rule(seccomp.ERRNO(errno.EPERM), 'mmap',
                       seccomp.Arg(2, seccomp.MASKED_EQ, both, both))
        first.add_rule(seccomp.ERRNO(errno.EPERM), 'mprotect',
                       seccomp.Arg(2, seccomp.MASKED_EQ, PROT_EXEC, PROT_EXEC))
    families = {int(getattr(socket, name)) for name in unit['RestrictAddressFamilies'][0].split()}
    for family in set(range(64)) - families:
        first.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), 'socket',
                       seccomp.Arg(0, seccomp.EQ, family))
    number = getattr(errno, unit['SystemCallErrorNumber'][0])
    second = seccomp.SyscallFilter(seccomp.ERRNO(number))
    for name in sorted(allowed_calls(unit['SystemCallFilter'])):
        try:
            second.add_rule(seccomp.ALLOW, name)
        except RuntimeError:
            pass  # of another architecture
    return first, second


def main():
    at = sys.argv.index('--')
    root, unit = pathlib.Path(sys.argv[1]), settings(sys.argv[2])
    environment = dict(word.split('=', 1) for word in sys.argv[3:at])
    user = entry(root, 'passwd', unit['User'][0])
    uid, gid = int(user[2]), int(entry(root, 'group', unit['Group'][0])[2])
    groups = [gid] + [int(line.split(':')[2])
                      for line in (root / 'etc/group').read_text().splitlines()
                      if user[0] in line.split(':')[3].split(',')]
    both = filters(unit)
    loopback_up()
    mounts(root, unit, (uid, gid))
    # A container may allow root less.
    limit = min(int(unit['LimitNOFILE'][0]), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    os.chroot(root)
    os.chdir('/')
    os.umask(int(unit['UMask'][0], 8))
    become(unit, uid, gid, groups)
    # A change of user forgets it, so it comes behind that.
    call(LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    for each in both:
        each.load()
    os.execve(sys.argv[at + 1], sys.argv[at + 1:],
              {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'USER': user[0], **environment})


if __name__ == '__main__':
    main()
