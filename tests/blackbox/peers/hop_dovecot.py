"""Dovecot's LMTP server as a next hop.  Recipients exist if they are in its user list."""
import re

from conftest import free_port

from . import next_hop, unpacked

DOVECOT, DOVENULL, VMAIL = 64907, 64908, 64909

CONFIGURATION = '''
protocols = lmtp
base_dir = {work}/run
log_path = /dev/stdout
ssl = no
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
first_valid_uid = {vmail}
mail_location = maildir:{work}/mail/%d/%n
mail_save_crlf = yes
mail_plugins = quota
quota_full_tempfail = yes
lmtp_rawlog_dir = {work}/raw
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = passwd-file
  args = {work}/users
}}
plugin {{
  quota = maildir:box
  quota_rule = *:storage=1G
}}
service lmtp {{
  process_min_avail = 2
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
  unix_listener {work}/lmtp {{
    mode = 0666
  }}
}}
'''

INSIDE = r'''
add_user dovecot %(dovecot)d
add_user dovenull %(dovenull)d
dovecot --version
dovecot -F -c "$work/dovecot.conf"
exit $?
''' % {'dovecot': DOVECOT, 'dovenull': DOVENULL}


class DovecotHop(next_hop.NextHop, unpacked.Unpacked):
    tree, title, domain = 'dovecot', 'Dovecot LMTP', 'dovecot.test'
    inside = INSIDE
    lmtp = True
    chunk_note = r'BDAT \d'
    users = ('bob', *(f'user-{number}' for number in range(100)))

    @staticmethod
    def missing():
        return unpacked.missing('dovecot', 'Dovecot')

    def _write(self):
        self.doors = {'tls': free_port()}
        self._folder('mail', VMAIL)
        self._folder('raw', VMAIL)
        (self.work / 'raw').chmod(0o777)
        line = f'{{name}}::{VMAIL}:{VMAIL}::{self.work}/mail::{{rule}}\n'
        full = 'userdb_quota_rule=*:bytes=1'
        self._file('users', ''.join(line.format(name=f'{name}@{domain}', rule='')
                                for domain in (self.domain, f'clear.{self.domain}',
                                               f'kept.{self.domain}')
                                for name in self.users)
                   + line.format(name=f'{next_hop.LATER}@{self.domain}', rule=full))
        self._file('dovecot.conf', CONFIGURATION.format(work=self.work, port=self.doors['tls'],
                                                        vmail=VMAIL))
        self.socket = self.work / 'lmtp'
        self.box = next_hop.Maildirs(self.work / 'mail', crlf=True)

    def _ready(self):
        return unpacked.greets(self.doors['tls'])

    def log(self):
        """With what clients said."""
        return super().log() + ''.join(path.read_text(errors='replace')
                                       for path in (self.work / 'raw').glob('*.in'))

    @property
    def version(self):
        return re.search(r'^(\d[\w.]*) \(', self.log(), re.MULTILINE).group(1)
