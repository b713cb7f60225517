"""Dovecot's submission server beside ours: unpacked by tools/peers.sh, in a mount namespace of its own.

One account, by password, by SCRAM-SHA-256 with as many rounds as ours, and by tokens of the bench's
issuer.  What it hands on goes to the bare server.
"""
import base64
import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'tests/blackbox'))
from peers import unpacked  # noqa: E402

DOVECOT, DOVENULL, VMAIL = 64907, 64908, 64909
ROUNDS = 100_000

CONFIGURATION = '''
protocols = submission
base_dir = {work}/run
log_path = {work}/dovecot.log
hostname = submission.bench
ssl = required
ssl_cert = <{work}/certificate.pem
ssl_key = <{work}/key.pem
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
first_valid_uid = {vmail}
mail_location = maildir:{work}/mail/%u
mail_max_userip_connections = 0
auth_mechanisms = plain scram-sha-256 oauthbearer
auth_cache_size = {cache}
auth_cache_ttl = 1 hour
default_client_limit = 4096
default_process_limit = 1024
passdb {{
  driver = passwd-file
  mechanisms = plain
  args = {work}/passwords
}}
passdb {{
  driver = passwd-file
  mechanisms = scram-sha-256
  args = {work}/verifiers
}}
passdb {{
  driver = oauth2
  mechanisms = oauthbearer
  args = {work}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={vmail} gid={vmail} home={work}/mail/%u
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {sink}
submission_relay_ssl = smtps
submission_relay_ssl_verify = no
service submission-login {{
  service_count = 0
  process_min_avail = 2
  inet_listener submission {{
    port = 0
  }}
  inet_listener submissions {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service submission {{
  service_count = 1000
}}
'''
TOKENS = '''
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={work}/keys/
username_attribute = sub
'''
INSIDE = r'''
add_user dovecot %(dovecot)d
add_user dovenull %(dovenull)d
dovecot -F -c "$work/dovecot.conf"
exit $?
''' % {'dovecot': DOVECOT, 'dovenull': DOVENULL}


def verifier(password):
    """As `doveadm pw -s SCRAM-SHA-256` writes it."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac('sha256', password.encode(), salt, ROUNDS)
    key = {name: hmac.digest(salted, name.encode(), 'sha256') for name in ('Client Key', 'Server Key')}
    parts = salt, hashlib.sha256(key['Client Key']).digest(), key['Server Key']
    return '{SCRAM-SHA-256}' + ','.join([str(ROUNDS), *(base64.b64encode(p).decode() for p in parts)])


def missing():
    return unpacked.missing('dovecot', 'Dovecot')


class Dovecot(unpacked.Unpacked):
    tree, title, inside, name = 'dovecot', 'Dovecot', INSIDE, 'dovecot'

    def __init__(self, port, sink, site, account, password, issuer, cache):
        self.port, self.sink, self.site, self.cache = port, sink, site, '10M' if cache else '0'
        self.account, self.password, self.issuer = account, password, issuer

    def _write(self):
        self._folder('mail', VMAIL)
        for name in ('certificate.pem', 'key.pem'):
            self._file(name, (self.site / name).read_text())
        hashed = subprocess.run(['openssl', 'passwd', '-6', self.password], capture_output=True,
                                text=True, check=True).stdout.strip()
        self._file('passwords', f'{self.account}:{{SHA512-CRYPT}}{hashed}\n')
        self._file('verifiers', f'{self.account}:{verifier(self.password)}\n')
        keys = self.work / 'keys/default/ES256'
        keys.mkdir(parents=True)
        (keys / 'k').write_text(self.issuer.pem())
        self._file('oauth2.conf', TOKENS.format(work=self.work))
        self._file('dovecot.conf', CONFIGURATION.format(
            work=self.work, vmail=VMAIL, port=self.port, sink=self.sink, cache=self.cache))

    def _ready(self):
        return unpacked.listens(self.port)
