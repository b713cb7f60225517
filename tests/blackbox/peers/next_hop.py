"""What all servers have in common that Signet hands mail to: hop_<name>.py has one each.

    with hop_exim.EximHop() as hop:
        ... route mail for hop.domain to localhost:hop.doors['tls'], trust hop.ca_file ...
        [arrival] = hop.arrived(b'mark-1')

Its doors, each a port of the loopback:
    tls          STARTTLS is offered, with a certificate that ca_file vouches for
    self-signed  the same with a certificate that nobody vouches for
    implicit     inside TLS from the first octet
    auth-plain, auth-login, auth-scram
                 takes nothing before AUTH as USER with PASSWORD, by that mechanism alone
    client       takes nothing from who shows no certificate of ca_file's (client.pem in the folder)
A server that has no such thing has no such door.  Of the recipients of hop.domain, UNKNOWN does not
exist, and LATER is put off.
"""
import dataclasses
import pathlib
import re
import smtplib

from . import certificates

USER, PASSWORD = 'relay', 'kraken & squid'
UNKNOWN, LATER = ('unknown-1', 'unknown-2'), 'later'
CLIENT_NAME = 'signet-client.test'  # the subject of client.pem

# What hops write on top of a message, each about itself.
TRACE = re.compile(rb'(?:(?:Received|Return-Path|Delivered-To|Envelope-to|Delivery-date|X-Original-To):'
                   rb'[^\r]*(?:\r\n[ \t][^\r]*)*\r\n)*', re.IGNORECASE)
STATUS = b'message/delivery-status'
RECIPIENT = re.compile(rb'^(?:Delivered-To|Envelope-to): <?([^>\r]*)', re.IGNORECASE | re.MULTILINE)


@dataclasses.dataclass
class Arrival:
    path: pathlib.Path
    trace: bytes    # the fields that hops added on top
    message: bytes  # all that follows

    @classmethod
    def of(cls, path, octets):
        end = TRACE.match(octets).end()
        return cls(path, octets[:end], octets[end:])

    @property
    def recipient(self):
        """As the fields on top say, or else the path: DOMAIN/NAME/new/FILE."""
        named = RECIPIENT.search(self.trace)
        return named[1].decode() if named else '@'.join(reversed(self.path.parts[-4:-2]))


class Maildirs:
    """Every message below a folder, read once."""

    def __init__(self, folder, crlf=False):
        self.folder, self.crlf, self.known = folder, crlf, {}

    def messages(self):
        for path in self.folder.rglob('new/*'):
            if path not in self.known:
                octets = path.read_bytes()
                self.known[path] = octets if self.crlf else octets.replace(b'\n', b'\r\n')
        return list(self.known.items())


class NextHop:
    title = version = domain = None
    lmtp = wants_auth = False
    chunk_note = None    # what stands in its log where BDAT was used: an expression
    tls_fault = ''      # why the TLS that it offers does not work
    forgets_envid = ''  # that its reports are without ENVID
    silent = False      # that it does not say why it wants no more of a connection

    def write_certificates(self, folder, kind='ec'):
        authority = certificates.Authority(folder)
        authority.issue('cert', kind=kind)
        authority.issue('client', names=(CLIENT_NAME,))
        certificates.self_signed(folder, 'own', kind=kind)

    def authority(self, door):
        """Who vouches for the certificate at that door."""
        return self.ca_file

    def arrived(self, mark):
        """Messages with the mark in them, but for reports about them."""
        return [Arrival.of(path, octets) for path, octets in self.box.messages()
                if mark in octets and STATUS not in octets]

    def reports(self, mark):
        """What it reported itself."""
        return [octets for _, octets in self.box.messages()
                if mark in octets and STATUS in octets]

    def client_record(self):
        """The line in which it noted a client certificate; None if there is none."""
        noted = self.log() + b'\n'.join(dict(self.box.messages()).values()).decode('latin-1')
        found = re.search(rf'.*{re.escape(CLIENT_NAME)}.*', noted)
        return found and found[0]

    def offer(self):
        """The keywords of its answer to EHLO, or to LHLO, inside TLS where it has that."""
        with (smtplib.LMTP if self.lmtp else smtplib.SMTP)(
                '127.0.0.1', self.doors['tls'], timeout=30) as client:
            client.ehlo_or_helo_if_needed()
            if client.has_extn('starttls') and not self.tls_fault:
                client.starttls()
                client.ehlo()
            words = {word.upper() for word in client.esmtp_features}
        return words
