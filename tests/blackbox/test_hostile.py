"""Hostile clients against the build with ASan and UBSan; at the end the sanitizers must be silent.

Nothing here asserts on time but by generous bounds that only a server that is stuck would miss.
"""
import os
import random
import socket
import ssl
import threading

import pytest

from wire import Wire, plain, secure, signed_in

# security.md class 1: what might end a message for somebody, and must not for us.
ENDINGS = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\n", b"\n.\r", b"\r.\r\n", b"\r\n.\r",
           b"\r\n.\r\r\n", b"\r\r\n.\r\r\n", b"\r\n\0.\r\n", b"\r\n.\0\r\n",
           b"\r\n.\xc2\x85", b"\r\n\xe2\x80\xa8.\xe2\x80\xa8"]
SMUGGLED = b"MAIL FROM:<dev@localhost>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\n" \
           b"Subject: smuggled\r\n\r\nx\r\n.\r\n"


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda e: e.hex())
@pytest.mark.parametrize("pause", [False, True])
def test_security_01_only_crlf_dot_crlf_ends_a_message(sanitized, ending, pause):
    with signed_in(sanitized) as wire:
        wire.say("MAIL FROM:<dev@localhost>")
        wire.say("RCPT TO:<ann@example.com>")
        assert wire.say("DATA").startswith(b"354")
        wire.send(b"Subject: outer\r\n\r\nx" + ending)
        if pause:
            wire.socket.settimeout(0.3)
            try:
                early = wire.reply()
                assert not early.startswith(b"250"), early
            except (TimeoutError, ssl.SSLError, socket.timeout):
                pass
            wire.socket.settimeout(20)
        try:
            wire.send(SMUGGLED)
            reply = wire.reply()
        except OSError:  # closed already
            reply = b""
        # Either the whole of it was one message, or the connection is over.
        if reply.startswith(b"250"):
            assert wire.say("RSET").startswith(b"250")
        else:
            assert reply == b"" or reply.startswith(b"521")
    assert not any(b"victim@example.com" in m.split(b"\n\n")[0] for m in sanitized.mail())


def test_security_08_every_way_to_leave_an_auth_half_done(sanitized):
    for lines in (["AUTH LOGIN"], ["AUTH LOGIN", "ZGV2"], ["AUTH PLAIN"], ["AUTH LOGIN", "*"],
                  ["AUTH LOGIN", "ZGV2", "*"], ["AUTH PLAIN", "####"], ["AUTH PLAIN ="],
                  ["AUTH LOGIN ="], ["AUTH PLAIN", ""]):
        with secure(sanitized) as wire:
            for line in lines:
                wire.say(line)
            if wire.say("NOOP")[:3] in (b"250", b"500", b"501", b"535"):
                wire.say("RSET")
    with secure(sanitized) as wire:
        wire.say("AUTH LOGIN")
        wire.say("*")
        assert wire.say("AUTH PLAIN " + plain(sanitized.user, sanitized.password)).startswith(b"235")


@pytest.mark.parametrize("payload", [
    "####", "AGRldg", "AGRldg=", "AGRl=g==", "AGRldgBw AGRldgBw", "AA==", "=" * 12_000,
    "A" * 12_000, "A" * 13_000, "\xff\xfe"])
def test_security_07_what_is_not_base64_is_501_and_the_next_login_works(sanitized, payload):
    with secure(sanitized) as wire:
        assert wire.say(b"AUTH PLAIN " + payload.encode("latin-1"))[:3] in (b"500", b"501", b"535")
        assert wire.say("AUTH PLAIN " + plain(sanitized.user, sanitized.password)).startswith(b"235")


@pytest.mark.parametrize("user", [
    "' OR '1'='1", "*)(uid=*", "%{if;x", "$(id)", "../../etc/passwd", "dev@localhost\u200b",
    "d\u0435v@localhost", "DEV@LOCALHOST ", "\u202edev@localhost"])
def test_security_10_24_a_strange_user_name_opens_nothing(sanitized, user):
    with secure(sanitized) as wire:
        assert wire.say("AUTH PLAIN " + plain(user, sanitized.password))[:3] in (b"501", b"535")


def test_security_18_a_line_without_end_is_cut(sanitized):
    with secure(sanitized) as wire:
        try:
            for _ in range(64):
                wire.send(b"A" * 65_536)
        except OSError:
            pass
        assert wire.reply()[:1] in (b"5", b"4", b"")


def test_security_18_half_handshakes_and_silence_leave_the_door_open(sanitized):
    idle = [socket.create_connection((sanitized.host, sanitized.submissions_port)) for _ in range(20)]
    for number, one in enumerate(idle):
        if number % 2:
            one.send(b"\x16\x03\x01\x02\x00\x01\x00")  # the first octets of a ClientHello
    with signed_in(sanitized) as wire:
        assert wire.say("NOOP").startswith(b"250")
    for one in idle:
        one.close()


def test_security_16_a_flood_of_guesses_leaves_honest_clients_alone(sanitized):
    """Sixteen guessers; meanwhile the right password is taken and a session goes on."""
    stop = threading.Event()

    def guess(number):
        while not stop.is_set():
            try:
                with secure(sanitized) as wire:
                    while not stop.is_set():
                        reply = wire.say("AUTH PLAIN " + plain(sanitized.user, f"guess-{number}"))
                        if not reply.startswith(b"535"):
                            break
            except (OSError, AssertionError):
                pass

    session = signed_in(sanitized)
    guessers = [threading.Thread(target=guess, args=(n,), daemon=True) for n in range(16)]
    for one in guessers:
        one.start()
    try:
        for _ in range(10):
            assert session.say("NOOP").startswith(b"250")
            with signed_in(sanitized) as wire:
                assert wire.say("MAIL FROM:<dev@localhost>").startswith(b"250")
    finally:
        stop.set()
        for one in guessers:
            one.join(timeout=30)
        session.close()


def test_garbage_of_every_kind_is_survived(sanitized):
    chance = random.Random(5)
    words = [b"EHLO x", b"AUTH PLAIN", b"MAIL FROM:<", b"RCPT TO:", b"DATA", b".", b"\0", b"\r\n",
             b"STARTTLS", b"RSET", b"QUIT", b"\xff\xfe", b"*", b"=", b"<>", b"SIZE=", b"BODY="]
    for _ in range(40):
        octets = b"".join(chance.choice(words) + chance.choice([b"", b" ", b"\r\n", b"\n"])
                          for _ in range(chance.randrange(1, 60)))
        try:
            wire = Wire(sanitized.host, sanitized.submission_port) if chance.random() < 0.5 \
                else secure(sanitized)
            with wire:
                wire.send(octets)
                wire.send(os.urandom(chance.randrange(0, 200)))
        except OSError:
            pass
    with signed_in(sanitized) as wire:
        assert wire.say("NOOP").startswith(b"250")


def test_security_03_plaintext_behind_the_220_is_a_failed_handshake(sanitized):
    with Wire(sanitized.host, sanitized.submission_port) as wire:
        wire.reply()
        wire.say("EHLO test.example")
        assert wire.say("STARTTLS").startswith(b"220")
        wire.send(b"NOOP\r\nMAIL FROM:<dev@localhost>\r\n")
        rest = b""
        while part := wire.line():
            rest += part
        assert not rest.startswith(b"2")
    sanitized.wait_for_event(lambda e: e["event"] == "session.refused"
                             and e["reason"] == "tls_not_tls")
