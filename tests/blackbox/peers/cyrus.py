"""Cyrus SASL by a program of its own: smtptest, unpacked by tools/peers.sh.

It signs in and then says what it is given; nothing of it stays running.  The certificate of the server
is not checked: smtptest has no way to.
"""
import os
import subprocess

from .unpacked import PEERS

ROOT = PEERS / 'cyrus'
LIBRARIES = ROOT / 'usr/lib/x86_64-linux-gnu'


def missing():
    return '' if (ROOT / '.complete').exists() else 'smtptest is not unpacked: tools/peers.sh does it'


def smtptest(port, mechanism, user, password):
    """What it printed, and whether it says that it signed in."""
    done = subprocess.run(
        [ROOT / 'usr/lib/cyrus/bin/smtptest', '-t', '', '-p', str(port), '-m', mechanism,
         '-a', user, '-u', user, '-w', password, 'localhost'],
        input=b'QUIT\r\n', capture_output=True, timeout=60,
        env={**os.environ, 'LD_LIBRARY_PATH': str(LIBRARIES), 'SASL_PATH': str(LIBRARIES / 'sasl2')})
    text = (done.stdout + done.stderr).decode(errors='replace')
    return text, '\nAuthenticated.' in text
