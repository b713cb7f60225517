"""Delivery status reports, as Python's email package reads them.  Build: release."""
import email
import email.policy
import email.utils
import json
import smtplib
import ssl
import time
import uuid

import pytest

import hostile_peers as hostile
from relay_site import RelayServer, smart_host
from wire import Wire


def no_8bitmime(talk):
    talk.greet()
    talk.expect(b"EHLO")
    talk.send(b"250-peer.test\r\n250 ENHANCEDSTATUSCODES\r\n")
    talk.take()


def refusing(talk):
    talk.greet()
    talk.ehlo()
    talk.take(lambda address: b"550 5.1.1 no such user here\r\n")


def greylisting(talk):
    talk.greet()
    talk.ehlo()
    talk.take(lambda address: b"451 4.7.1 greylisted\r\n")


SCRIPTS = {"plain": hostile.plain, "dsn": hostile.offering(b"DSN"), "refuses": refusing,
           "greylists": greylisting, "old": no_8bitmime}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    peers = {name: hostile.HostilePeer(script).__enter__() for name, script in SCRIPTS.items()}
    server = RelayServer(tmp_path_factory.mktemp("reports") / "run")
    server.start()
    done = server.run("account", "set", server.user, "--address", "dev@localhost",
                      "--address", "dev@refuses.test")
    assert done.returncode == 0, done.stderr
    assert server.stop() == 0
    server.serve("".join(smart_host(name, peer.port) for name, peer in peers.items()),
                 queue='delay_notice = "1s"\n')
    server.peers = peers
    yield server
    assert server.stop() == 0, server.log()
    for peer in peers.values():
        peer.__exit__()
        assert peer.failures == []


def mark():
    return "mark-" + uuid.uuid4().hex


def send(site, recipients, envid, ret=None, notify=None, sender="dev@localhost", header="",
         body="the whole of it", smtputf8=False):
    """notify: for all recipients, or a function of each."""
    content = f"From: {sender}\r\nTo: you\r\nSubject: about {envid}\r\n{header}\r\n{body}\r\n".encode()
    options = [f"ENVID={envid}"] + ([f"RET={ret}"] if ret else [])
    options += ["SMTPUTF8", "BODY=8BITMIME"] if smtputf8 else []
    options += ["BODY=8BITMIME"] if not smtputf8 and not content.isascii() else []
    context = ssl.create_default_context(cafile=str(site.ca))
    with smtplib.SMTP_SSL("localhost", site.submissions_port, context=context, timeout=30) as smtp:
        smtp.login(site.user, site.password)
        smtp.ehlo()
        smtp.sendmail(sender, recipients, content, mail_options=options,
                      rcpt_options=[f"NOTIFY={notify}"] if notify else [])


class Report:
    def __init__(self, raw):
        self.raw = raw
        self.message = email.message_from_bytes(raw, policy=email.policy.default)
        assert self.message.get_content_type() == "multipart/report"
        assert self.message.defects == []
        self.text, self.status, self.original = self.message.iter_parts()
        assert self.text.get_content_type() == "text/plain"
        groups = self.status.get_payload()
        self.fields, self.recipients = groups[0], [group for group in groups[1:] if group.keys()]

    def actions(self):
        return {group["Final-Recipient"].split(";")[1].strip(): group["Action"]
                for group in self.recipients}


def reports(site, envid):
    return [mail for mail in site.mail() if f"Original-Envelope-Id: {envid}\n".encode() in mail]


def report(site, envid):
    raw = site.wait_for_mail(lambda m: f"Original-Envelope-Id: {envid}\n".encode() in m)
    return Report(raw)


def settled(site, envid, event):
    """The event about that message; what a report tells of is in the same commit."""
    def is_it(found):
        return (found["event"] == event and "delivery" in found
                and found["message"]["queue_id"] == queue_id)
    accepted = site.wait_for_event(lambda e: e["event"] == "message.accepted"
                                   and envid in e["message"].get("id", ""))
    queue_id = accepted["message"]["queue_id"]
    return site.wait_for_event(is_it)


def with_id(envid):
    return f"Message-ID: <{envid}@localhost>\r\n"


def nothing_more_came(site):
    """A message that was sent now has come back, so whatever was made before it has come, too."""
    last = mark()
    send(site, ["gone@refuses.test"], last)
    report(site, last)


def test_a_failure_is_reported(site):
    envid = mark()
    send(site, ["gone@refuses.test"], envid)
    got = report(site, envid)
    assert got.message["To"] == "dev@localhost"
    assert got.message["Auto-Submitted"] == "auto-replied"
    assert got.message["Subject"] == "Your message could not be delivered"
    assert got.message.get_param("report-type") == "delivery-status"
    assert got.raw.startswith(b"Return-Path: <>\n")
    assert "gone@refuses.test" in got.text.get_content()
    assert got.status.get_content_type() == "message/delivery-status"
    assert got.fields["Reporting-MTA"] == "dns; localhost"
    assert email.utils.parsedate_to_datetime(got.fields["Arrival-Date"])
    failed, = got.recipients
    assert failed["Final-Recipient"] == "rfc822; gone@refuses.test"
    assert failed["Action"] == "failed" and failed["Status"] == "5.1.1"
    assert failed["Remote-MTA"] == "dns; localhost"
    assert failed["Diagnostic-Code"].startswith("smtp; 550 5.1.1 no such user here")
    assert email.utils.parsedate_to_datetime(failed["Last-Attempt-Date"])
    assert got.original.get_content_type() == "text/rfc822-headers"
    assert f"Subject: about {envid}" in got.original.get_content()
    assert "the whole of it" not in got.raw.decode()


def test_a_trace_leads_from_the_message_to_its_report_and_back(site):
    def steps(name):
        message, = json.loads(site.run("message", "trace", name, "--json").stdout)["messages"]
        return message["queue_id"], message["steps"]

    envid = mark()
    send(site, ["gone@refuses.test"], envid, header=with_id(envid))
    message_id = report(site, envid).message["Message-ID"]
    site.wait_for_event(lambda e: e["event"] == "message.delivered"
                        and e["message"].get("id") == message_id)
    about, of_message = steps(f"{envid}@localhost")
    assert [step["event"] for step in of_message] == ["message.accepted", "message.bounced",
                                                      "message.reported"]
    reported = of_message[-1]
    assert reported["recipients"] == ["gone@refuses.test"] and reported["reply"] == "failed"
    for name in (reported["report"], message_id):
        queue_id, of_report = steps(name)
        assert queue_id == reported["report"]
        assert [step["event"] for step in of_report] == ["message.reported", "message.delivered"]
        assert of_report[0]["message"] == about
    assert f"by message {queue_id}" in reported["text"]
    assert f"about message {about}" in of_report[0]["text"]


def test_one_report_tells_of_all_recipients(site):
    envid = mark()
    send(site, ["a@refuses.test", "b@refuses.test", "c@plain.test"], envid)
    assert report(site, envid).actions() == {"a@refuses.test": "failed", "b@refuses.test": "failed"}
    nothing_more_came(site)
    assert len(reports(site, envid)) == 1


@pytest.mark.parametrize("ret, whole", [("FULL", True), ("HDRS", False)])
def test_ret_decides_what_comes_back_of_a_failure(site, ret, whole):
    envid = mark()
    send(site, ["gone@refuses.test"], envid, ret=ret)
    got = report(site, envid)
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    assert got.original.get_content_type() == kind
    assert ("the whole of it" in got.raw.decode()) == whole


def test_a_large_message_comes_back_as_its_header(site):
    envid = mark()
    send(site, ["gone@refuses.test"], envid, ret="FULL", body=("x" * 70 + "\r\n") * 1_000)
    assert report(site, envid).original.get_content_type() == "text/rfc822-headers"


def test_a_success_is_reported_by_the_last_that_can(site):
    envid = mark()
    send(site, ["dev@localhost", "ann@plain.test", "bob@dsn.test"], envid, ret="FULL",
         notify="SUCCESS,FAILURE")
    got = report(site, envid)
    assert got.actions() == {"dev@localhost": "delivered", "ann@plain.test": "relayed"}
    assert [group["Status"] for group in got.recipients] == ["2.0.0", "2.0.0"]
    assert got.original.get_content_type() == "text/rfc822-headers"  # RFC 3461 §4.3
    assert str(site.dir).encode() not in got.raw
    assert b"NOTIFY=SUCCESS,FAILURE" in site.peers["dsn"].received()


def test_never_and_unasked_successes_are_not_reported(site):
    never, silent = mark(), mark()
    send(site, ["gone@refuses.test"], never, notify="NEVER", header=with_id(never))
    send(site, ["ann@plain.test"], silent, header=with_id(silent))
    settled(site, never, "message.bounced")
    settled(site, silent, "message.delivered")
    nothing_more_came(site)
    assert reports(site, never) == reports(site, silent) == []


def tries_of(site, recipient, count):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        tries = [e for e in site.audit() if e["event"] == "message.deferred"
                 and recipient in e["message"]["recipients"]]
        if len(tries) >= count:
            return
        time.sleep(0.1)
    raise AssertionError(f"{len(tries)} tries of {recipient}")


def test_a_delay_is_reported_once_also_over_a_restart(site):
    envid, failure_only = mark(), mark()
    recipient = f"{envid}@greylists.test"
    send(site, [recipient], envid)
    send(site, [f"{failure_only}@greylists.test"], failure_only, notify="FAILURE")
    got = report(site, envid)
    assert got.message["Subject"] == "Your message is delayed"
    delayed, = got.recipients
    assert delayed["Action"] == "delayed" and delayed["Status"] == "4.7.1"
    until = email.utils.parsedate_to_datetime(delayed["Will-Retry-Until"])
    arrived = email.utils.parsedate_to_datetime(got.fields["Arrival-Date"])
    assert (until - arrived).total_seconds() == 5 * 86_400
    assert site.stop() == 0, site.log()
    site.start_again()
    seen = len([e for e in site.audit() if e["event"] == "message.deferred"
                and recipient in e["message"]["recipients"]])
    tries_of(site, recipient, seen + 2)
    tries_of(site, f"{failure_only}@greylists.test", 4)
    nothing_more_came(site)
    assert len(reports(site, envid)) == 1
    assert reports(site, failure_only) == []


def test_security_26_a_bounce_of_a_bounce_is_not_made(site):
    envid = mark()
    send(site, ["gone@refuses.test"], envid, sender="dev@refuses.test", header=with_id(envid))
    settled(site, envid, "message.bounced")
    # The report was refused, too, and then there was nothing left.
    site.wait_for_event(lambda e: e["event"] == "message.bounced"
                        and e["message"]["recipients"] == ["dev@refuses.test"])
    nothing_more_came(site)
    assert sum(said.startswith(b"MAIL FROM:<>") for said in site.peers["refuses"].senders) == 1
    assert not any(b"Final-Recipient: rfc822; dev@refuses.test" in mail for mail in site.mail())
    assert reports(site, envid) == []


def test_security_26_an_automatic_reply_that_fails_is_not_reported(site):
    envid, generated = mark(), mark()
    send(site, ["gone@refuses.test"], envid,
         header=with_id(envid) + "Auto-Submitted: auto-replied\r\n")
    send(site, ["gone@refuses.test"], generated, header="Auto-Submitted: auto-generated\r\n")
    settled(site, envid, "message.bounced")
    report(site, generated)
    nothing_more_came(site)
    assert reports(site, envid) == []


def test_what_a_next_hop_cannot_take_is_reported_and_the_report_is_7_bit(site):
    envid = mark()
    send(site, ["ann@old.test"], envid, body="gr\u00fc\u00dfe")
    got = report(site, envid)
    failed, = got.recipients
    assert failed["Status"] == "5.6.3" and "Remote-MTA" not in failed
    assert got.raw.isascii()

    envid = mark()
    send(site, ["用户@plain.test"], envid, smtputf8=True, header="X-Word: gr\u00fc\u00dfe\r\n")
    got = report(site, envid)
    assert got.raw.isascii()
    assert "用户@plain.test" in got.text.get_content()
    failed, = got.recipients
    assert failed["Final-Recipient"] == "utf-8; \\x{7528}\\x{6237}@plain.test"
    assert failed["Status"] == "5.6.7"
    assert got.original.get_content_type() == "message/global-headers"


def test_strangers_are_not_offered_dsn(site):
    with_wire = Wire("127.0.0.1", site.mx_port)
    with_wire.reply()
    assert b"DSN" not in with_wire.say("EHLO stranger.test")
    with_wire.close()
