"""Slow, many, huge: what a client can hold is bounded, and others are served meanwhile.

Counts octets and answers; where time is part of the promise the bound is generous.
"""
import re
import select
import socket
import threading
import time

import pytest

from conftest import RELEASE, DevServer
from wire import Wire, secure, signed_in

HALF_HELLO = b"\x16\x03\x01\x02\x00\x01\x00"  # of a ClientHello, the first octets


def with_limits(directory, limits, descriptors=None):
    """A server whose [limits] are these."""
    server = DevServer(directory).start()
    server.stop()
    config = directory.parent / f"{directory.name}.toml"
    config.write_text(server.config.read_text() + "\n[limits]\n" + limits)
    server.command = [str(RELEASE), "serve", "--config", str(config)]
    if descriptors:
        server.command = ["prlimit", f"--nofile={descriptors}:{descriptors}", *server.command]
    return server.start()


@pytest.fixture(scope="module")
def roomy(tmp_path_factory):
    server = with_limits(tmp_path_factory.mktemp("roomy") / "run",
                         "connections_per_client = 5000\nrecipients = 10000\n")
    yield server
    assert server.stop() == 0, server.log()


def resident_kib(server):
    status = open(f"/proc/{server.process.pid}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def wait_until_empty(server):
    """The probes of the start are connections too, and end a moment after they were closed."""
    def total(name):
        return sum(value for series, value in server.metrics().items() if series.startswith(name + "{"))

    while total("signet_connections_total") < 2 or total("signet_sessions") > 0:
        time.sleep(0.05)


def trickle(wire, octets, pause, until):
    """Sends octet by octet; the seconds until the server has had enough, or None."""
    begin = time.monotonic()
    wire.socket.setblocking(True)
    for octet in octets:
        try:
            wire.send(bytes([octet]))
        except OSError:
            return time.monotonic() - begin
        if select.select([wire.socket], [], [], pause)[0]:
            return time.monotonic() - begin
        if time.monotonic() - begin > until:
            return None
    return None


def test_security_18_octets_that_trickle_hold_a_place_no_longer_than_silence(tmp_path):
    server = with_limits(tmp_path / "run", 'idle = "10s"\nbefore_auth = "1h"\n')
    ends = {}

    def command():
        with signed_in(server) as wire:
            ends["command"] = trickle(wire, b"NOOP " + b"x" * 500, 0.5, 60), wire.reply()

    def auth():
        with secure(server) as wire:
            ends["auth"] = trickle(wire, b"AUTH PLAIN " + b"A" * 500, 0.5, 60), wire.reply()

    def content():
        with signed_in(server) as wire:
            wire.say("MAIL FROM:<dev@localhost>")
            wire.say("RCPT TO:<ann@example.com>")
            wire.say("DATA")
            ends["content"] = trickle(wire, b"Subject: " + b"x" * 500, 0.5, 60), wire.reply()

    def steady():  # 1 KiB a second: twice what data_rate asks for
        with signed_in(server) as wire:
            wire.say("MAIL FROM:<dev@localhost>")
            wire.say("RCPT TO:<ann@example.com>")
            wire.say("DATA")
            for _ in range(18):
                wire.send(b"x: " + b"y" * 1019 + b"\r\n")
                time.sleep(1)
            ends["steady"] = wire.send(b"\r\n.\r\n").reply()

    threads = [threading.Thread(target=one) for one in (command, auth, content, steady)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert server.stop() == 0
    for name in ("command", "auth", "content"):
        seconds, reply = ends[name]
        assert seconds is not None and seconds < 40, ends
        assert reply.startswith(b"421 4.4.2"), ends
    assert ends["steady"].startswith(b"250"), ends


def test_security_18_silent_clients_are_told_and_make_room(tmp_path):
    server = with_limits(tmp_path / "run", 'before_auth = "5s"\nconnections = 60\n'
                         'connections_per_client = 60\n')
    wait_until_empty(server)
    silent = [Wire(server.host, server.submission_port) for _ in range(60)]
    for wire in silent:
        assert wire.reply().startswith(b"220")
    # The house is full: one more is told so at once, not left to wait.
    with Wire(server.host, server.submission_port, timeout=4) as wire:
        assert wire.reply().startswith(b"421")
        assert wire.closed()
    for wire in silent:
        assert wire.reply().startswith(b"421 4.4.2")
        assert wire.closed()
        wire.close()
    with signed_in(server) as wire:
        assert wire.say("NOOP").startswith(b"250")
    assert server.stop() == 0


def test_security_18_half_handshakes_leave_a_greeting_and_little_memory(roomy):
    def half(count):
        held = []
        for _ in range(count):
            one = socket.create_connection((roomy.host, roomy.submissions_port))
            one.send(HALF_HELLO)
            held.append(one)
        with signed_in(roomy) as wire:  # behind all of them in every queue
            assert wire.say("NOOP").startswith(b"250")
        return held

    warm = half(100)
    before = resident_kib(roomy)
    held = half(600)
    grown = resident_kib(roomy) - before
    for one in warm + held:
        one.close()
    assert grown < 600 * 40, f"{grown / 600:.1f} KiB for each half handshake"


def test_security_18_silent_sessions_take_little_memory(roomy):
    def greeted(count):
        held = [Wire(roomy.host, roomy.submission_port) for _ in range(count)]
        for wire in held:
            assert wire.reply().startswith(b"220")
        return held

    warm = greeted(100)
    before = resident_kib(roomy)
    held = greeted(1000)
    grown = resident_kib(roomy) - before
    for wire in warm + held:
        wire.close()
    assert grown < 1000 * 12, f"{grown / 1000:.1f} KiB for each silent session"


def send(server, header, body=b"x\r\n"):
    """The reply, and by how many KiB the server grew."""
    before = resident_kib(server)
    with signed_in(server) as wire:
        wire.say("MAIL FROM:<dev@localhost>")
        wire.say("RCPT TO:<ann@example.com>")
        assert wire.say("DATA").startswith(b"354")
        wire.send(header + b"\r\n" + body + b".\r\n")
        reply = wire.reply()
        assert wire.say("NOOP").startswith(b"250")  # and the session goes on
    return reply, resident_kib(server) - before


def nested(depth):
    lines = []
    for level in range(depth):
        lines.append(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level))
    return b"".join(lines)


@pytest.mark.parametrize("name, header, body", [
    ("20,000 headers", b"".join(b"X%d: y\r\n" % n for n in range(20_000)), b"x\r\n"),
    ("60,000 headers, too many", b"".join(b"X%d: y\r\n" % n for n in range(60_000)), b"x\r\n"),
    ("3,000 nested parts", b"MIME-Version: 1.0\r\n" + nested(1), nested(3_000)),
    ("10,000 parameters", b"Content-Type: text/plain" +
     b"".join(b";\r\n p%d=\"%d\"" % (n, n) for n in range(10_000)) + b"\r\n", b"x\r\n"),
    ("a field that never ends", b"X: " + b"y" * 4_000_000 + b"\r\n", b"x\r\n"),
    ("a line of 4 MB", b"Subject: x\r\n", b"y" * 4_000_000 + b"\r\n"),
    ("20,000 addresses", b"To: " + b",\r\n ".join(b"a%d@example.com" % n for n in range(12_000)) +
     b"\r\n", b"x\r\n"),
    ("a dot on every line", b"Subject: x\r\n", b"..\r\n" * 250_000)],
    ids=lambda value: value if isinstance(value, str) else "")
def test_security_19_a_huge_message_is_answered_and_leaves_nothing(roomy, name, header, body):
    reply, _ = send(roomy, header, body)
    reply, grown = send(roomy, header, body)  # once more: what the first one warmed up stays
    assert reply[:3] in (b"250", b"552"), reply
    assert grown < 64 * 1024, f"{name}: {grown} KiB"


def test_security_18_six_thousand_recipients_in_one_message(roomy):
    before = resident_kib(roomy)
    with signed_in(roomy) as wire:
        wire.say("MAIL FROM:<dev@localhost>")
        for block in range(60):
            wire.send(b"".join(b"RCPT TO:<user%d@example.com>\r\n" % (block * 100 + n)
                               for n in range(100)))
            for _ in range(100):
                assert wire.reply().startswith(b"250")
        assert wire.say("DATA").startswith(b"354")
        assert wire.send(b"Subject: many\r\n\r\nx\r\n.\r\n").reply().startswith(b"250")
    assert resident_kib(roomy) - before < 64 * 1024


def test_security_18_too_few_descriptors_are_said_and_the_last_client_hears_421(tmp_path):
    server = with_limits(tmp_path / "run", "connections_per_client = 1000\n", descriptors=500)
    assert "leaves room for fewer connections" in server.log()
    fit = int(re.search(r"connections=(\d+) wanted=10000", server.log()).group(1))
    held = [Wire(server.host, server.submission_port) for _ in range(fit)]
    for wire in held:
        assert wire.reply().startswith(b"220")
    with Wire(server.host, server.submission_port) as wire:
        assert wire.reply().startswith(b"421")
    for wire in held:
        wire.close()
    with signed_in(server) as wire:
        assert wire.say("NOOP").startswith(b"250")
    assert server.stop() == 0
