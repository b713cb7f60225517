"""Every way we know in which a next hop misbehaves, as a table: what it does, and what must come of it.

A script misbehaves at its first connection and is honest from then on (`once`), so that a message that was
not lost arrives in the end, and copies can be counted.
"""
import base64
import dataclasses
import time
import typing

import hostile_peers as hostile
from hostile_peers import Gone

USER, PASSWORD = b"relay", b"kraken & squid"
SIGNED_IN = hostile.auth(USER, PASSWORD)


@dataclasses.dataclass(frozen=True)
class Attack:
    what: str                # it does, for the table
    script: typing.Callable
    reason: str              # of the first event, as docs/reference/audit.md has it
    event: str = "message.deferred"
    copies: int = 1          # whole messages that it has got when all is over
    open_end: bool = False   # the end was not known: a warning, and what explains a second copy
    tls: str = "none"
    user: bool = False       # the route has a password, which must not leave
    certificate: str = "cert"
    lmtp: bool = False
    octets: int = 0          # of the body; 0: a few


# ---- pieces

def once(script, then=hostile.plain, times=1):
    def either(talk):
        (script if talk.peer.connections <= times else then)(talk)
    return either


def play_to(talk, stage):
    """Honest, up to where it would answer to that."""
    if stage == "connection":
        return
    talk.greet()
    talk.expect(b"EHLO")
    if stage == "EHLO":
        return
    talk.send(b"250-peer.test\r\n250 8BITMIME\r\n")  # one command at a time
    if transact_to(talk, stage):
        talk.expect(b"QUIT")


def transact_to(talk, stage=None):
    """One transaction, or a part of it; whether it came to its end."""
    for verb, reply in ((b"MAIL", b"250 2.1.0 ok\r\n"), (b"RCPT", b"250 2.1.5 ok\r\n"),
                        (b"DATA", b"354 go\r\n")):
        talk.expect(verb)
        if stage == verb.decode():
            return False
        talk.send(reply)
    if stage == "content":
        talk.read()
        return False
    content = talk.content()
    if stage == "dot":
        return False
    talk.peer.messages.append(([], content))
    if stage == "taken":
        return False
    talk.send(b"250 2.0.0 kept\r\n")
    return True


def at(stage, *acts):
    """Honest up to there; then octets to send, or functions of the conversation."""
    def script(talk):
        play_to(talk, stage)
        for act in acts:
            talk.send(act) if isinstance(act, bytes) else act(talk)
        linger(talk)
    return script


def on_the_second(stage, *acts):
    """Honest with a first message; and with the next one only on another connection."""
    def script(talk):
        if talk.peer.connections > 1:
            return play_to(talk, "bye")
        talk.greet()
        talk.expect(b"EHLO")
        talk.send(b"250-peer.test\r\n250 8BITMIME\r\n")
        transact_to(talk)
        if stage != "idle":
            transact_to(talk, stage)
        for act in acts:
            talk.send(act) if isinstance(act, bytes) else act(talk)
        linger(talk)
    return script


def behind_the_second_dot(*acts):
    """The second message meets it, by whichever connection it comes: each I/O thread has its own."""
    def script(talk):
        talk.greet()
        talk.expect(b"EHLO")
        talk.send(b"250-peer.test\r\n250 8BITMIME\r\n")
        while len(talk.peer.messages) != 1:
            transact_to(talk)
        transact_to(talk, "taken")
        for act in acts:
            talk.send(act) if isinstance(act, bytes) else act(talk)
        linger(talk)
    return script


def linger(talk):
    """Reads what comes until the other side has had enough."""
    while True:
        talk.read()


def close(talk):
    raise Gone


def reset(talk):
    talk.reset()


def silence(talk):
    linger(talk)


def pause(seconds):
    return lambda talk: time.sleep(seconds)


def endless(octets):
    def act(talk):
        for _ in range(200_000):
            talk.send(octets)
    return act


def drip(octets, seconds):
    def act(talk):
        for i in range(len(octets)):
            talk.send(octets[i:i + 1])
            time.sleep(seconds)
    return act


def behind_220(*acts):
    """STARTTLS is answered with 220; then that."""
    def script(talk):
        talk.greet()
        talk.ehlo(b"STARTTLS")
        talk.expect(b"STARTTLS")
        talk.send(b"220 2.0.0 go\r\n")
        for act in acts:
            talk.send(act) if isinstance(act, bytes) else act(talk)
        linger(talk)
    return script


def glued_to_220(talk):
    talk.greet()
    talk.ehlo(b"STARTTLS")
    talk.expect(b"STARTTLS")
    talk.send(b"220 2.0.0 go\r\n250-forged.test\r\n250 AUTH PLAIN\r\n")
    talk.starttls()
    linger(talk)


def auth_in_clear(talk):
    talk.greet()
    talk.ehlo(b"AUTH PLAIN LOGIN")
    linger(talk)


def at_auth(*acts):
    """Honest up to AUTH."""
    def script(talk):
        hostile.with_starttls(talk, b"AUTH PLAIN")
        talk.expect(b"AUTH PLAIN")
        for act in acts:
            talk.send(act) if isinstance(act, bytes) else act(talk)
        linger(talk)
    return script


def ehlo_with(*lines):
    """Honest but for its answer to EHLO."""
    def script(talk):
        talk.greet()
        talk.ehlo(*lines)
        talk.take()
    return script


def more_than_was_asked(talk):
    """An answer for a recipient that there was not, before the one to DATA."""
    play_to(talk, "RCPT")
    talk.send(b"250 2.1.5 ok\r\n250 2.1.5 and this one\r\n")
    linger(talk)


def lmtp(replies, *acts):
    """Takes all recipients, and gives these answers behind the dot."""
    def script(talk):
        talk.greet()
        talk.expect(b"LHLO")
        talk.send(b"250-peer.test\r\n250 PIPELINING\r\n")
        recipients = talk.envelope()
        content = talk.content()
        given = replies if replies is not None else [b"250 2.0.0 kept\r\n"] * len(recipients)
        if replies is None:
            talk.peer.messages.append((recipients, content))
        else:
            talk.peer.messages.append((recipients[:len(given)], content))
        talk.send(b"".join(given))
        for act in acts:
            talk.send(act) if isinstance(act, bytes) else act(talk)
        talk.leave()
    return script


HONEST_LMTP = lmtp(None)


def tls_attack(what, script, reason="tls", **more):
    return Attack(what, once(script, SIGNED_IN), reason, tls="verified", user=True, **more)


def certificate_attack(what, certificate):
    """Never honest: it has no better one."""
    return Attack(what, SIGNED_IN, "tls", tls="verified", user=True, certificate=certificate, copies=0)


def stage_attacks(name, *acts, reason, last_open):
    """The same at each stage."""
    for stage in ("connection", "EHLO", "MAIL", "RCPT", "DATA"):
        # What comes too soon is refused by the kernel: "connect".
        first = [pause(0.3)] if stage == "connection" else []
        yield f"{name}-{stage}", Attack(f"{name} {WHERE[stage]}", once(at(stage, *first, *acts)),
                                        reason)
    if last_open:  # more than the sockets between us hold, so that the dot is not sent
        yield f"{name}-content", Attack(f"{name} {WHERE['content']}", once(at("content", *acts)),
                                        reason, octets=9_000_000)
    stage = "taken" if last_open else "dot"
    yield f"{name}-dot", Attack(f"{name} {WHERE['dot']}", once(at(stage, *acts)), reason,
                                copies=2 if last_open else 1, open_end=last_open)


WHERE = {"connection": "in place of the greeting", "EHLO": "in place of the answer to EHLO",
         "MAIL": "to MAIL", "RCPT": "to RCPT", "DATA": "to DATA", "content": "within the content",
         "dot": "between the final dot and its answer"}

ATTACKS = {
    # TLS
    "glued": tls_attack("forged replies glued to the 220 of STARTTLS", glued_to_220),
    "glued-later": tls_attack("the same in a segment of their own",
                              behind_220(pause(0.2), b"250-forged.test\r\n250 AUTH PLAIN\r\n")),
    "glued-opportunistic": Attack("the same, TLS opportunistic", once(glued_to_220, hostile.starttls),
                                  "tls", tls="opportunistic"),
    "stripped": tls_attack("STARTTLS stripped", hostile.plain),
    "stripped-auth": tls_attack("STARTTLS stripped, AUTH offered in the clear", auth_in_clear),
    "auth-opportunistic": Attack("AUTH in the clear, TLS opportunistic", auth_in_clear, "auth",
                                 tls="opportunistic", user=True, copies=0),
    "no-starttls": tls_attack("454 to STARTTLS", hostile.refused_starttls),
    "no-handshake": tls_attack("silence in place of a handshake", behind_220(silence)),
    "cut-handshake": tls_attack("RST in place of a handshake", behind_220(reset)),
    "wrong-name": certificate_attack("a certificate for another name", "wrong"),
    "expired": certificate_attack("an expired certificate", "late"),
    "self-signed": certificate_attack("a self-signed certificate", "own"),
    "auth-421": tls_attack("421 to AUTH", at_auth(b"421 4.3.2 going down\r\n", close),
                           reason="remote_4xx"),
    "auth-reset": tls_attack("RST to AUTH", at_auth(reset), reason="lost"),
    "auth-334": tls_attack("334 to AUTH, again and again", at_auth(b"334 \r\n" * 50), reason="auth"),
    "auth-354": tls_attack("354 to AUTH", at_auth(b"354 go\r\n"), reason="auth"),
    # replies that are none
    "endless-line": Attack("a greeting line without end", once(at(
        "connection", b"220 ", endless(b"x" * 10_000))), "protocol"),
    "endless-lines": Attack("a greeting of lines without end", once(at(
        "connection", endless(b"220-and another\r\n" * 500))), "protocol"),
    "endless-ehlo": Attack("keywords without end", once(at(
        "EHLO", endless(b"250-X-ENDLESS\r\n" * 500))), "protocol"),
    "endless-dot": Attack("an answer to the dot without end", once(at(
        "taken", endless(b"250-kept\r\n" * 500))), "protocol", copies=2, open_end=True),
    "ehlo-100k": Attack("100 KB of keywords", once(at(
        "EHLO", b"250-X-" + b"Y" * 1_000 + b"\r\n" + (b"250-X-" + b"Y" * 1_000 + b"\r\n") * 99
        + b"250 8BITMIME\r\n")), "protocol"),
    "auth-10000": Attack("AUTH with 10,000 mechanisms", once(at(
        "EHLO", b"250-peer.test\r\n250 AUTH" + b"".join(b" M%d" % n for n in range(10_000))
        + b"\r\n")), "protocol"),
    "binary": Attack("binary", once(at("connection", bytes(range(256)) * 16)), "protocol"),
    "nul": Attack("NUL in a reply", once(at("EHLO", b"250 peer\0.test\r\n")), "protocol"),
    "bare-lf": Attack("lines that end with LF", once(at("EHLO", b"250-peer\n250 8BITMIME\n")),
                      "protocol"),
    "http": Attack("HTTP", once(at("connection", b"HTTP/1.1 400 Bad Request\r\n\r\n")), "protocol"),
    "no-code": Attack("a code of two digits", once(at("MAIL", b"25 ok\r\n")), "protocol"),
    "codes-differ": Attack("250- and then 550", once(at("MAIL", b"250-ok\r\n550 no\r\n")),
                           "protocol"),
    "8-bit": Attack("8-bit text in replies", at("EHLO", b"250-peer gr\xfc\xdft\r\n250 8BITMIME\r\n",
                                                lambda talk: talk.take()),
                    "ok", "message.delivered"),
    # replies at the wrong time
    "250-data": Attack("250 to DATA", once(at("DATA", b"250 2.0.0 kept\r\n")), "protocol"),
    "354-mail": Attack("354 to MAIL", once(at("MAIL", b"354 go\r\n")), "protocol"),
    "354-dot": Attack("354 to the dot", once(at("taken", b"354 go on\r\n")), "protocol", copies=2,
                      open_end=True),
    "unasked": Attack("a reply that nobody asked for", once(at(
        "EHLO", b"250 peer.test\r\n250 2.1.0 ok\r\n")), "protocol"),
    "rcpt-never-sent": Attack("2xx for a recipient that was never sent",
                              once(more_than_was_asked), "protocol"),
    # time
    "split": Attack("replies octet by octet", hostile.split_replies, "ok", "message.delivered"),
    "drip": Attack("an octet a second", once(at("connection", drip(b"220 " + b"x" * 60, 1))), "lost"),
    "no-greeting": Attack("no greeting", once(at("connection", silence)), "lost"),
    "late": Attack("the answer to the dot late, then 250", at(
        "taken", pause(8), b"250 2.0.0 kept\r\n", lambda talk: talk.leave()),
        "ok", "message.delivered"),
    "no-bye": Attack("no answer to QUIT", at("bye", silence), "ok", "message.delivered"),
    # ends
    **dict(stage_attacks("421", b"421 4.3.2 going down\r\n", close, reason="remote_4xx",
                         last_open=False)),
    **dict(stage_attacks("RST", reset, reason="lost", last_open=True)),
    **dict(stage_attacks("FIN", close, reason="lost", last_open=True)),
    # offers
    "size-negative": Attack("SIZE -1", ehlo_with(b"SIZE -1"), "ok", "message.delivered"),
    "size-huge": Attack("SIZE beyond 64 bits", ehlo_with(b"SIZE " + b"9" * 40), "ok",
                        "message.delivered"),
    "size-small": Attack("SIZE 10", ehlo_with(b"SIZE 10"), "content", "message.bounced", copies=0),
    "empty-keywords": Attack("empty keywords, AUTH of nothing", ehlo_with(b"", b" ", b"AUTH", b"AUTH="),
                             "ok", "message.delivered"),
    # LMTP
    "lmtp-few": Attack("LMTP: one answer for two recipients, then the end", once(
        lmtp([b"250 2.0.0 kept\r\n"], close), HONEST_LMTP), "ok", "message.delivered", copies=2,
        lmtp=True),
    "lmtp-many": Attack("LMTP: three answers for two recipients", lmtp(
        [b"250 2.0.0 kept\r\n"] * 2, b"550 5.1.1 nobody\r\n"), "ok", "message.delivered", lmtp=True),
}

# On a connection that was kept open from one message to the next: what the second one comes to.
ON_THE_SECOND = {
    "second-fin-idle": Attack("FIN between two messages", on_the_second("idle", close), "ok",
                       "message.delivered"),
    "second-rst-idle": Attack("RST between two messages", on_the_second("idle", reset), "ok",
                       "message.delivered"),
    "second-421-idle": Attack("421 between two messages", on_the_second(
        "idle", b"421 4.4.2 timeout\r\n", close), "ok", "message.delivered"),
    "second-unasked-idle": Attack("a reply between two messages", on_the_second(
        "idle", b"250 2.0.0 kept\r\n"), "ok", "message.delivered"),
    "second-junk-idle": Attack("binary between two messages", on_the_second(
        "idle", bytes(range(256))), "ok", "message.delivered"),
    "second-421-mail": Attack("421 to the second MAIL", on_the_second(
        "MAIL", b"421 4.7.0 too many messages\r\n", close), "ok", "message.delivered"),
    "second-fin-mail": Attack("FIN to the second MAIL", on_the_second("MAIL", close), "ok",
                       "message.delivered"),
    "second-silent-mail": Attack("no answer to the second MAIL", on_the_second("MAIL", silence), "ok",
                          "message.delivered"),
    "second-rst-dot": Attack("RST between the second dot and its answer", behind_the_second_dot(reset),
                      "lost", open_end=True, copies=2),
    "second-junk-dot": Attack("binary in answer to the second dot", behind_the_second_dot(
        bytes(range(256))), "protocol", open_end=True, copies=2),
}


def secrets():
    """In what forms a password could stand on the wire."""
    plain = b"\0" + USER + b"\0" + PASSWORD
    return [PASSWORD, base64.b64encode(PASSWORD), base64.b64encode(plain)]
