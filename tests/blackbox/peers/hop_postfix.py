"""Postfix as a next hop."""
import re

from conftest import free_port

from . import next_hop, postfix

MASTER = '''
127.0.0.1:{tls} inet n - n - - smtpd
127.0.0.1:{self-signed} inet n - n - - smtpd
    -o smtpd_tls_cert_file={work}/own.pem -o smtpd_tls_key_file={work}/own-key.pem
127.0.0.1:{implicit} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{auth-plain} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=plain
    -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
    -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{auth-login} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=login
    -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
    -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{auth-scram} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=scram-sha-256
    -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
    -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{client} inet n - n - - smtpd
    -o smtpd_tls_security_level=encrypt -o smtpd_tls_req_ccert=yes
    -o smtpd_tls_CAfile={work}/ca.pem -o smtpd_tls_received_header=yes
''' + postfix.MASTER[postfix.MASTER.index('cleanup'):]


class PostfixHop(next_hop.NextHop, postfix.Postfix):
    title, domain = 'Postfix', 'postfix.test'
    chunk_note = r' bdat=\d'
    missing = staticmethod(postfix.missing)

    def __init__(self):
        refused = ' '.join([f'{{ {name}@{self.domain} = 550 5.1.1 nobody here }}'
                            for name in next_hop.UNKNOWN]
                           + [f'{{ {next_hop.LATER}@{self.domain} = 450 4.2.1 not now }}'])
        super().__init__(
            accounts={next_hop.USER: next_hop.PASSWORD},
            smtpd_sasl_auth_enable='no', smtpd_tls_security_level='may',
            virtual_mailbox_domains='', relay_domains=self.domain,
            relay_transport='virtual',
            smtpd_relay_restrictions='reject_unauth_destination',
            smtpd_recipient_restrictions=f'check_recipient_access inline:{{ {refused} }}, permit',
            mailbox_size_limit='0', virtual_mailbox_limit='0', message_size_limit='50000000',
            smtpd_discard_ehlo_keywords='')
        self.doors = {door: free_port() for door in (
            'tls', 'self-signed', 'implicit', 'auth-plain', 'auth-login', 'auth-scram', 'client')}
        self.submission_port = self.doors['tls']

    def _write(self):
        super()._write()
        self.write_certificates(self.work)
        self._file('smtpd.conf', 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\n'
                                 'mech_list: PLAIN LOGIN SCRAM-SHA-256\n')
        text = MASTER
        for door, port in self.doors.items():
            text = text.replace(f'{{{door}}}', str(port))
        self._file('master.cf', text.replace('{work}', str(self.work)))
        self.box = next_hop.Maildirs(self.work / 'mail')

    @property
    def version(self):
        return re.search(r'version (\S+),', self.log()).group(1)
