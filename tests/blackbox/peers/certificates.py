"""Certificates for one test: an authority, servers and clients it vouches for, and some it does not.

    authority = Authority(folder)            # folder/ca.pem
    authority.issue('cert')                  # folder/cert.pem and folder/key.pem, for localhost
    authority.issue('late', days=-1)         # folder/late.pem and folder/late-key.pem, expired
    self_signed(folder, 'own')
"""
import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _new_key(kind='ec'):
    return (rsa.generate_private_key(65537, 2048) if kind == 'rsa'
            else ec.generate_private_key(ec.SECP256R1()))


def _build(subject, issuer, public_key, signing_key, extensions, days=30):
    now = datetime.datetime.utcnow()
    builder = (x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer))
               .public_key(public_key).serial_number(x509.random_serial_number())
               .not_valid_before(now - datetime.timedelta(days=30))
               .not_valid_after(now + datetime.timedelta(days=days)))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing_key, hashes.SHA256())


def _alternatives(names, addresses):
    return x509.SubjectAlternativeName(
        [x509.DNSName(name) for name in names]
        + [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses])


def _keep(folder, stem, certificate, key):
    (folder / f'{stem}.pem').write_bytes(certificate.public_bytes(PEM))
    path = folder / ('key.pem' if stem == 'cert' else f'{stem}-key.pem')
    path.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()))
    path.chmod(0o600)


class Authority:
    name = 'test authority'

    def __init__(self, folder):
        self.folder, self.key = folder, _new_key()
        certificate = _build(self.name, self.name, self.key.public_key(), self.key,
                             [(x509.BasicConstraints(ca=True, path_length=0), True)])
        self.file = folder / 'ca.pem'
        self.file.write_bytes(certificate.public_bytes(PEM))

    def issue(self, stem, names=('localhost',), addresses=('127.0.0.1',), days=30, kind='ec'):
        """A certificate that ends in so many days; its subject is the first name."""
        key = _new_key(kind)
        _keep(self.folder, stem, _build(names[0], self.name, key.public_key(), self.key,
                                        [(_alternatives(names, addresses), False)], days), key)


def self_signed(folder, stem, names=('localhost',), addresses=('127.0.0.1',), kind='ec'):
    key = _new_key(kind)
    _keep(folder, stem, _build(names[0], names[0], key.public_key(), key,
                               [(_alternatives(names, addresses), False)]), key)


def write(folder, names=('localhost',), addresses=('127.0.0.1',), days=30):
    """Writes ca.pem, cert.pem and key.pem into the folder; cert.pem ends in so many days."""
    Authority(folder).issue('cert', names, addresses, days)
