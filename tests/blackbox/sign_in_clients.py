"""Programs that sign in, each with the mechanisms it has: for test_sign_in_clients.py.

A program makes one attempt and says whether it was let in.  What the server saw is in its audit log.
"""
import gzip
import os
import smtplib
import ssl
import subprocess
import types

import pytest

from conftest import ROOT
from peers import cyrus, exim, postfix
from test_clients import message

PASSWORDS = ('PLAIN', 'LOGIN')
TOKENS = ('OAUTHBEARER', 'XOAUTH2')
LETTER = ('--from', 'dev@localhost')


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=60,
                          **{'stdin': subprocess.DEVNULL, **options})


class Client:
    """mechanisms: that it has.  try_it(site, mechanism, secret): whether it says that it is in; the
    secret of EXTERNAL is a certificate and its key."""

    title, mechanisms = '', ()

    def missing(self):
        """Why it cannot be run here; empty if it can."""
        return ''

    def version(self):
        raise NotImplementedError

    def try_it(self, site, mechanism, secret):
        raise NotImplementedError


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).splitlines()[0]


def package_version(tree, package):
    """Of what tools/peers.sh unpacked."""
    path = ROOT / 'build/peers' / tree / 'usr/share/doc' / package / 'changelog.Debian.gz'
    with gzip.open(path, 'rt') as lines:
        return lines.readline().split('(')[1].split(')')[0]


class GnuSasl(Client):
    title = 'GNU SASL'
    mechanisms = ('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5',
                  'EXTERNAL', *PASSWORDS)

    def version(self):
        return first_line('gsasl', '--version')

    def try_it(self, site, mechanism, secret):
        options = ['--no-cb'] if not mechanism.endswith('-PLUS') else []
        if mechanism == 'EXTERNAL':
            options += ['--x509-cert-file', secret[0], '--x509-key-file', secret[1]]
        else:
            options += ['--authentication-id', site.user, '--password', secret]
        return run('gsasl', '--smtp', '--client', '--connect', f'localhost:{site.port}',
                   '--mechanism', mechanism, '--x509-ca-file', site.ca, *options).returncode == 0


class CyrusSasl(Client):
    # It has -PLUS too, but names the mechanism without it and then binds, to tls-unique even on TLS
    # 1.3: RFC 5802 section 6 has the server refuse that.
    title = 'Cyrus SASL (smtptest)'
    mechanisms = ('SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', *PASSWORDS)

    def missing(self):
        return cyrus.missing()

    def version(self):
        return (f'smtptest {package_version("cyrus", "cyrus-clients")}, '
                f'libsasl2 {package_version("cyrus", "libsasl2-2")}')

    def try_it(self, site, mechanism, secret):
        return cyrus.smtptest(site.port, mechanism, site.user, secret)[1]


class Postfix(Client):
    title = 'Postfix (Cyrus SASL)'
    mechanisms = CyrusSasl.mechanisms

    def missing(self):
        return postfix.missing()

    def version(self):
        return f'Postfix {package_version("postfix", "postfix")}'

    def try_it(self, site, mechanism, secret):
        with postfix.PostfixClient(site.port, site.user, secret, site.ca, mechanism) as peer:
            peer.send('dev@localhost', ['ann@example.com'], message('from Postfix'))
            peer.wait_for_log(' status=')
            return ' status=sent' in peer.log()


class Exim(Client):
    title = 'Exim'
    mechanisms = ('CRAM-MD5', 'EXTERNAL', *PASSWORDS)

    def missing(self):
        return exim.missing()

    def version(self):
        return f'Exim {package_version("exim", "exim4-daemon-heavy")}'

    def try_it(self, site, mechanism, secret):
        shown = {'shows': secret} if mechanism == 'EXTERNAL' else {'password': secret}
        with exim.Exim(site.port, ca_file=site.ca, user=site.user, mechanism=mechanism,
                       **shown) as peer:
            peer.send('dev@localhost', ['ann@example.com'], message('from Exim'))
            return bool(peer.delivered('ann@example.com'))


class Curl(Client):
    # XOAUTH2 too, but only where the server has no OAUTHBEARER, whatever it is told to prefer.
    title = 'curl'
    mechanisms = ('CRAM-MD5', 'EXTERNAL', 'OAUTHBEARER', *PASSWORDS)

    def version(self):
        return ' '.join(first_line('curl', '--version').split()[:2])

    def try_it(self, site, mechanism, secret):
        how = ['--user', f'{site.user}:{secret}']
        if mechanism in TOKENS:
            how = ['--user', site.user, '--oauth2-bearer', secret]
        elif mechanism == 'EXTERNAL':
            how = ['--user', f'{site.user}:', '--cert', secret[0], '--key', secret[1]]
        return run('curl', '--silent', '--show-error', '--ssl-reqd', '--cacert', site.ca,
                   f'smtp://localhost:{site.port}/client.example', '--login-options',
                   f'AUTH={mechanism}', *how, '--mail-from', 'dev@localhost', '--mail-rcpt',
                   'ann@example.com', '--upload-file', '-',
                   input=message('from curl'), stdin=None).returncode == 0


class Msmtp(Client):
    title = 'msmtp'
    mechanisms = ('SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'EXTERNAL', *TOKENS, *PASSWORDS)

    def version(self):
        return first_line('msmtp', '--version')

    def try_it(self, site, mechanism, secret):
        how = ['--passwordeval=printf %s "$SECRET"']
        environment = dict(os.environ)
        if mechanism == 'EXTERNAL':
            how = [f'--tls-cert-file={secret[0]}', f'--tls-key-file={secret[1]}']
        else:
            environment['SECRET'] = secret
        return run('msmtp', '--host=localhost', f'--port={site.port}', '--tls=on',
                   f'--tls-trust-file={site.ca}', f'--auth={mechanism.lower()}',
                   f'--user={site.user}', *how, '--from=dev@localhost', '--file=/dev/null',
                   'ann@example.com', env=environment, input=message('from msmtp'),
                   stdin=None).returncode == 0


class Swaks(Client):
    title = 'swaks'
    mechanisms = ('CRAM-MD5', *PASSWORDS)

    def version(self):
        return first_line('swaks', '--version')

    def try_it(self, site, mechanism, secret):
        return run('swaks', '--server', 'localhost', '--port', site.port, '--tls', '--tls-ca-path',
                   site.ca, '--tls-verify', '--auth', mechanism, '--auth-user', site.user,
                   '--auth-password', secret, *LETTER, '--to', 'ann@example.com').returncode == 0


class Nodemailer(Client):
    title = 'nodemailer'
    mechanisms = ('CRAM-MD5', 'XOAUTH2', *PASSWORDS)
    modules = ROOT / 'build/node'

    def missing(self):
        return '' if (self.modules / 'node_modules').exists() else 'its modules are not in build/node'

    def version(self):
        return first_line('node', '-p', f'"nodemailer " + require("{self.modules}/node_modules/'
                                        'nodemailer/package.json").version')

    def try_it(self, site, mechanism, secret):
        auth = ("{ type: 'OAuth2', user: e.NAME, accessToken: e.SECRET }" if mechanism == 'XOAUTH2'
                else "{ method: e.METHOD, user: e.NAME, pass: e.SECRET }")
        script = f"""
          const e = process.env;
          require('nodemailer').createTransport({{ host: 'localhost', port: {site.port},
            requireTLS: true, auth: {auth}, tls: {{ ca: require('fs').readFileSync(e.CA) }} }})
            .sendMail({{ from: 'dev@localhost', to: 'ann@example.com', subject: 'x', text: 'Hello.' }})
            .then(() => process.exit(0), () => process.exit(1));"""
        return run('node', '-e', script, cwd=self.modules,
                   env={**os.environ, 'NAME': site.user, 'SECRET': secret, 'METHOD': mechanism,
                        'CA': str(site.ca)}).returncode == 0


class Smtplib(Client):
    title = 'Python smtplib'
    mechanisms = ('CRAM-MD5', *PASSWORDS)

    def version(self):
        return first_line('/usr/bin/python3', '--version')

    def try_it(self, site, mechanism, secret):
        with smtplib.SMTP('localhost', site.port, timeout=30) as client:
            client.starttls(context=ssl.create_default_context(cafile=str(site.ca)))
            client.user, client.password = site.user, secret
            client.ehlo()
            method = getattr(client, 'auth_' + mechanism.lower().replace('-', '_'))
            try:
                return client.auth(mechanism, method)[0] == 235
            except smtplib.SMTPAuthenticationError:
                return False


CLIENTS = types.MappingProxyType({
    'gsasl': GnuSasl(), 'cyrus': CyrusSasl(), 'postfix': Postfix(), 'exim': Exim(), 'curl': Curl(),
    'msmtp': Msmtp(), 'swaks': Swaks(), 'nodemailer': Nodemailer(), 'smtplib': Smtplib()})


def need(client):
    if reason := client.missing():
        pytest.skip(reason)
