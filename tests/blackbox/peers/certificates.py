"""A certificate authority for one test, and a certificate for a server of it."""
import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _build(subject, issuer, public_key, signing_key, extensions, days=30):
    now = datetime.datetime.utcnow()
    builder = (x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer))
               .public_key(public_key).serial_number(x509.random_serial_number())
               .not_valid_before(now - datetime.timedelta(days=30))
               .not_valid_after(now + datetime.timedelta(days=days)))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing_key, hashes.SHA256())


def write(folder, names=('localhost',), addresses=('127.0.0.1',), days=30):
    """Writes ca.pem, cert.pem and key.pem into the folder; cert.pem ends in so many days."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _build('test authority', 'test authority', ca_key.public_key(), ca_key,
                [(x509.BasicConstraints(ca=True, path_length=0), True)])
    alternatives = x509.SubjectAlternativeName(
        [x509.DNSName(name) for name in names]
        + [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses])
    cert = _build(names[0], 'test authority', key.public_key(), ca_key, [(alternatives, False)],
                  days)
    pem = serialization.Encoding.PEM
    (folder / 'ca.pem').write_bytes(ca.public_bytes(pem))
    (folder / 'cert.pem').write_bytes(cert.public_bytes(pem))
    (folder / 'key.pem').write_bytes(key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
