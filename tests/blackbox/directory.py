"""An LDAP directory of our own: Debian's slapd, unpacked below build/peers, on free loopback ports."""
import datetime
import ipaddress
import os
import pathlib
import socket
import subprocess
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conftest import ROOT, free_ports

SLAPD = ROOT / "build/peers/slapd"
BASE = "dc=example,dc=com"
ADMIN = f"cn=admin,{BASE}"
ADMIN_PASSWORD = "directory admin"

PEOPLE = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: uid=ann,ou=people,{BASE}
objectClass: inetOrgPerson
uid: ann
cn: Ann
sn: Example
mail: ann@example.com
mail: info@example.com
userPassword: ann's long password

dn: uid=off,ou=people,{BASE}
objectClass: inetOrgPerson
uid: off
cn: Off
sn: Example
mail: off@example.com
employeeType: disabled
userPassword: off's long password

dn: uid=out,ou=people,{BASE}
objectClass: inetOrgPerson
uid: out
cn: Out
sn: Example
mail: out@example.com
userPassword: out's long password

dn: uid=twin,ou=people,{BASE}
objectClass: inetOrgPerson
uid: twin
cn: Twin
sn: Example
mail: twin@example.com
userPassword: twin's long password

dn: uid=other,ou=people,{BASE}
objectClass: inetOrgPerson
uid: other
cn: Other
sn: Example
mail: twin@example.com
userPassword: twin's long password

dn: cn=mail-senders,{BASE}
objectClass: groupOfNames
cn: mail-senders
member: uid=ann,ou=people,{BASE}
member: uid=off,ou=people,{BASE}
member: uid=twin,ou=people,{BASE}
"""


def certificate(folder, address):
    """An authority, and a certificate of it for an IP address: ca.pem, cert.pem, key.pem."""
    folder = pathlib.Path(folder)
    now = datetime.datetime(2020, 1, 1)
    later = datetime.datetime(2090, 1, 1)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("Test CA", "directory")]

    def make(subject, key, ca, alternative):
        made = (x509.CertificateBuilder().subject_name(subject).issuer_name(names[0])
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(now).not_valid_after(later)
                .add_extension(x509.BasicConstraints(ca, None), critical=True))
        if alternative:
            made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(alternative)]), False)
        return made.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    (folder / "ca.pem").write_bytes(make(names[0], keys[0], True, None))
    (folder / "cert.pem").write_bytes(make(names[1], keys[1], False, ipaddress.ip_address(address)))
    (folder / "key.pem").write_bytes(keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder


class Directory:
    def __init__(self, folder, address="127.0.0.1"):
        self.dir = pathlib.Path(folder)
        self.dir.mkdir(parents=True, exist_ok=True)
        certificate(self.dir, address)
        self.port = free_ports(389, 636) + 389
        self.tls_port = self.port + 636 - 389
        self.process = None
        (self.dir / "data").mkdir()
        schema = SLAPD / "etc/ldap/schema"
        (self.dir / "slapd.conf").write_text(f"""
include {schema}/core.schema
include {schema}/cosine.schema
include {schema}/inetorgperson.schema
modulepath {SLAPD}/usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {self.dir}/ca.pem
TLSCertificateFile {self.dir}/cert.pem
TLSCertificateKeyFile {self.dir}/key.pem
database mdb
suffix {BASE}
rootdn {ADMIN}
rootpw "{ADMIN_PASSWORD}"
directory {self.dir}/data
access to attrs=userPassword by anonymous auth by * none
access to * by * read
""")
        ldif = self.dir / "people.ldif"
        ldif.write_text(PEOPLE)
        self.run("slapadd", "-f", self.dir / "slapd.conf", "-l", ldif)

    env = {**os.environ, "LD_LIBRARY_PATH": str(SLAPD / "usr/lib/x86_64-linux-gnu")}

    def run(self, program, *arguments):
        done = subprocess.run([str(SLAPD / "usr/sbin" / program), *map(str, arguments)],
                              env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    # Not "localhost": libldap looks for this machine's own name in the certificate then.
    @property
    def url(self):
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_url(self):
        return f"ldaps://127.0.0.1:{self.tls_port}"

    def start(self):
        log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen(
            [str(SLAPD / "usr/sbin/slapd"), "-f", str(self.dir / "slapd.conf"), "-d", "none",
             "-h", f"ldap://127.0.0.1:{self.port}/ ldaps://127.0.0.1:{self.tls_port}/"],
            env=self.env, stdout=log, stderr=log)
        for _ in range(600):
            assert self.process.poll() is None, (self.dir / "log").read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("slapd does not listen")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
