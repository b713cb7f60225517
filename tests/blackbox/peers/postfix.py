"""Postfix as a smart host: Debian's own, unpacked by tools/peers.sh, started for one test.

    with Postfix(accounts={'relay': 'secret'}) as peer:
        ... connect to 127.0.0.1:peer.submission_port with peer.ca_file ...
        [message] = peer.wait_for(1)

It listens on two free loopback ports (STARTTLS and implicit TLS), wants AUTH (PLAIN or LOGIN, if no
other mechanisms are named), takes mail for any address, and puts what it took into a Maildir.
Nothing leaves it: there is no smtp(8) client in its master.cf.  PostfixClient has one, which knows
one way out: a port of this machine.

How it runs where it is not installed, and what that takes: unpacked.py.
"""
import pathlib
import smtplib
import ssl

from conftest import free_port

from . import certificates, unpacked

HOSTNAME = 'mail.peer.test'
OWNER_UID, DROP_GID, NOBODY = 64901, 64902, 65534

# Services that smtpd needs to take a message and virtual(8) to store it; no smtp(8) client.
MASTER = '''
127.0.0.1:{submission_port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
127.0.0.1:{submissions_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
'''

MAIN = {
    'compatibility_level': '3.6',
    'myhostname': HOSTNAME,
    'mail_owner': 'postfix',
    'setgid_group': 'postdrop',
    'maillog_file': '/dev/stdout',
    'inet_interfaces': '127.0.0.1',
    'inet_protocols': 'ipv4',
    'mydestination': '',
    'mynetworks': '',
    'local_recipient_maps': '',
    'alias_maps': '',
    'default_transport': 'virtual',
    'virtual_mailbox_maps': 'static:inbox/',
    'virtual_uid_maps': f'static:{NOBODY}',
    'virtual_gid_maps': f'static:{NOBODY}',
    'smtpd_sasl_auth_enable': 'yes',
    'smtpd_sasl_local_domain': HOSTNAME,
    'smtpd_tls_auth_only': 'yes',
    'smtpd_relay_restrictions': 'permit_sasl_authenticated, reject',
    'smtpd_client_connection_count_limit': '0',
    'biff': 'no',
}

INSIDE = r'''
add_user postfix %(uid)d
add_user postdrop %(gid)d
cp /usr/share/postfix/dynamicmaps.cf /etc/postfix/
cp "$work/main.cf" "$work/master.cf" /etc/postfix/
mkdir -p /etc/postfix/sasl
cp "$work/smtpd.conf" /etc/postfix/sasl/smtpd.conf
rm -f /etc/sasldb2
while IFS=: read -r user password; do
    printf '%%s' "$password" | saslpasswd2 -p -c -f /etc/sasldb2 -u %(hostname)s "$user"
done <"$work/accounts"
chown postfix /etc/sasldb2
# The shell stays the first process of the namespace.  master(8) changes its user, and the kernel
# then forgets that it was to die with unshare.
postfix start-fg
exit $?
''' % {'uid': OWNER_UID, 'gid': DROP_GID, 'hostname': HOSTNAME}


def missing():
    return unpacked.missing('postfix', 'Postfix')


def available():
    return not missing()


class Postfix(unpacked.Unpacked):
    tree, title, inside = 'postfix', 'Postfix', INSIDE
    master = MASTER

    def __init__(self, accounts=None, mechanisms='PLAIN LOGIN', **settings):
        """mechanisms: what it offers; settings: parameters of main.cf that this test needs
        otherwise."""
        self.mechanisms = mechanisms
        self.accounts = {'relay': 'relay-secret'} if accounts is None else accounts
        self.settings = settings
        self.submission_port = free_port()
        self.submissions_port = free_port()

    def messages(self):
        """What arrived, oldest first, as octets; Postfix's own fields are on top."""
        folder = self.work / 'mail/inbox/new'
        paths = sorted(folder.iterdir(), key=lambda p: p.stat().st_mtime_ns) if folder.exists() else []
        return [path.read_bytes() for path in paths]

    def wait_for(self, count, seconds=30):
        """At least `count` messages."""
        self._until(lambda: len(self.messages()) >= count, seconds, f'{count} messages')
        return self.messages()

    def _ready(self):
        return unpacked.greets(self.submission_port)

    def _write(self):
        certificates.write(self.work, names=('localhost', HOSTNAME))
        for name, owner in (('spool', 0), ('data', OWNER_UID), ('mail', NOBODY)):
            self._folder(name, owner)
        main = MAIN | {
            'queue_directory': f'{self.work}/spool',
            'data_directory': f'{self.work}/data',
            'virtual_mailbox_base': f'{self.work}/mail',
            'smtpd_tls_cert_file': f'{self.work}/cert.pem',
            'smtpd_tls_key_file': f'{self.work}/key.pem',
        } | self.settings
        self._file('main.cf', ''.join(f'{name} = {value}\n' for name, value in main.items()))
        self._file('master.cf', self.master.format(submission_port=self.submission_port,
                                              submissions_port=self.submissions_port))
        self._file('smtpd.conf', 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\n'
                                 f'mech_list: {self.mechanisms}\n')
        self._file('accounts', ''.join(f'{n}:{p}\n' for n, p in self.accounts.items()))


class PostfixClient(Postfix):
    """Postfix as one of our clients: it hands on what it takes, to one port of this machine alone,
    inside TLS and signed in through Cyrus SASL."""

    master = MASTER + 'smtp unix - n n - - smtp\n'

    def __init__(self, port, user, password, ca_file, mechanism, implicit=False):
        super().__init__(
            virtual_mailbox_maps='', default_transport='smtp', relayhost=f'[localhost]:{port}',
            smtp_host_lookup='native',
            smtp_sasl_auth_enable='yes', smtp_sasl_mechanism_filter=mechanism,
            smtp_sasl_password_maps=f'inline:{{ {{ [localhost]:{port} = {user}:{password} }} }}',
            smtp_sasl_security_options='noanonymous', smtp_tls_security_level='secure',
            smtp_tls_secure_cert_match='hostname',
            smtp_tls_wrappermode='yes' if implicit else 'no', smtp_tls_loglevel='1')
        self.our_ca = pathlib.Path(ca_file)

    def _write(self):
        super()._write()
        self._file('our-ca.pem', self.our_ca.read_text())
        with (self.work / 'main.cf').open('a') as main:
            main.write(f'smtp_tls_CAfile = {self.work}/our-ca.pem\n')

    def send(self, sender, recipients, message):
        [(user, password)] = self.accounts.items()
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with smtplib.SMTP('localhost', self.submission_port, timeout=30) as client:
            client.starttls(context=context)
            client.login(user, password)
            client.sendmail(sender, recipients, message)

    def wait_for_log(self, text, seconds=60):
        self._until(lambda: text in self.log(), seconds, f'{text!r} in its log')
