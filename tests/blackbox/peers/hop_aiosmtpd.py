"""aiosmtpd as a next hop, in this process."""
import pathlib
import shutil
import ssl
import tempfile

import aiosmtpd
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from conftest import free_port

from . import next_hop


class Box:
    """Its handler: keeps what it is given, octet by octet."""

    def __init__(self):
        self.kept, self.notes = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.partition('@')[0]
        if name in next_hop.UNKNOWN:
            return '550 5.1.1 nobody here'
        if name == next_hop.LATER:
            return '450 4.2.1 not now'
        envelope.rcpt_tos.append(address)
        return '250 2.1.5 ok'

    async def handle_DATA(self, server, session, envelope):
        shown = server.transport.get_extra_info('peercert')
        if shown:
            self.notes.append(f'client certificate {shown["subject"]}')
        for recipient in envelope.rcpt_tos:
            self.kept.append((pathlib.Path(), b'Delivered-To: %s\r\n' % recipient.encode()
                              + envelope.content))
        return '250 2.0.0 kept'

    def messages(self):
        return list(self.kept)


class Door(Controller):
    def __init__(self, port, box, ssl_context=None, **options):
        super().__init__(box, hostname='127.0.0.1', port=port, ssl_context=ssl_context,
                         server_hostname='mail.aiosmtpd.test', enable_SMTPUTF8=True,
                         data_size_limit=50_000_000, **options)


class AiosmtpdHop(next_hop.NextHop):
    title, domain = 'aiosmtpd', 'aiosmtpd.test'
    version = aiosmtpd.__version__
    silent = True

    @staticmethod
    def missing():
        return ''

    def __enter__(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix='signet-aiosmtpd-'))
        self.write_certificates(self.work)
        self.ca_file = self.work / 'ca.pem'
        self.box = Box()
        good, own = self._context('cert', 'key'), self._context('own', 'own-key')
        asking = self._context('cert', 'key')
        asking.verify_mode = ssl.CERT_REQUIRED
        asking.load_verify_locations(self.ca_file)
        signing = {'tls_context': good, 'require_starttls': True, 'auth_required': True,
                   'authenticator': self._knows}
        options = {'tls': {'tls_context': good}, 'self-signed': {'tls_context': own},
                   'implicit': {'ssl_context': good},
                   'auth-plain': signing | {'auth_exclude_mechanism': ['LOGIN']},
                   'auth-login': signing | {'auth_exclude_mechanism': ['PLAIN']},
                   'client': {'tls_context': asking, 'require_starttls': True}}
        self.doors = {door: free_port() for door in options}
        self.controllers = [Door(self.doors[door], self.box, **given)
                            for door, given in options.items()]
        for controller in self.controllers:
            controller.start()
        return self

    def __exit__(self, *_):
        for controller in self.controllers:
            controller.stop()
        shutil.rmtree(self.work)

    def log(self):
        return '\n'.join(self.box.notes)

    def _context(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.work / f'{certificate}.pem', self.work / f'{key}.pem')
        return context

    @staticmethod
    def _knows(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (next_hop.USER.encode(), next_hop.PASSWORD.encode())
        return AuthResult(success=right)
