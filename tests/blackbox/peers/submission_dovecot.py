"""Dovecot's submission server, which takes access tokens and nothing else: it asks the provider about
each (RFC 7662), and hands the mail on to a sink in this process."""
import email
import re

from aiosmtpd.controller import Controller

from conftest import free_port

from . import unpacked

DOVECOT, DOVENULL, VMAIL = 64907, 64908, 64909

CONFIGURATION = '''
protocols = submission
base_dir = {work}/run
log_path = /dev/stdout
auth_verbose = yes
hostname = submission.test
ssl = required
ssl_cert = <{work}/cert.pem
ssl_key = <{work}/key.pem
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
first_valid_uid = {vmail}
mail_location = maildir:{work}/mail/%u
auth_mechanisms = {mechanisms}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {work}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={vmail} gid={vmail} home={work}/mail/%u
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {sink}
service submission-login {{
  inet_listener submission {{
    address = 127.0.0.1
    port = {port}
  }}
}}
'''

# The name and secret of who asks stand in the address.
TOKENS = '''
introspection_mode = post
introspection_url = https://mailserver:asks@localhost:{provider}/token/introspection
tls_ca_cert_file = {work}/ca.pem
username_attribute = email
active_attribute = active
active_value = true
'''

INSIDE = r'''
add_user dovecot %(dovecot)d
add_user dovenull %(dovenull)d
dovecot -F -c "$work/dovecot.conf"
exit $?
''' % {'dovecot': DOVECOT, 'dovenull': DOVENULL}


class Sink:
    """What arrived: (sender, recipients, message)."""

    def __init__(self):
        self.kept = []

    async def handle_DATA(self, server, session, envelope):
        self.kept.append((envelope.mail_from, envelope.rcpt_tos,
                          email.message_from_bytes(envelope.content)))
        return '250 2.0.0 kept'


class DovecotSubmission(unpacked.Unpacked):
    """folder: with certificates for localhost.  provider: a running TokenProvider.  mechanisms: that
    are offered."""

    tree, title, inside = 'dovecot', 'Dovecot submission', INSIDE

    def __init__(self, folder, provider, mechanisms='xoauth2 oauthbearer'):
        self.folder, self.provider, self.mechanisms = folder, provider, mechanisms

    @staticmethod
    def missing():
        return unpacked.missing('dovecot', 'Dovecot')

    def _write(self):
        self.port, sink_port = free_port(), free_port()
        self.sink = Sink()
        self.controller = Controller(self.sink, hostname='127.0.0.1', port=sink_port)
        self.controller.start()
        self._folder('mail', VMAIL)
        for name in ('ca.pem', 'cert.pem', 'key.pem'):  # the tests' folder is not its to read
            self._file(name, (self.folder / name).read_text())
        self._file('oauth2.conf', TOKENS.format(provider=self.provider.port, work=self.work))
        self._file('dovecot.conf', CONFIGURATION.format(
            work=self.work, vmail=VMAIL, mechanisms=self.mechanisms,
            sink=sink_port, port=self.port))

    def __exit__(self, *details):
        super().__exit__(*details)
        self.controller.stop()

    def _ready(self):
        return unpacked.greets(self.port)

    @property
    def sign_ins(self):
        """(user, mechanism) of each, in order."""
        return re.findall(r'submission-login: Info: Login: user=<([^>]*)>, method=(\w+)', self.log())
