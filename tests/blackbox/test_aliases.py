"""Aliases over the wire: the files that people have, what they lead to, and new ones at a reload."""
import json
import re

import pytest

from conftest import Server
from test_mx import MxServer, mark, message
from test_reports import Report
from wire import plain, secure

ALIASES = """\
# As Debian installs it, and a little more.
mailer-daemon: postmaster
postmaster: root
root: ann@here.test
sales: ann, bob@here.test,
  archive@files.test
loop-a: loop-b
loop-b: loop-a
"""
VIRTUAL = """\
shop@here.test   ann, bob
@catch.test      box@files.test
@old.test        @here.test
"""
SITE = """
[aliases]
files = ["{aliases}", "{virtual}"]

[[domain]]
name = "here.test"
recipients = ["bob"]

[[domain]]
name = "catch.test"

[[domain]]
name = "old.test"

[[route]]
name    = "all"
match   = ["here.test", "catch.test", "old.test", "files.test", "localhost"]
maildir = "{mail}/{{domain}}/{{local}}"
"""


class AliasServer(MxServer):
    def serve(self):
        self.start()
        done = self.run("account", "set", self.user, "--address", "dev@localhost",
                        "--address", "ann@here.test", "--address", "known@catch.test")
        assert done.returncode == 0, done.stderr
        assert self.stop() == 0, self.log()
        self.aliases, self.virtual = self.dir / "aliases", self.dir / "virtual"
        self.aliases.write_text(ALIASES)
        self.virtual.write_text(VIRTUAL)
        text = self.config.read_text()
        domain, route = text.index("[[domain]]"), text.index("[storage]")
        text = text[:domain] + text[route:text.index("# Every message is kept")]
        self.config.write_text(text + SITE.format(mail=self.dir / "mail", aliases=self.aliases,
                                                  virtual=self.virtual))
        self.command = [str(self.binary), "serve", "--config", str(self.config)]
        return Server.start(self, [self.submission_port, self.mx_port])

    def sent(self, recipients, body=b"hello\r\n"):
        """By a stranger; the subject, to find it by."""
        subject = mark()
        with self.connect() as client:
            content = message("you@example.com", "x", subject) + body
            assert client.sendmail("you@example.com", recipients, content) == {}
        return subject

    def refused(self, recipient):
        with self.connect() as client:
            client.ehlo()
            client.docmd("MAIL FROM:<you@example.com>")
            return client.docmd(f"RCPT TO:<{recipient}>")

    def copies(self, path, subject):
        return [one for one in self.box(path) if subject.encode() in one]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = AliasServer(tmp_path_factory.mktemp("aliases") / "run").serve()
    yield server
    assert server.stop() == 0, server.log()


def content_of(delivered):
    """What the client sent of it: behind the trace fields."""
    return delivered[delivered.index(b"From: you@example.com"):]


def test_one_message_arrives_with_all_that_a_name_stands_for(site):
    body = b"".join(b"line %d of it \xc3\xa4\r\n..\r\n" % i for i in range(3_000))
    subject = mark()
    sent = message("you@example.com", "x", subject) + body
    with site.connect() as client:
        assert client.sendmail("you@example.com", ["Sales@here.test"], sent,
                               mail_options=["BODY=8BITMIME"]) == {}
    for path in ["here.test/ann", "here.test/bob", "files.test/archive"]:
        arrived = site.wait_in(path, subject.encode())
        assert content_of(arrived) == sent.replace(b"\r\n", b"\n"), path
        assert arrived.startswith(b"Return-Path: <you@example.com>\n")  # RFC 5321 §3.9.1
    event = site.wait_for_event(lambda e: e["event"] == "message.accepted"
                                and e["message"].get("id") == f"<{subject}@test>")
    assert event["message"]["recipients"] == ["Sales@here.test"]
    assert event["change"] == [{"field": "alias", "old": "Sales@here.test",
                                "new": "ann@here.test, bob@here.test, archive@files.test"}]
    trace = site.run("message", "trace", f"{subject}@test").stdout
    assert "for Sales@here.test" in trace and "Sales@here.test is ann@here.test, bob" in trace


@pytest.mark.parametrize("recipient, path", [
    ("postmaster@here.test", "here.test/ann"),         # of a name of a name
    ("MAILER-DAEMON@old.test", "here.test/ann"),
    ("root+cron@here.test", "here.test/ann"),
    ("loop-a@here.test", "here.test/loop-a"),          # a loop ends where it was written to
    ("loop-b@here.test", "here.test/loop-b"),
    ("whoever@catch.test", "files.test/box"),
    ("known@catch.test", "catch.test/known"),          # somebody's own address
    ("bob@old.test", "here.test/bob"),                 # one domain for another
])
def test_where_mail_goes(site, recipient, path):
    subject = site.sent([recipient])
    site.wait_in(path, subject.encode())
    assert len(site.copies(path, subject)) == 1


def test_everybody_gets_it_once(site):
    subject = site.sent(["sales@here.test", "shop@here.test", "ann@here.test", "root@here.test"])
    for path in ["here.test/ann", "here.test/bob", "files.test/archive"]:
        site.wait_in(path, subject.encode())
        assert len(site.copies(path, subject)) == 1, path


@pytest.mark.parametrize("recipient", ["nobody@here.test", "sale@here.test"])
def test_who_is_no_name_is_refused(site, recipient):
    code, text = site.refused(recipient)
    assert code == 550 and text.startswith(b"5.1.1"), text


def test_strangers_reach_no_other_domain_by_an_alias_of_it(site):
    assert site.refused("x@files.test")[0] == 550  # a target is no recipient of ours


def test_an_expanded_report(site):
    """RFC 3461 §5.2.7.3 (c)."""
    with secure(site) as wire:
        assert wire.say("AUTH PLAIN " + plain(site.user, site.password)).startswith(b"235")
        assert wire.say("MAIL FROM:<dev@localhost> ENVID=expand-me").startswith(b"250")
        assert wire.say("RCPT TO:<sales@here.test> NOTIFY=SUCCESS").startswith(b"250")
        assert wire.say("DATA").startswith(b"354")
        content = "From: dev@localhost\r\nSubject: to all\r\n\r\nhello\r\n."
        queued = wire.say(content)
        assert queued.startswith(b"250"), queued
    raw = site.wait_in("localhost/dev", b"Original-Envelope-Id: expand-me")
    report = Report(raw)
    assert report.actions() == {"sales@here.test": "expanded"}
    assert "ann@here.test" not in report.status.as_string()
    site.wait_in("here.test/ann", b"Subject: to all")
    reported = site.wait_for_event(lambda e: e["event"] == "message.reported")
    assert reported["detail"] == "expanded"
    assert reported["message"]["recipients"] == ["sales@here.test"]
    # And none from those whom it stands for.
    reports = [one for one in site.box("localhost/dev") if b"expand-me" in one]
    assert len(reports) == 1


def test_route_test_shows_whom_a_name_stands_for(site):
    done = site.run("route", "test", "shop@here.test")
    assert done.returncode == 0, done.stderr
    assert "shop@here.test is an alias for 2 addresses:" in done.stdout
    assert re.findall(r"^(\S+) from", done.stdout, re.M) == ["ann@here.test", "bob@here.test"]
    answer = json.loads(site.run("route", "test", "postmaster@here.test", "--json").stdout)
    assert [one["recipient"] for one in answer["alias_for"]] == ["ann@here.test"]
    assert answer["alias_for"][0]["route"] == "all"
    catch = site.run("route", "test", "whoever@catch.test").stdout
    assert "is an alias for one address" in catch and "box@files.test" in catch
    assert "is an alias" not in site.run("route", "test", "known@catch.test").stdout


def test_queue_show_says_for_whom_it_is(site):
    site.run("route", "pause", "all")
    try:
        site.sent(["shop@here.test"])
        listed = json.loads(site.run("queue", "list", "--json").stdout)["items"]
        shown = site.run("queue", "show", listed[-1]["queue_id"]).stdout
        assert "<ann@here.test> pending, for shop@here.test" in shown
        assert "<bob@here.test> pending, for shop@here.test" in shown
    finally:
        site.run("route", "resume", "all")


def test_a_reload_takes_up_a_changed_file_and_refuses_a_broken_one(site):
    assert site.refused("news@here.test")[0] == 550
    site.aliases.write_text(ALIASES + "news: bob\n")
    done = site.run("reload")
    assert done.returncode == 0, done.stderr
    assert "aliases: 9 aliases -> 10 aliases" in done.stdout
    site.wait_in("here.test/bob", site.sent(["news@here.test"]).encode())

    site.aliases.write_text(ALIASES + "vacation: \"|/usr/bin/vacation ann\"\n")
    done = site.run("reload")
    assert done.returncode == 78
    line = len(ALIASES.splitlines()) + 1
    assert "E0341" in done.stderr and f"{site.aliases}:{line}:11" in done.stderr
    assert "The old settings stay in force." in done.stderr
    site.wait_in("here.test/bob", site.sent(["news@here.test"]).encode())
    event = site.wait_for_event(lambda e: e["event"] == "config.rejected")
    assert f"{site.aliases}:{line}: E0341" in event["detail"]

    checked = site.run("check")
    assert checked.returncode == 78 and "an alias runs no program" in checked.stdout
    site.aliases.unlink()
    gone = site.run("check")
    assert gone.returncode == 78 and "E0311" in gone.stdout
    site.aliases.write_text(ALIASES)
    assert site.run("reload").returncode == 0
    good = site.run("check").stdout
    assert "[ok] aliases: 9 names from 2 files, 2 catch-alls" in good


def test_a_session_keeps_the_aliases_it_began_with(site):
    with site.connect() as old:
        old.ehlo()
        site.aliases.write_text(ALIASES + "late: bob\n")
        assert site.run("reload").returncode == 0
        old.docmd("MAIL FROM:<you@example.com>")
        assert old.docmd("RCPT TO:<late@here.test>")[0] == 550
    assert site.refused("late@here.test")[0] == 250
    site.aliases.write_text(ALIASES)
    assert site.run("reload").returncode == 0
