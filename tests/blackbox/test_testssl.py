"""testssl.sh, whole, on both ports: nothing of MEDIUM or worse.

The certificates come from a CA of the test's own, which testssl is told to trust, and last 200 days:
so what it finds is about the server's choices and nothing is filtered out.
"""
import datetime
import json
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conftest import DevServer

HOST = 'mail.example.org'
BOUND_SECONDS = 420  # against hanging; a run takes about one minute and a half
WORSE = {'MEDIUM', 'HIGH', 'CRITICAL', 'FATAL'}


def subject(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def builder(issuer, name, key, days):
    now = datetime.datetime.utcnow()
    return (x509.CertificateBuilder().subject_name(subject(name)).issuer_name(subject(issuer))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=days)))


def write(path, *items):
    path.touch(0o600)
    path.write_bytes(b''.join(items))
    return path


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Chain:
    """A CA as they are, and certificates from it."""

    def __init__(self, directory):
        self.directory = directory
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        root = (builder('Test CA', 'Test CA', self.key, 3000)
                .add_extension(x509.BasicConstraints(True, 0), True).add_extension(usage, True)
                .add_extension(self.identifier, False).sign(self.key, hashes.SHA256()))
        self.file = write(directory / 'ca.pem', pem(root))

    def issue(self, stem, key):
        usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        revoked = x509.DistributionPoint(
            [x509.UniformResourceIdentifier('http://crl.example.org/ca.crl')], None, None, None)
        leaf = (builder('Test CA', HOST, key, 200)
                .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
                .add_extension(x509.BasicConstraints(False, None), True)
                .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
                .add_extension(usage, True)
                .add_extension(x509.CRLDistributionPoints([revoked]), False)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                    self.identifier), False)
                .sign(self.key, hashes.SHA256()))
        secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                   serialization.NoEncryption())
        return (write(self.directory / f'{stem}.pem', pem(leaf)),
                write(self.directory / f'{stem}.key', secret))


@pytest.fixture(scope='module')
def chain(tmp_path_factory):
    return Chain(tmp_path_factory.mktemp('testssl-ca'))


@pytest.fixture(scope='module')
def server(tmp_path_factory, chain):
    dev = DevServer(tmp_path_factory.mktemp('testssl') / 'dev').start()
    first = chain.issue('ecdsa', ec.generate_private_key(ec.SECP256R1()))
    second = chain.issue('rsa', rsa.generate_private_key(65537, 2048))
    lines = []
    for line in dev.config.read_text().splitlines():
        key = line.split('=')[0].strip()
        line = f'certificate = "{first[0]}"' if key == 'certificate' else line
        lines.append(f'key = "{first[1]}"' if key == 'key' else line)
    # It connects some hundred times, and fast.
    lines += ['[limits]', 'connection_rate = "100000/1m"', 'connections_per_client = 1000',
              '[[certificate]]', f'certificate = "{second[0]}"', f'key = "{second[1]}"']
    dev.config.write_text('\n'.join(lines) + '\n')
    done = dev.run('reload')
    assert done.returncode == 0, done.stderr
    yield dev
    assert dev.stop() == 0, dev.log()


def begin(server, chain, directory, port, *options):
    directory.mkdir()
    command = ['testssl', '--color', '0', '--warnings', 'off', '--quiet', '--nodns', 'none',
               '--add-ca', chain.file, '--ip', '127.0.0.1', '--severity', 'LOW',
               '--jsonfile', directory / 'found.json', *options, f'{HOST}:{port}']
    with open(directory / 'report.txt', 'wb') as report:
        return subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL,
                                stdout=report, stderr=subprocess.STDOUT)


def test_finds_nothing_of_medium_or_worse(server, chain, tmp_path):
    assert shutil.which('testssl'), 'the Debian package testssl.sh is missing'
    runs = {'465': begin(server, chain, tmp_path / '465', server.submissions_port),
            '587': begin(server, chain, tmp_path / '587', server.submission_port,
                         '--starttls', 'smtp')}
    try:
        for run in runs.values():
            run.wait(timeout=BOUND_SECONDS)
    finally:
        for run in runs.values():
            if run.poll() is None:
                run.kill()
                run.wait()
    for port in runs:
        report = (tmp_path / port / 'report.txt').read_text(errors='replace')
        # It went to the end, over both certificates and every vulnerability it knows.
        assert 'Done ' in report and 'RC4' in report and 'Server Certificate #2' in report, report
        assert 'TLS 1.3    offered (OK)' in report
        found = json.loads((tmp_path / port / 'found.json').read_text())
        bad = [f'{item["severity"]} {item["id"]}: {item["finding"]}' for item in found
               if item['severity'] in WORSE]
        assert not bad, '\n'.join(bad)
