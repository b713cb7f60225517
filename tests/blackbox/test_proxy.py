"""Behind proxies: the PROXY protocol, from those who are trusted and from nobody else."""
import smtplib
import socket
import ssl
import struct

import pytest

from conftest import DevServer, free_port, free_ports
from peers import haproxy
from wire import Wire, plain

SIGNATURE = b'\r\n\r\n\0\r\nQUIT\n'


def line(client='203.0.113.9'):
    return f'PROXY TCP4 {client} 198.51.100.1 49152 587\r\n'.encode()


def binary(client='203.0.113.9'):
    ends = socket.inet_aton(client) + socket.inet_aton('198.51.100.1') + struct.pack('>HH', 49152, 587)
    return SIGNATURE + b'\x21\x11' + struct.pack('>H', len(ends)) + ends


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    """signet dev, with two more listeners that believe proxies on this machine, and one that
    believes others."""
    dev = DevServer(tmp_path_factory.mktemp('proxy') / 'dev').start()
    base = free_ports(0, 1, 2)
    dev.behind, dev.behind_tls, dev.strict = base, base + 1, base + 2
    text = dev.config.read_text()
    for name, role, port, trust in (('behind', 'submission', dev.behind, '127.0.0.0/8'),
                                    ('behind-tls', 'submissions', dev.behind_tls, '127.0.0.0/8'),
                                    ('strict', 'submission', dev.strict, '192.0.2.0/24')):
        text += (f'\n[[listener]]\nname = "{name}"\nrole = "{role}"\nbind = ["127.0.0.1:{port}"]\n'
                 f'proxy_protocol.trust = ["{trust}"]\n')
    dev.config.write_text(text + '\n[limits]\nconnections_per_client = 3\n')
    done = dev.run('reload')
    assert done.returncode == 0, done.stderr
    yield dev
    assert dev.stop() == 0, dev.log()


def sign_in(server, wire):
    return wire.say('AUTH PLAIN ' + plain(server.user, server.password))


@pytest.mark.parametrize('header', [line, binary])
def test_the_real_address_is_in_every_record(server, header):
    client = '203.0.113.40' if header is line else '203.0.113.41'
    with Wire('127.0.0.1', server.behind) as wire:
        wire.send(header(client))
        assert wire.reply().startswith(b'220')
        assert wire.say('EHLO client.example').startswith(b'250')
        assert wire.say('STARTTLS').startswith(b'220')
        wire.starttls_now(server.ca)
        assert wire.say('EHLO client.example').startswith(b'250')
        assert sign_in(server, wire).startswith(b'235')
        assert wire.say(f'MAIL FROM:<{server.user}>').startswith(b'250')
        assert wire.say('RCPT TO:<ann@example.com>').startswith(b'250')
        assert wire.say('DATA').startswith(b'354')
        assert wire.say(f'From: {server.user}\r\nSubject: proxied\r\n\r\nhello\r\n.').startswith(b'250')
    for wanted in ('auth.attempt', 'message.accepted', 'session.close'):
        event = server.wait_for_event(
            lambda e: e['event'] == wanted and e.get('client', {}).get('ip') == client)
        assert event['client']['proxy_ip'] == '127.0.0.1'
        assert event['client']['port'] == 49152


def test_tls_may_begin_in_the_segment_of_the_header(server):
    """The header and the ClientHello in one segment: neither reader takes what is the other's."""
    raw = socket.create_connection(('127.0.0.1', server.behind_tls), timeout=20)
    context = ssl.create_default_context(cafile=str(server.ca))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname='localhost')
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    raw.sendall(binary('203.0.113.42') + outgoing.read())
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            raw.sendall(outgoing.read())
            part = raw.recv(65536)
            assert part
            incoming.write(part)
    raw.sendall(outgoing.read())
    tls.write(b'QUIT\r\n')
    raw.sendall(outgoing.read())
    said = b''
    while not said.endswith(b'221') and b'221 ' not in said:
        try:
            said += tls.read()
        except ssl.SSLWantReadError:
            incoming.write(raw.recv(65536))
    assert said.startswith(b'220 ')
    raw.close()


@pytest.mark.parametrize('octets', [b'EHLO client.example\r\n', b'PROXY TCP4 nonsense\r\n',
                                    SIGNATURE + b'\x21\x11\x00\x01x', b''])
def test_security_06_a_trusted_proxy_that_does_not_name_its_client_is_not_served(server, octets):
    before = len([e for e in server.audit() if e['reason'] == 'proxy_error'])
    with Wire('127.0.0.1', server.behind) as wire:
        wire.send(octets)
        if not octets:
            wire.socket.shutdown(socket.SHUT_WR)
        assert wire.closed()
    server.wait_for_event(lambda _: len([e for e in server.audit()
                                         if e['reason'] == 'proxy_error']) > before)


@pytest.mark.parametrize('header', [line, binary])
def test_security_06_a_strangers_header_is_not_believed(server, header):
    with Wire('127.0.0.1', server.strict) as wire:
        assert wire.reply().startswith(b'220')
        wire.send(header('203.0.113.66'))
        assert wire.reply()[:3] in (b'521', b'500')
    assert not [e for e in server.audit() if e.get('client', {}).get('ip') == '203.0.113.66']


def test_security_18_the_limit_of_one_client_counts_the_real_one(server):
    open_now = []

    def connect(client):
        wire = Wire('127.0.0.1', server.behind)
        open_now.append(wire)
        return wire.send(line(client)).reply()

    try:
        for number in range(6):
            assert connect(f'203.0.113.{100 + number}').startswith(b'220')
        assert connect('203.0.113.100').startswith(b'220')
        assert connect('203.0.113.100').startswith(b'220')
        assert connect('203.0.113.100').startswith(b'421')
        assert connect('203.0.113.101').startswith(b'220')
    finally:
        for wire in open_now:
            wire.close()


@pytest.mark.parametrize('version', [1, 2])
def test_haproxy_names_its_client(server, version):
    if not haproxy.available():
        pytest.fail('build/peers/haproxy is missing: run ./dev test')
    with haproxy.HAProxy(server.behind, version, free_port()) as proxy:
        with smtplib.SMTP('127.0.0.1', proxy.port, timeout=30) as smtp:
            smtp.starttls(context=ssl._create_unverified_context())
            smtp.login(server.user, server.password)
            port = smtp.sock.getsockname()[1]
    event = server.wait_for_event(
        lambda e: e['event'] == 'auth.attempt' and e['client']['port'] == port)
    assert event['client'] == {**event['client'], 'ip': '127.0.0.1', 'proxy_ip': '127.0.0.1'}
    assert event['server']['port'] == proxy.port
