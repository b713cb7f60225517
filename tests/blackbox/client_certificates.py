"""Authorities, and the certificates of their clients, as an administrator would make them."""
import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def name_of(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """In a directory: NAME.pem, and NAME.key for the certificates it makes."""

    def __init__(self, directory, name="Clients of Example"):
        self.dir = pathlib.Path(directory)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = name_of(name)
        self.now = datetime.datetime.utcnow()
        made = self._begin(self.name, self.key)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = self._write("ca", made.sign(self.key, hashes.SHA256()))

    def _begin(self, subject, key, issuer=None):
        return (x509.CertificateBuilder().subject_name(subject)
                .issuer_name(issuer or subject).public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(self.now - datetime.timedelta(hours=1))
                .not_valid_after(self.now + datetime.timedelta(days=30)))

    def _write(self, name, certificate):
        path = self.dir / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def issue(self, name, emails=(), by_itself=False):
        """(certificate, key): paths of PEM files."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = None if by_itself else self.name
        made = self._begin(name_of(name), key, issuer).add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        if emails:
            made = made.add_extension(
                x509.SubjectAlternativeName([x509.RFC822Name(one) for one in emails]), critical=False)
        certificate = made.sign(key if by_itself else self.key, hashes.SHA256())
        secret = self.dir / f"{name}.key"
        secret.write_bytes(key.private_bytes(serialization.Encoding.PEM,
                                             serialization.PrivateFormat.PKCS8,
                                             serialization.NoEncryption()))
        secret.chmod(0o600)
        return self._write(name, certificate), secret

    def revoke(self, *certificates):
        """Writes revoked.pem anew, with these in it."""
        made = (x509.CertificateRevocationListBuilder().issuer_name(self.name)
                .last_update(self.now - datetime.timedelta(hours=1))
                .next_update(self.now + datetime.timedelta(days=7)))
        for path in certificates:
            serial = x509.load_pem_x509_certificate(path.read_bytes()).serial_number
            made = made.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial)
                .revocation_date(self.now).build())
        path = self.dir / "revoked.pem"
        fresh = self.dir / "revoked.new"
        fresh.write_bytes(made.sign(self.key, hashes.SHA256())
                          .public_bytes(serialization.Encoding.PEM))
        fresh.rename(path)
        return path
