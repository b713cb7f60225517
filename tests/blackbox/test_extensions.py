"""SMTPUTF8, CHUNKING and DSN, over the wire: other people's clients in front, other people's servers
behind.  Build: release."""
import re
import smtplib
import ssl
import subprocess
import time
import uuid

import pytest

import hostile_peers as hostile
from peers import postfix
from relay_site import RelayServer, smart_host
from wire import secure, signed_in

BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
UTF8_RECIPIENT = "用户@bücher.example"


def mark():
    return "mark-" + uuid.uuid4().hex


def client(server):
    context = ssl.create_default_context(cafile=str(server.ca))
    opened = smtplib.SMTP_SSL("localhost", server.submissions_port, context=context, timeout=30)
    opened.login(server.user, server.password)
    return opened


def message(subject, body="hello"):
    return f"From: dev@localhost\r\nTo: you\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


def opened(server):
    """Signed in, MAIL and RCPT said."""
    wire = signed_in(server)
    assert wire.say("MAIL FROM:<dev@localhost>").startswith(b"250")
    assert wire.say("RCPT TO:<ann@example.com>").startswith(b"250")
    return wire


# ---- SMTPUTF8

def test_smtplib_sends_to_an_address_that_is_not_ascii(signet):
    subject = mark()
    with client(signet) as smtp:
        assert smtp.has_extn("smtputf8") or smtp.ehlo()[0] == 250
        smtp.sendmail("dev@localhost", [UTF8_RECIPIENT], message(f"{subject} grüße"),
                      mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    got = signet.wait_for_mail(lambda m: subject.encode() in m)
    assert "with UTF8SMTPSA id" in got.decode()
    assert "Delivered-To: 用户@xn--bcher-kva.example" in got.decode()
    assert f"Subject: {subject} grüße".encode() in got
    event = signet.wait_for_event(lambda e: e["event"] == "message.accepted"
                                  and "用户@xn--bcher-kva.example" in e["message"]["recipients"])
    assert event["outcome"] == "success"


def test_curl_sends_to_an_address_that_is_not_ascii(signet, tmp_path):
    subject = mark()
    path = tmp_path / "message.eml"
    path.write_bytes(message(subject))
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--cacert", signet.ca, "--url",
         f"smtps://localhost:{signet.submissions_port}", "--user",
         f"{signet.user}:{signet.password}", "--mail-from", "dev@localhost", "--mail-rcpt",
         "用户@example.com", "--upload-file", path], capture_output=True, timeout=60,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr
    assert "Delivered-To: 用户@example.com".encode() in signet.wait_for_mail(
        lambda m: subject.encode() in m)


def test_without_smtputf8_an_address_is_ascii(signet):
    with signed_in(signet) as wire:
        assert wire.say(f"MAIL FROM:<{UTF8_RECIPIENT}>").startswith(b"553 5.6.7")
        assert wire.say("MAIL FROM:<dev@localhost>").startswith(b"250")
        assert wire.say(f"RCPT TO:<{UTF8_RECIPIENT}>").startswith(b"553 5.6.7")
        assert wire.say("RCPT TO:<ann@bücher.example>").startswith(b"553 5.6.7")


def test_an_8_bit_header_without_smtputf8_passes_as_it_came(signet):
    subject = mark()
    raw = message("x").replace(b"Subject: x", b"Subject: " + subject.encode() + b" gr\xfc\xdfe")
    with client(signet) as smtp:
        smtp.sendmail("dev@localhost", ["ann@example.com"], raw)
    assert subject.encode() + b" gr\xfc\xdfe\n" in signet.wait_for_mail(lambda m: subject.encode() in m)


def test_a_header_in_another_charset_is_not_smtputf8(signet):
    with signed_in(signet) as wire:
        wire.say("MAIL FROM:<dev@localhost> SMTPUTF8")
        wire.say("RCPT TO:<ann@example.com>")
        wire.say("DATA")
        assert wire.say(b"From: dev@localhost\r\nSubject: \xfc\r\n\r\nx\r\n.").startswith(
            b"554 5.6.0")


def test_security_24_the_cyrillic_twin_owns_nothing(signet):
    with signed_in(signet) as wire:
        assert wire.say("MAIL FROM:<dеv@localhost> SMTPUTF8").startswith(b"550 5.7.1")  # Cyrillic e
        assert wire.say("MAIL FROM:<dev\u200b@localhost> SMTPUTF8").startswith(b"501")


# ---- CHUNKING

def test_a_message_in_chunks_arrives_whole(signet):
    subject = mark()
    content = message(subject, ".\r\n..\r\n" + "x" * 70_000)
    with opened(signet) as wire:
        for at in range(0, len(content), 10_000):
            wire.bdat(content[at:at + 10_000], last=at + 10_000 >= len(content))
        replies = [wire.reply() for _ in range(0, len(content), 10_000)]
        assert all(reply.startswith(b"250 2.0.0") for reply in replies), replies
        assert b"Queued as" in replies[-1]
        assert wire.say("QUIT").startswith(b"221")
    got = signet.wait_for_mail(lambda m: subject.encode() in m)
    assert got.endswith(b"\n.\n..\n" + b"x" * 70_000 + b"\n")


def test_security_17_a_refused_chunk_is_never_run(signet):
    hidden = b"MAIL FROM:<dev@localhost>\r\nRCPT TO:<ann@example.com>\r\nRSET\r\nQUIT\r\n"
    with signed_in(signet) as wire:
        assert wire.bdat(hidden, last=True).reply().startswith(b"503")
        assert wire.say("NOOP").startswith(b"250")
    with secure(signet) as wire:
        assert wire.bdat(hidden).reply().startswith(b"530")
        assert wire.say("NOOP").startswith(b"250")
    with opened(signet) as wire:
        assert wire.say("BDAT 99999999999999999999 LAST").startswith(b"521")
        assert wire.closed()


def test_security_18_a_huge_chunk_is_not_kept(signet):
    def resident():
        status = open(f"/proc/{signet.process.pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024
    with opened(signet) as wire:
        before = resident()  # of the release binary: ASan keeps what was given back
        wire.send(b"BDAT 18446744073709551615 LAST\r\n")
        for _ in range(64):
            wire.send(b"x" * (1 << 20))
        assert resident() - before < 16 << 20
    assert signet.run("status").returncode == 0


# ---- bare LF, by listener

@pytest.fixture(scope="module")
def lenient(tmp_path_factory):
    server = RelayServer(tmp_path_factory.mktemp("lenient") / "run")
    with hostile.HostilePeer(hostile.plain) as peer:
        server.serve(smart_host("plain", peer.port), edit=lambda text: text.replace(
            'role = "submissions"', 'role = "submissions"\nbare_newline = "normalize"'))
        server.peer = peer
        yield server
        assert server.stop() == 0, server.log()


SMUGGLED = b"MAIL FROM:<dev@localhost>\r\nRCPT TO:<eve@plain.test>\r\nDATA\r\nforged\r\n"
TAKEN = [b"\n.\n", b"\n.\r\n", b"\r\n.\n"]
REFUSED = [b"\r.\r", b"\r.\n", b"\n.\r", b"\r.\r\n", b"\r\n.\r", b"\r\n.\r\r\n",
           b"\r\r\n.\r\r\n", b"\r\n\0.\r\n", b"\r\n.\0\r\n"]


def in_data(server, subject):
    wire = signed_in(server)
    wire.say("MAIL FROM:<dev@localhost>")
    wire.say("RCPT TO:<ann@plain.test>")
    assert wire.say("DATA").startswith(b"354")
    return wire.send(b"From: dev@localhost\r\nSubject: " + subject.encode() + b"\r\n\r\na")


@pytest.mark.parametrize("pause", [False, True], ids=["one-segment", "paused"])
@pytest.mark.parametrize("ending", TAKEN, ids=repr)
def test_security_01_a_bare_lf_that_is_taken_ends_no_message(lenient, ending, pause):
    subject = mark()
    with in_data(lenient, subject) as wire:
        for _ in range(2):  # each twice
            if pause:
                wire.send(ending)
                time.sleep(0.2)
                wire.send(SMUGGLED)
            else:
                wire.send(ending + SMUGGLED)
        assert wire.say(b"\r\n.").startswith(b"250")  # the one reply, to the one end
        assert wire.say("NOOP").startswith(b"250 2.0.0")
    lenient.outcome("ann@plain.test")
    deadline = time.monotonic() + 30
    while not any(subject.encode() in content for _, content in lenient.peer.messages):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    recipients, content = next(m for m in lenient.peer.messages if subject.encode() in m[1])
    # security_02: what leaves has strict line ends, and dots stuffed once.
    assert recipients == [b"ann@plain.test"]
    assert not BARE.search(content)
    assert content.count(b"DATA\r\nforged\r\n") == 2
    for line in content.split(b"\r\n"):
        assert not line.startswith(b".") or line == b"..", line


@pytest.mark.parametrize("pause", [False, True], ids=["one-segment", "paused"])
@pytest.mark.parametrize("ending", REFUSED, ids=repr)
def test_security_01_a_bare_cr_and_nul_are_refused_there_too(lenient, ending, pause):
    subject = mark()
    with in_data(lenient, subject) as wire:
        wire.send(ending)
        if pause:
            time.sleep(0.2)
        try:
            wire.send(SMUGGLED + ending + SMUGGLED)
        except OSError:
            pass  # closed already
        assert wire.reply().startswith(b"521")
        assert wire.closed()
    assert not any(subject.encode() in content for _, content in lenient.peer.messages)


def test_commands_end_with_crlf_on_every_listener(lenient):
    with signed_in(lenient) as wire:
        assert wire.send(b"NOOP\nNOOP\r\n").reply().startswith(b"521")
        assert wire.closed()


def test_the_other_listener_of_the_same_server_refuses(lenient):
    with smtplib.SMTP("localhost", lenient.submission_port, timeout=30) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=str(lenient.ca)))
        smtp.login(lenient.user, lenient.password)
        smtp.mail("dev@localhost")
        smtp.rcpt("ann@plain.test")
        smtp.docmd("DATA")
        smtp.send(b"Subject: x\r\n\r\na\nb\r\n.\r\n")
        assert smtp.getreply()[0] == 521


# ---- to a next hop

@pytest.fixture(scope="module")
def hops(tmp_path_factory):
    scripts = {"plain": hostile.plain, "utf8": hostile.offering(b"SMTPUTF8"),
               "dsn": hostile.offering(b"DSN")}
    peers = {name: hostile.HostilePeer(script).__enter__() for name, script in scripts.items()}
    server = RelayServer(tmp_path_factory.mktemp("hops") / "run")
    server.serve("".join(smart_host(name, peer.port) for name, peer in peers.items()))
    server.peers = peers
    yield server
    assert server.stop() == 0, server.log()
    for peer in peers.values():
        peer.__exit__()
        assert peer.failures == []


def test_a_message_that_needs_smtputf8_goes_where_it_is_offered(hops):
    with client(hops) as smtp:
        smtp.sendmail("dev@localhost", ["用户@utf8.test"], message("x"), mail_options=["SMTPUTF8"])
    assert hops.outcome("用户@utf8.test")["event"] == "message.delivered"
    assert b" SMTPUTF8" in hops.peers["utf8"].senders[-1]
    assert "RCPT TO:<用户@utf8.test>\r\n".encode() in hops.peers["utf8"].received()


def test_it_fails_with_a_report_where_it_is_not(hops):
    with client(hops) as smtp:
        smtp.sendmail("dev@localhost", ["用户@plain.test"], message("x"), mail_options=["SMTPUTF8"])
    event = hops.outcome("用户@plain.test")
    assert event["event"] == "message.bounced" and event["smtp"]["enhanced"] == "5.6.7"
    report = hops.wait_for_mail(lambda m: b"multipart/report" in m and b"5.6.7" in m).decode()
    assert "Final-Recipient: utf-8; \\x{7528}\\x{6237}@plain.test" in report
    assert "\n  =E7=94=A8=E6=88=B7@plain.test\n" in report  # it goes to an ASCII address, anywhere


def test_a_message_that_does_not_need_it_goes_anywhere(hops):
    with client(hops) as smtp:
        smtp.sendmail("dev@localhost", ["ann@plain.test"], message("x"), mail_options=["SMTPUTF8"])
    assert hops.outcome("ann@plain.test")["event"] == "message.delivered"
    assert b"SMTPUTF8" not in hops.peers["plain"].senders[-1]


def test_delivery_status_parameters_are_passed_on(hops):
    with client(hops) as smtp:
        smtp.sendmail("dev@localhost", ["ann@dsn.test"], message("x"),
                      mail_options=["RET=HDRS", "ENVID=QQ+2B314159"],
                      rcpt_options=["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;Ann+2Bx@dsn.test"])
        smtp.sendmail("dev@localhost", ["bob@plain.test"], message("x"),
                      mail_options=["RET=HDRS", "ENVID=QQ314159"], rcpt_options=["NOTIFY=NEVER"])
    assert hops.outcome("ann@dsn.test")["event"] == "message.delivered"
    assert hops.peers["dsn"].senders[-1].endswith(b" RET=HDRS ENVID=QQ+2B314159")
    assert (b"RCPT TO:<ann@dsn.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Ann+2Bx@dsn.test\r\n"
            in hops.peers["dsn"].received())
    assert hops.outcome("bob@plain.test")["event"] == "message.delivered"
    assert b"NOTIFY" not in hops.peers["plain"].received()


def test_a_report_is_what_the_sender_asked_for(hops):
    envid = mark()
    with client(hops) as smtp:
        for options in (["NOTIFY=NEVER"], ["NOTIFY=FAILURE", "ORCPT=rfc822;First+2BName@x.test"]):
            smtp.sendmail("dev@localhost", ["gone@nowhere.test"], message(envid, "the whole of it"),
                          mail_options=["RET=FULL", f"ENVID={envid}"], rcpt_options=options)
    wanted = f"Original-Envelope-Id: {envid}\n"
    report = hops.wait_for_mail(lambda m: wanted.encode() in m).decode()
    assert "Original-Recipient: rfc822;First+Name@x.test\nFinal-Recipient: rfc822; gone@nowhere.test" in report
    assert "Content-Type: message/rfc822\n" in report and "\nthe whole of it\n" in report
    def failed():
        return [e for e in hops.audit() if e["event"] == "message.bounced"
                and e["message"]["recipients"] == ["gone@nowhere.test"]]
    end = time.monotonic() + 30
    while len(failed()) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    assert len(failed()) == 2
    assert sum(wanted.encode() in mail for mail in hops.mail()) == 1  # none for NEVER


# ---- to Postfix

@pytest.mark.skipif(not postfix.available(), reason=postfix.missing())
def test_postfix_takes_what_smtputf8_and_dsn_say(tmp_path):
    with postfix.Postfix(accounts={"relay": "open sesame"}) as peer:
        server = RelayServer(tmp_path / "run")
        secret = server.secret_file("secret", "open sesame")
        server.serve(smart_host("peer", peer.submission_port, "verified", ca=peer.ca_file,
                                auth=("relay", secret)))
        with client(server) as smtp:
            smtp.sendmail("dev@localhost", ["用户@peer.test"], message("grüße"),
                          mail_options=["SMTPUTF8", "BODY=8BITMIME", "ENVID=QQ314159"],
                          rcpt_options=["NOTIFY=SUCCESS", "ORCPT=rfc822;First+2BName@peer.test"])
        assert server.outcome("用户@peer.test")["event"] == "message.delivered", server.log()
        # The message, and the report of success that Postfix was asked for: it, too, is "mail" there.
        mails = [mail.decode(errors="replace") for mail in peer.wait_for(2)]
        assert server.stop() == 0, server.log()
    assert any("Subject: grüße\n" in mail and "用户@peer.test" in mail for mail in mails)
    report = next(mail for mail in mails if "Original-Envelope-Id" in mail)
    assert "Original-Envelope-Id: QQ314159" in report
    assert "First+Name@peer.test" in report or "First+2BName@peer.test" in report
