"""OpenSMTPD as a next hop.

Debian 12 has 6.8.0p2 with OpenSSL 3.0, and there it offers STARTTLS but fails each handshake ("EVP lib",
"missing private key": its private keys live in another process, and OpenSSL 3 loses the way to it;
github.com/OpenSMTPD/OpenSMTPD issue 1239).  So nothing inside TLS can be tested with it: no certificate,
and no AUTH, which it offers inside TLS alone.
"""
import re

from conftest import free_port

from . import next_hop, unpacked

UID, QUEUE_GID, VMAIL = 64904, 64905, 64906

CONFIGURATION = '''
pki good cert "{work}/cert.pem"
pki good key "{work}/key.pem"
pki own cert "{work}/own.pem"
pki own key "{work}/own-key.pem"
table everybody {{ "@" = keeper }}
smtp max-message-size 50M
filter unknown phase rcpt-to match rcpt-to regex {{ "^<?unknown-" }} reject "550 5.1.1 nobody here"
filter later phase rcpt-to match rcpt-to regex {{ "^<?later@" }} reject "450 4.2.1 not now"
filter refusals chain {{ unknown, later }}
listen on 127.0.0.1 port {good} tls pki good filter refusals
listen on 127.0.0.1 port {own} tls pki own
action keep maildir "{work}/mail/all" virtual <everybody>
match from any for any action keep
'''

INSIDE = r'''
add_user opensmtpd %(uid)d
add_user opensmtpq %(queue)d
add_user keeper %(vmail)d
sed -i 's|^keeper:.*|keeper:x:%(vmail)d:%(vmail)d::'"$work/mail"':/bin/sh|' /etc/passwd
cp "$work/smtpd.conf" /etc/smtpd.conf && chmod 644 /etc/smtpd.conf
echo mail.opensmtpd.test >/etc/mailname
mount -t tmpfs -o mode=711 tmpfs /var/spool
mount -t tmpfs -o mode=755 tmpfs /var/lib
mkdir -p /var/lib/opensmtpd/empty
mount -t tmpfs -o mode=755 tmpfs /run
smtpd -h 2>&1 | head -1
smtpd -d
exit $?
''' % {'uid': UID, 'queue': QUEUE_GID, 'vmail': VMAIL}


class OpenSmtpdHop(next_hop.NextHop, unpacked.Unpacked):
    tree, title, domain = 'opensmtpd', 'OpenSMTPD', 'opensmtpd.test'
    inside = INSIDE
    tls_fault = 'its TLS fails with OpenSSL 3'
    forgets_envid = ', without ENVID'

    @staticmethod
    def missing():
        return unpacked.missing('opensmtpd', 'OpenSMTPD')

    def _write(self):
        self.doors = {door: free_port() for door in ('tls', 'self-signed')}
        self._folder('mail', VMAIL)
        self.write_certificates(self.work)
        self._file('smtpd.conf', CONFIGURATION.format(
            work=self.work, good=self.doors['tls'], own=self.doors['self-signed']))
        self.box = next_hop.Maildirs(self.work / 'mail')

    def _ready(self):
        return unpacked.greets(self.doors['tls'])

    @property
    def version(self):
        return re.search(r'OpenSMTPD (\d[\w.]*)', self.log()).group(1)
