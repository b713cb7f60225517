"""Certificates: chosen by name and kind of key, renewed under open sessions, refused when bad."""
import datetime
import json
import os
import re
import shutil
import socket
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from conftest import DevServer
from wire import signed_in


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    def __init__(self, directory):
        self.directory = directory
        directory.mkdir()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self.build('Test CA', self.key, None)
        self.file = directory / 'ca.pem'
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def build(self, subject, key, names, days=30, ago=1):
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name('Test CA'))
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(days=ago))
                   .not_valid_after(now + datetime.timedelta(days=days)))
        if names is None:
            builder = builder.add_extension(x509.BasicConstraints(True, 0), True)
        else:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, stem, names, kind='ec', days=30, ago=1):
        """Two files: their paths."""
        key = (ec.generate_private_key(ec.SECP256R1()) if kind == 'ec'
               else rsa.generate_private_key(65537, 2048))
        certificate = self.build(names[0], key, names, days, ago)
        pem, secret = self.directory / f'{stem}.pem', self.directory / f'{stem}.key'
        pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM)
                        + self.certificate.public_bytes(serialization.Encoding.PEM))
        secret.touch(0o600)
        secret.write_bytes(key.private_bytes(serialization.Encoding.PEM,
                                             serialization.PrivateFormat.PKCS8,
                                             serialization.NoEncryption()))
        return pem, secret


def s_client(server, *arguments, port=None, starttls=False):
    target = port or (server.submission_port if starttls else server.submissions_port)
    command = ['openssl', 's_client', '-connect', f'127.0.0.1:{target}', *map(str, arguments)]
    if starttls:
        command += ['-starttls', 'smtp']
    done = subprocess.run(command, input=b'QUIT\r\n', capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode(errors='replace')


def shown(server, *arguments, **options):
    """"localhost ECDSA", or "" if there was no handshake."""
    text = s_client(server, *arguments, **options)
    subject = re.search(r'subject=CN = (\S+)', text)
    kind = re.search(r'Peer signature type: (\S+)', text)
    return f'{subject[1]} {kind[1]}' if subject and kind else ''


def further(pair):
    return f'\n[[certificate]]\ncertificate = "{pair[0]}"\nkey = "{pair[1]}"\n'


def append(server, text):
    server.config.write_text(server.config.read_text() + text)


def reload(server, code=0):
    done = server.run('reload')
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def server(tmp_path):
    dev = DevServer(tmp_path / 'dev').start()
    yield dev
    assert dev.stop() == 0, dev.log()


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / 'authority')


def own(server, pair):
    """Makes `pair` the first certificate of the server."""
    text = re.sub(r'certificate *= *".*"', f'certificate = "{pair[0]}"', server.config.read_text(), 1)
    server.config.write_text(re.sub(r'\nkey *= *".*"', f'\nkey = "{pair[1]}"', text, 1))


def test_the_name_and_the_client_choose(server, authority):
    append(server, further(authority.issue('org', ['mail.example.org', '*.pool.example.org'], 'rsa'))
           + further(authority.issue('both-ec', ['both.example.org']))
           + further(authority.issue('both-rsa', ['both.example.org'], 'rsa')))
    reload(server)
    for starttls in (False, True):
        ask = lambda *a: shown(server, *a, starttls=starttls)
        default = ask('-noservername')
        assert default.endswith('ECDSA')
        assert ask('-servername', 'unknown.example.net') == default
        assert ask('-servername', 'MAIL.example.org') == 'mail.example.org RSA-PSS'
        assert ask('-servername', 'x.pool.example.org') == 'mail.example.org RSA-PSS'
        assert ask('-servername', 'x.y.pool.example.org') == default
        assert ask('-servername', 'both.example.org') == 'both.example.org ECDSA'
        assert ask('-servername', 'both.example.org', '-tls1_2', '-cipher',
                   'ECDHE-RSA-AES128-GCM-SHA256') == 'both.example.org RSA-PSS'
        assert ask('-servername', 'both.example.org', '-sigalgs',
                   'rsa_pss_rsae_sha256') == 'both.example.org RSA-PSS'
    status = json.loads(server.run('status', '--json').stdout)
    assert [c['kind'] for c in status['certificates']] == ['ECDSA', 'RSA', 'ECDSA', 'RSA']
    event = server.wait_for_event(lambda e: e['event'] == 'session.close'
                                  and e.get('tls', {}).get('sni') == 'both.example.org')
    assert event['tls']['version'] == 'TLSv1.3'


def test_a_second_certificate_for_the_same_name_and_kind_is_refused(server, authority):
    append(server, further(authority.issue('one', ['x.example']))
           + further(authority.issue('two', ['x.example'])))
    assert 'E0325' in reload(server, 78)
    done = server.run('check')
    assert done.returncode == 78 and 'E0325' in done.stdout


def test_a_renewal_is_taken_up_by_itself_and_no_session_ends(server, authority):
    pair = authority.issue('live', ['localhost'])
    own(server, pair)
    reload(server)
    assert shown(server).startswith('localhost')
    with signed_in_with(server, authority) as wire:
        before = fingerprint(server)
        renewed = authority.issue('renewed', ['localhost'])
        shutil.copy(renewed[0], pair[0])
        shutil.copy(renewed[1], pair[1])
        event = server.wait_for_event(lambda e: e['event'] == 'cert.renewed' and 'change' in e
                                      and e['target']['name'] == str(pair[0])
                                      and e['change'][0]['old'] != ''
                                      and e['change'][0]['old'] == before)
        assert event['change'][0]['new'] == fingerprint(server) != before
        assert wire.say('NOOP').startswith(b'250')


def signed_in_with(server, authority):
    class Other:
        host, submissions_port = server.host, server.submissions_port
        user, password, ca = server.user, server.password, authority.file
    return signed_in(Other)


def fingerprint(server):
    text = s_client(server)
    pem = re.search(r'-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----', text, re.S)[0]
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()


def test_links_are_followed_as_certbot_makes_them(server, authority, tmp_path):
    archive = [authority.issue(f'archive{i}', ['localhost']) for i in (1, 2)]
    live = tmp_path / 'live'
    live.mkdir()

    def point(pair):
        for link, target in (('fullchain.pem', pair[0]), ('privkey.pem', pair[1])):
            fresh = live / (link + '.new')
            fresh.symlink_to(target)
            os.replace(fresh, live / link)

    point(archive[0])
    own(server, (live / 'fullchain.pem', live / 'privkey.pem'))
    reload(server)
    before = fingerprint(server)
    point(archive[1])
    server.wait_for_event(lambda e: e['event'] == 'cert.renewed' and e['change'][0].get('old') == before)
    assert fingerprint(server) != before


def test_what_cannot_be_used_is_refused_and_said_and_the_old_one_stays(server, authority):
    pair = authority.issue('live', ['localhost'])
    own(server, pair)
    reload(server)
    before = fingerprint(server)
    other = authority.issue('other', ['localhost'])
    shutil.copy(other[1], pair[1])  # another certificate's key
    event = server.wait_for_event(lambda e: e['event'] == 'cert.failed')
    assert event['outcome'] == 'failure' and 'does not belong to' in event['detail']
    assert fingerprint(server) == before
    status = server.run('status').stdout
    assert 'NOT RENEWED' in status and 'does not belong to' in status
    assert 'E0322' in reload(server, 78)
    assert fingerprint(server) == before

    ended = authority.issue('ended', ['localhost'], days=-1, ago=9)
    shutil.copy(ended[0], pair[0])
    shutil.copy(ended[1], pair[1])
    server.wait_for_event(lambda e: e['event'] == 'cert.failed' and 'has ended' in e['detail'])
    assert 'E0323' in reload(server, 78)

    pair[0].write_bytes(other[0].read_bytes()[:300])  # half of it, then all
    shutil.copy(other[1], pair[1])
    server.wait_for_event(lambda e: e['event'] == 'cert.failed' and 'certificate ' in e['detail']
                          and 'ended' not in e['detail'] and 'belong' not in e['detail'])
    assert fingerprint(server) == before
    shutil.copy(other[0], pair[0])
    server.wait_for_event(lambda e: e['event'] == 'cert.renewed' and e['change'][0].get('old') == before)
    assert 'NOT RENEWED' not in server.run('status').stdout


def test_version_and_ciphers_of_a_listener_are_its_own(server, authority):
    text = server.config.read_text()
    where = text.index('name = "submissions"')
    end = text.index('\n', where) + 1
    server.config.write_text(text[:end] + 'tls = { min = "1.3" }\n' + text[end:])
    reload(server)
    assert shown(server, '-tls1_2') == '' and shown(server, '-tls1_3')
    assert shown(server, '-tls1_2', starttls=True)
    event = server.wait_for_event(lambda e: e['reason'] == 'tls_no_shared_version')
    assert event['event'] == 'session.refused' and event['tls']['version'] == 'TLSv1.2'
    assert event['client']['ip'] == '127.0.0.1'


@pytest.mark.parametrize('ciphers, code', [
    ('ECDHE-ECDSA-AES128-GCM-SHA257', 'E0320'),
    ('ALL:@SECLEVEL=0', 'E0320'),
    ('ALL:eNULL', 'E0321'),
    ('ECDHE-RSA-AES128-GCM-SHA256', 'E0324'),
])
def test_security_05_ciphers_that_do_not_do_are_found_by_check_and_reload(server, ciphers, code):
    text = server.config.read_text()
    server.config.write_text(text.replace('[tls]\n', f'[tls]\nciphers = "{ciphers}"\n', 1))
    done = server.run('check')
    assert done.returncode == 78 and code in done.stdout, done.stdout
    assert code in reload(server, 78)


def test_security_06_a_browser_made_to_talk_to_us_is_refused(server):
    for starttls in (False, True):
        assert shown(server, '-alpn', 'http/1.1', starttls=starttls) == ''
        assert shown(server, '-alpn', 'h2,http/1.1', starttls=starttls) == ''
        assert shown(server, '-alpn', 'smtp', starttls=starttls)
        assert shown(server, starttls=starttls)
    event = server.wait_for_event(lambda e: e['reason'] == 'tls_alpn')
    assert event['event'] == 'session.refused'


def test_security_18_junk_for_a_name_is_harmless(server):
    for junk in ('x' * 255, 'a\\', "' OR 1=1 --", '..', '*', 'mail.example.'):
        assert shown(server, '-servername', junk), junk
    assert shown(server)


def test_a_failed_handshake_names_client_and_reason(server):
    with socket.create_connection(('127.0.0.1', server.submissions_port)) as plain:
        plain.sendall(b'EHLO mail.example\r\n')
        plain.recv(1000)
    event = server.wait_for_event(lambda e: e['event'] == 'session.refused'
                                  and e['reason'] == 'tls_not_tls')
    assert event['client']['ip'] == '127.0.0.1' and event['frontend'] == 'submissions'
    s_client(server, '-tls1_2', '-cipher', 'AES128-SHA@SECLEVEL=0', starttls=True)
    event = server.wait_for_event(lambda e: e['event'] == 'session.refused'
                                  and e['reason'] == 'tls_no_shared_cipher')
    assert event['tls']['version'] == 'TLSv1.2' and event['frontend'] == 'submission'
