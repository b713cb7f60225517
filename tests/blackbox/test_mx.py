"""Port 25: mail for our own domains from anyone, devices that cannot sign in, and nobody's relay."""
import contextlib
import pathlib
import smtplib
import ssl
import subprocess
import time
import uuid

import pytest

from conftest import DevServer, Server
from peers import exim, postfix
from wire import signed_in

needs_postfix = pytest.mark.skipif(not postfix.available(), reason=postfix.missing())
needs_exim = pytest.mark.skipif(not exim.available(), reason=exim.missing())

# The whole of 127.0.0.0/8 is this machine, so a client can choose who it is.
STRANGER, PRINTER = "127.0.0.1", "127.0.20.7"

SITE = """
[[domain]]
name = "here.test"
recipients = ["sales"]

[[network]]
name       = "printers"
from       = ["127.0.20.0/24"]
send_as    = ["scanner@here.test"]
recipients = ["here.test"]

[[route]]
name    = "here"
match   = ["here.test"]
maildir = "{mail}/{{domain}}/{{local}}"

[[route]]
name    = "elsewhere"
match   = ["*"]
maildir = "{mail}/elsewhere"
"""


class MxServer(DevServer):
    """The site of `signet dev`, with a domain, a trusted network and accounts of its own."""

    def serve(self):
        self.start()
        done = self.run("account", "set", self.user, "--address", "dev@localhost",
                        "--address", "ann@here.test", "--address", "*@wild.test")
        assert done.returncode == 0, done.stderr
        assert self.stop() == 0, self.log()
        text = self.config.read_text()
        domain, route = text.index("[[domain]]"), text.index("[storage]")
        text = text[:domain] + text[route:text.index("# Every message is kept")]
        config = self.dir / "mx.toml"
        config.write_text(text + SITE.format(mail=self.dir / "mail"))
        self.command = [str(self.binary), "serve", "--config", str(config)]
        return Server.start(self, [self.submission_port, self.mx_port])

    def connect(self, source=STRANGER, port=None):
        return smtplib.SMTP("127.0.0.1", port or self.mx_port, timeout=30,
                            source_address=(source, 0))

    def box(self, path):
        folder = self.dir / "mail" / path / "new"
        return [p.read_bytes() for p in folder.iterdir()] if folder.exists() else []

    def wait_in(self, path, text, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self.box(path):
                if text in message:
                    return message
            time.sleep(0.05)
        raise AssertionError(f"not in {path}\n{self.log()}")


@pytest.fixture(scope="module")
def mx(tmp_path_factory):
    server = MxServer(tmp_path_factory.mktemp("mx") / "run").serve()
    yield server
    assert server.stop() == 0, server.log()


def message(sender, recipient, subject):
    return (f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
            f"Message-ID: <{subject}@test>\r\n\r\nhello\r\n").encode()


def mark():
    return "mark-" + uuid.uuid4().hex


def swaks(*arguments):
    return subprocess.run(["swaks", *map(str, arguments)], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("tls", [[], ["--tls"]])
def test_signet_dev_takes_mail_for_localhost_by_swaks(signet, tls):
    subject = mark()
    verify = ["--tls-verify", "--tls-ca-path", signet.ca] if tls else []
    done = swaks("--server", "localhost", "--port", signet.mx_port, *tls, *verify,
                 "--from", "you@example.com", "--to", "whoever@localhost",
                 "--header", f"Subject: {subject}")
    assert done.returncode == 0, done.stdout
    arrived = signet.wait_for_mail(lambda m: f"Subject: {subject}\n".encode() in m)
    assert (b"with ESMTPS id" if tls else b"with ESMTP id") in arrived
    assert b"127.0.0.1" in arrived.split(b"\n\n")[0]  # a stranger's address belongs into the trace


def test_security_25_swaks_finds_no_relay(signet):
    done = swaks("--server", "localhost", "--port", signet.mx_port, "--from", "you@example.com",
                 "--to", "bob@example.net")
    assert done.returncode != 0
    assert "550 5.7.1 This server takes no mail for example.net from strangers" in done.stdout
    signet.wait_for_event(lambda e: e["event"] == "message.rejected"
                          and e["policy"]["rule"] == "relay" and e["service"] == "mx")


@pytest.mark.parametrize("recipient", ["ann@here.test", "ANN@here.test", "sales@here.test",
                                       "PostMaster@here.test"])
def test_recipients_that_exist_get_their_mail(mx, recipient):
    subject = mark()
    with mx.connect() as client:
        assert client.sendmail("you@example.com", [recipient],
                               message("you@example.com", recipient, subject)) == {}
    arrived = mx.wait_in("here.test/" + recipient.split("@")[0].lower(), subject.encode())
    assert arrived.startswith(b"Return-Path: <you@example.com>\n")
    accepted = mx.wait_for_event(lambda e: e["event"] == "message.accepted"
                                 and e["message"].get("id") == f"<{subject}@test>")
    assert "account" not in accepted and "user" not in accepted


def test_postmaster_without_a_domain_is_taken(mx):
    subject = mark()
    with mx.connect() as client:
        client.ehlo()
        assert client.docmd("MAIL FROM:<>")[0] == 250
        assert client.docmd("RCPT TO:<Postmaster>")[0] == 250
        assert client.data(message("you@example.com", "x", subject))[0] == 250
    mx.wait_in("here.test/postmaster", subject.encode())


@pytest.mark.parametrize("path, told", [
    ("<nobody@here.test>", b"5.1.1"),
    ("<ann@elsewhere.test>", b"5.7.1"),
    ("<someone@wild.test>", b"5.7.1"),      # that dev may write as all of it does not make it ours
    ("<ann%elsewhere.test@here.test>", b"5.7.1"),
    ("<elsewhere.test!ann@here.test>", b"5.7.1"),
    ('<"ann@elsewhere.test"@here.test>', b"5.7.1"),
    ("<@here.test:ann@elsewhere.test>", b"5.7.1"),
    ("<ann@[127.0.0.1]>", b"5.7.1"),
])
def test_security_25_nobody_else_is_reached(mx, path, told):
    with mx.connect() as client:
        client.ehlo()
        assert client.docmd("MAIL FROM:<you@example.com>")[0] == 250
        code, text = client.docmd(f"RCPT TO:{path}")
        assert code == 550 and text.startswith(told), text


def test_a_stranger_in_our_own_name_is_marked(mx):
    subject = mark()
    with mx.connect() as client:
        client.sendmail("bounces@list.test", ["ann@here.test"],
                        message("Ann <ann@here.test>", "ann@here.test", subject))
    assert b"Signet-Unproven: ann@here.test\n" in mx.wait_in("here.test/ann", subject.encode())


def test_security_12_a_harvest_is_cut_off(mx):
    with mx.connect() as client:
        client.ehlo()
        client.docmd("MAIL FROM:<you@example.com>")
        lines = b"".join(b"RCPT TO:<guess%d@here.test>\r\n" % i for i in range(60))
        client.sock.sendall(lines)
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            codes = []
            while True:
                codes.append(client.getreply()[0])
    assert codes[-1] == 421 and len(codes) <= 21


# ---- trusted networks ---------------------------------------------------------------------------

def test_a_printer_sends_without_a_password(mx):
    subject = mark()
    with mx.connect(PRINTER) as client:
        # No From, no Date, no Message-ID: what a cheap scanner sends.
        assert client.sendmail("scanner@here.test", ["ann@here.test"],
                               f"Subject: {subject}\r\n\r\nscan\r\n".encode()) == {}
    arrived = mx.wait_in("here.test/ann", subject.encode())
    assert b"From: <scanner@here.test>\n" in arrived and b"Message-ID: <" in arrived
    assert PRINTER.encode() not in arrived
    used = mx.wait_for_event(lambda e: e["event"] == "auth.attempt"
                             and e.get("mechanism") == "NETWORK")
    assert used["account"]["name"] == "printers" and used["outcome"] == "success"
    assert used["client"]["ip"] == PRINTER
    mx.wait_for_event(lambda e: e["event"] == "message.accepted"
                      and e.get("account", {}).get("name") == "printers")


def test_a_printer_stays_within_its_bounds(mx):
    with mx.connect(PRINTER) as client:
        client.ehlo()
        code, text = client.docmd("MAIL FROM:<boss@here.test>")
        assert code == 550 and b"trusted as printers and may not send as boss@here.test" in text
        assert client.docmd("MAIL FROM:<scanner@here.test>")[0] == 250
        code, text = client.docmd("RCPT TO:<ann@elsewhere.test>")
        assert code == 550 and b"may not write to elsewhere.test" in text
        assert client.docmd("RCPT TO:<ann@here.test>")[0] == 250
        code, text = client.data(b"From: boss@here.test\r\n\r\nhello\r\n")
        assert code == 550 and b"may not send with boss@here.test in From" in text


def test_a_printer_is_trusted_inside_tls_too(mx):
    context = ssl.create_default_context(cafile=str(mx.ca))
    context.check_hostname = False
    with mx.connect(PRINTER) as client:
        client.starttls(context=context)
        assert not client.has_extn("auth")
        assert client.docmd("MAIL FROM:<scanner@here.test>")[0] == 503  # born again: EHLO first
        client.ehlo()
        assert client.docmd("MAIL FROM:<scanner@here.test>")[0] == 250


def test_security_05_the_printers_address_is_worth_nothing_on_another_listener(mx):
    context = ssl.create_default_context(cafile=str(mx.ca))
    context.check_hostname = False
    with mx.connect(PRINTER, mx.submission_port) as client:
        client.starttls(context=context)
        client.ehlo()
        assert client.docmd("MAIL FROM:<scanner@here.test>")[0] == 530


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "128.0.0.0/1", "2000::/3"])
def test_security_25_a_network_without_bounds_is_refused(mx, tmp_path, network):
    config = tmp_path / "wide.toml"
    config.write_text((mx.dir / "mx.toml").read_text().replace("127.0.20.0/24", network))
    done = subprocess.run([mx.binary, "check", "--config", config], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode != 0 and "E0313" in done.stdout + done.stderr


# ---- the header of those who sign in ------------------------------------------------------------

@pytest.mark.parametrize("header, told", [
    (b"From: boss@localhost\r\n", b"550 5.7.1 You are signed in as dev@localhost and may not send "
                                  b"with boss@localhost in From"),
    (b"From: dev@localhost\r\nFrom: boss@localhost\r\n", b"550 5.6.0 "),
    (b"From: dev@localhost\r\nSender: boss@localhost\r\n", b"550 5.7.1 "),
    (b"From: =?utf-8?q?boss=40localhost?=\r\n", b"550 5.6.0 "),
    (b"From: undisclosed:;\r\n", b"550 5.6.0 "),
    (b"From: \"dev@localhost\" <boss@localhost>\r\n", b"550 5.7.1 "),
    (b"From: Dev <DEV@localhost>\r\n", b"250 "),
])
def test_security_21_the_header_names_nobody_but_the_account(signet, header, told):
    with signed_in(signet) as wire:
        assert wire.say("MAIL FROM:<dev@localhost>").startswith(b"250")
        assert wire.say("RCPT TO:<ann@example.com>").startswith(b"250")
        assert wire.say("DATA").startswith(b"354")
        wire.send(header + b"Subject: x\r\n\r\nhello\r\n.\r\n")
        assert wire.reply().startswith(told)
        assert wire.say("NOOP").startswith(b"250")


# ---- other servers ------------------------------------------------------------------------------

class Neighbour(postfix.Postfix):
    """Postfix that hands all it takes to one port of this machine, as it would to an MX."""

    def __init__(self, port, ca):
        super().__init__(default_transport="smtp", relayhost=f"[localhost]:{port}",
                         virtual_mailbox_domains="", virtual_mailbox_maps="",
                         smtp_host_lookup="native", smtp_tls_security_level="secure",
                         smtp_tls_secure_cert_match="hostname", smtp_tls_loglevel="1",
                         maximal_backoff_time="5s", minimal_backoff_time="5s")
        self.their_ca = pathlib.Path(ca)

    def _write(self):
        super()._write()
        self._file("their-ca.pem", self.their_ca.read_text())
        with (self.work / "main.cf").open("a") as main:
            main.write(f"smtp_tls_CAfile = {self.work}/their-ca.pem\n")
        with (self.work / "master.cf").open("a") as master:
            master.write("smtp unix - n n - - smtp\n")

    def send(self, sender, recipients, octets):
        [(user, password)] = self.accounts.items()
        with smtplib.SMTP("localhost", self.submission_port, timeout=30) as client:
            client.starttls(context=ssl.create_default_context(cafile=str(self.ca_file)))
            client.login(user, password)
            client.sendmail(sender, recipients, octets)


@needs_postfix
def test_postfix_brings_mail_inside_tls_and_hears_who_is_not_here(mx):
    subject = mark()
    with Neighbour(mx.mx_port, mx.ca) as peer:
        peer.send("you@example.com", ["ann@here.test", "nobody@here.test", "bob@elsewhere.test"],
                  message("you@example.com", "ann@here.test", subject))
        arrived = mx.wait_in("here.test/ann", subject.encode())
        assert b"from mail.peer.test ([127.0.0.1])" in arrived and b"with ESMTPS id" in arrived
        peer._until(lambda: peer.log().count("status=bounced") >= 2, 60, "two refusals")
        assert "550 5.1.1 There is no mailbox nobody@here.test here" in peer.log()
        assert "550 5.7.1 This server takes no mail for elsewhere.test" in peer.log()


@needs_exim
def test_exim_brings_mail_and_hears_who_is_not_here(mx):
    subject = mark()
    with exim.Exim(mx.mx_port, tls="starttls", ca_file=mx.ca) as peer:
        peer.send("you@example.com", ["ann@here.test", "nobody@here.test", "bob@elsewhere.test"],
                  message("you@example.com", "ann@here.test", subject))
        assert peer.delivered("ann@here.test"), peer.log()
        assert "550 5.1.1" in peer.failed("nobody@here.test")
        assert "550 5.7.1" in peer.failed("bob@elsewhere.test")
    mx.wait_in("here.test/ann", subject.encode())


@needs_exim
def test_exim_brings_a_report_with_the_null_sender(mx):
    subject = mark()
    with exim.Exim(mx.mx_port, tls="none") as peer:
        peer.send("", ["sales@here.test"], message("MAILER-DAEMON@x.test", "sales", subject))
        assert peer.delivered("sales@here.test"), peer.log()
    assert mx.wait_in("here.test/sales", subject.encode()).startswith(b"Return-Path: <>\n")
