"""Exim as a next hop.  It runs as its own user, without root: it delivers into its own folder."""
import os
import re

from conftest import free_port

from . import exim, next_hop, unpacked
from .exim import UID

CONFIGURATION = r'''
primary_hostname = mail.exim.test
spool_directory = @work@/spool
log_file_path = @work@/exim/%slog
log_selector = +tls_peerdn +tls_certificate_verified +received_recipients
exim_user = Debian-exim
exim_group = Debian-exim
trusted_users = Debian-exim
never_users =
keep_environment =
notifier_socket =
deliver_drop_privilege
disable_ipv6
local_interfaces = 127.0.0.1
daemon_smtp_ports = @ports@
tls_on_connect_ports = @implicit@
message_size_limit = 50M
recipients_max = 1000
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
queue_run_max = 0
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
chunking_advertise_hosts = *
tls_advertise_hosts = *
tls_certificate = ${if eq{$received_port}{@own@}{@work@/own.pem}{@work@/cert.pem}}
tls_privatekey = ${if eq{$received_port}{@own@}{@work@/own-key.pem}{@work@/key.pem}}
tls_verify_certificates = @work@/ca.pem
tls_verify_hosts = ${if eq{$received_port}{@client@}{*}}
auth_advertise_hosts = ${if def:tls_in_cipher{*}}
acl_smtp_rcpt = recipients

begin acl
recipients:
  deny    condition = ${if and {{inlist{$received_port}{@signing@}}{!def:authenticated_id}}}
          message = 5.7.1 sign in first
  deny    local_parts = unknown-1 : unknown-2
          message = 5.1.1 nobody here
  defer   local_parts = later
          message = 4.2.1 not now
  accept

begin routers
all:
  driver = accept
  transport = keep

begin transports
keep:
  driver = appendfile
  directory = @work@/mail
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
  delivery_date_add
  user = Debian-exim

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = ${if eq{$received_port}{@plain@}}
  server_prompts = :
  server_condition = ${if and {{eq{$auth2}{@user@}}{eq{$auth3}{@password@}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_advertise_condition = ${if eq{$received_port}{@login@}}
  server_prompts = Username:: : Password::
  server_condition = ${if and {{eq{$auth1}{@user@}}{eq{$auth2}{@password@}}}}
  server_set_id = $auth1
scram:
  driver = cyrus_sasl
  public_name = SCRAM-SHA-256
  server_advertise_condition = ${if eq{$received_port}{@scram@}}
  server_realm = mail.exim.test
  server_set_id = $auth1
'''

INSIDE = r'''
add_user Debian-exim %(uid)d
mkdir -p /etc/exim4 && cp "$work/exim.conf" /etc/exim4/exim4.conf
mkdir -p /etc/sasl2
printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: SCRAM-SHA-256\n' >/etc/sasl2/exim.conf
rm -f /etc/sasldb2
saslpasswd2 -p -c -f /etc/sasldb2 -u mail.exim.test "$(cat "$work/user")" <"$work/password"
chown Debian-exim /etc/sasldb2
# Not exec: the shell has to stay the first process of the namespace.
setpriv --reuid=%(uid)d --regid=%(uid)d --clear-groups --no-new-privs exim4 -bdf
exit $?
''' % {'uid': UID}


class EximHop(next_hop.NextHop, unpacked.Unpacked):
    tree, title, domain = 'exim', 'Exim', 'exim.test'
    inside = INSIDE
    chunk_note = r' K S=\d'
    missing = staticmethod(exim.missing)

    def _write(self):
        self.doors = {door: free_port()
                      for door in ('tls', 'self-signed', 'implicit', 'auth-plain', 'auth-login',
                                   'auth-scram', 'client')}
        for name in ('spool', 'exim', 'mail'):
            self._folder(name, UID)
        self.write_certificates(self.work)
        for name in ('key.pem', 'own-key.pem'):
            os.chown(self.work / name, UID, 0)
        words = {'work': str(self.work), 'own': self.doors['self-signed'],
                 'ports': ' : '.join(map(str, self.doors.values())),
                 'plain': self.doors['auth-plain'], 'login': self.doors['auth-login'],
                 'scram': self.doors['auth-scram'],
                 'signing': ' : '.join(str(port) for door, port in self.doors.items()
                                       if door.startswith('auth')),
                 'user': next_hop.USER, 'password': next_hop.PASSWORD} | self.doors
        self._file('exim.conf', re.sub('@([a-z]+)@', lambda found: str(words[found[1]]),
                                       CONFIGURATION))
        self._file('user', next_hop.USER)
        self._file('password', next_hop.PASSWORD)
        self.box = next_hop.Maildirs(self.work / 'mail')

    def _ready(self):
        return unpacked.greets(self.doors['tls'])

    def log(self):
        return super().log() + ''.join(path.read_text(errors='replace')
                                       for path in sorted((self.work / 'exim').iterdir()))

    @property
    def version(self):
        return re.search(r'exim (\S+) daemon started', self.log()).group(1)
