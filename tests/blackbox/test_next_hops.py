"""Real servers as next hops: what was sent, and what arrived, octet by octet.

A row is what is sent and how, a column is a server (peers/hop_<name>.py).  All messages are sent first,
and each test looks at one of them.  The table goes to build/next-hop-matrix.md; a cell that could not be
tested says why.  To add a server, add it to HOPS; to add a row, add it to CONTENT, WAYS or OTHERS.
"""
import concurrent.futures
import dataclasses
import pathlib
import re
import time

import pytest

from conftest import ROOT
from peers import hop_aiosmtpd, hop_dovecot, hop_exim, hop_opensmtpd, hop_postfix, hop_signet
from peers.next_hop import LATER, PASSWORD, UNKNOWN, USER
from relay_site import RelayServer
from wire import signed_in

HOPS = {hop.title: hop for hop in (
    hop_postfix.PostfixHop(), hop_exim.EximHop(), hop_opensmtpd.OpenSmtpdHop(),
    hop_aiosmtpd.AiosmtpdHop(), hop_dovecot.DovecotHop(), hop_signet.SignetMxHop(),
    hop_signet.SignetSubmissionHop())}
TABLE = pathlib.Path(ROOT / "build/next-hop-matrix.md")
SENDER = RelayServer.user


# ---- the rows

@dataclasses.dataclass(frozen=True)
class Content:
    """A message to bob at the main door."""
    title: str
    body: bytes = b"hello\r\n"
    header: bytes = b""
    mail: str = ""       # parameters of MAIL
    needs: str = ""      # the keyword of EHLO without which it must fail
    recipient: str = "bob"
    chunks: bool = False  # is submitted by BDAT: DATA cannot do without a CRLF at the end


CONTENT = {
    "ascii": Content("plain ASCII"),
    "8bit": Content("8-bit body", "grüße\r\n".encode() + bytes(range(128, 256)) + b"\r\n",
                    mail=" BODY=8BITMIME", needs="8BITMIME"),
    "8bit-header": Content("8-bit header, not declared", header=b"X-Word: gr\xfc\xdfe\r\n"),
    "utf8-header": Content("SMTPUTF8 header", header="X-Word: grüße\r\n".encode(),
                           mail=" SMTPUTF8 BODY=8BITMIME", needs="SMTPUTF8"),
    "utf8-address": Content("SMTPUTF8 address", mail=" SMTPUTF8", needs="SMTPUTF8",
                            recipient="почта"),
    "998": Content("lines of 998 octets", (b"x" * 998 + b"\r\n") * 3),
    "dots": Content("leading dots", b".\tone\r\n..two\r\n...three\r\n.. \r\n"),
    "lone-dot": Content("lines that are a dot", b".\r\nmore\r\n.\r\n..\r\n.\r\n"),
    "empty": Content("empty body", b""),
    "blank-lines": Content("blank lines at the end", b"one\r\n\r\n\r\n"),
    "no-crlf": Content("no CRLF at the end", b"one\r\ntwo", chunks=True),
    "5mb": Content("5 MB", (b"0123456789abcdef" * 4 + b"\r\n") * 79_500),
}


@dataclasses.dataclass(frozen=True)
class Way:
    """A plain message through another door."""
    title: str
    door: str
    tls: str
    trusted: bool = True   # whether the route names the authority
    mechanism: str = ""    # of AUTH, the one that is offered there
    certificate: bool = False
    waits: bool = False    # the message must not be taken


WAYS = {
    "clear": Way("no TLS", "tls", "none"),
    "verified": Way("STARTTLS, verified", "tls", "verified"),
    "strange": Way("STARTTLS, verified, unknown authority", "tls", "verified", trusted=False,
                   waits=True),
    "self-signed": Way("STARTTLS, opportunistic, self-signed", "self-signed", "opportunistic",
                       trusted=False),
    "implicit": Way("TLS from the first octet", "implicit", "verified"),
    "plain": Way("AUTH PLAIN", "auth-plain", "verified", mechanism="PLAIN"),
    "login": Way("AUTH LOGIN", "auth-login", "verified", mechanism="LOGIN"),
    "scram": Way("AUTH SCRAM-SHA-256", "auth-scram", "verified", mechanism="SCRAM-SHA-256"),
    "shown": Way("client certificate, demanded and shown", "client", "verified", certificate=True),
    "not-shown": Way("client certificate, demanded and not shown", "client", "verified",
                     waits=True),
}
OTHERS = {"recipients": "103 recipients, 3 refused", "dsn": "DSN parameters",
          "kept": "messages in a row", "bdat": "content by BDAT"}
ROWS = {**{key: row.title for key, row in {**CONTENT, **WAYS}.items()}, **OTHERS}
MANY = [UNKNOWN[0], *(f"user-{n}" for n in range(50)), UNKNOWN[1],
        *(f"user-{n}" for n in range(50, 100)), LATER]
WITHOUT = {"8BITMIME": "5.6.3", "SMTPUTF8": "5.6.7"}  # what a sender is told


# ---- sending

def mark(key, hop):
    return f"<{key}@{hop.domain}>"


def message(key, hop, header=b"", body=b"hello\r\n"):
    """Whole and in order, so that nobody has a reason to add or change a field."""
    return (f"From: {SENDER}\r\nTo: bob@{hop.domain}\r\nSubject: {key}\r\n"
            f"Date: Sat, 28 Nov 2026 08:30:00 +0000\r\nMessage-ID: {mark(key, hop)}\r\n").encode() \
        + header + b"\r\n" + body


def submit(wire, recipients, content, mail="", rcpt="", chunks=False):
    assert wire.say(f"MAIL FROM:<{SENDER}>{mail}").startswith(b"250")
    for recipient in recipients:
        assert wire.say(f"RCPT TO:<{recipient}>{rcpt}").startswith(b"250"), recipient
    if chunks:
        assert wire.bdat(content, last=True).reply().startswith(b"250")
        return
    assert wire.say("DATA").startswith(b"354")
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    assert wire.send(stuffed + b".\r\n").reply().startswith(b"250")


def address_of(key, hop):
    if key in WAYS:
        return f"bob@{key}.{hop.domain}"
    return f"{CONTENT[key].recipient if key in CONTENT else 'bob'}@{hop.domain}"


def send_all(server, hop):
    with signed_in(server) as wire:
        for key, row in CONTENT.items():
            submit(wire, [address_of(key, hop)], message(key, hop, row.header, row.body),
                   mail=row.mail, chunks=row.chunks)
        for key in WAYS:
            if not untested(key, hop):
                submit(wire, [address_of(key, hop)], message(key, hop))
        submit(wire, [f"{name}@{hop.domain}" for name in MANY], message("recipients", hop))
        submit(wire, [address_of("dsn", hop)], message("dsn", hop),
               mail=f" RET=HDRS ENVID={envid(hop)}",
               rcpt=" NOTIFY=SUCCESS ORCPT=rfc822;First+2BName@x.test")


def envid(hop):
    return f"envid-{hop.domain}"


# ---- routes

def route(hop, key, way, folder):
    name = f"{key}.{hop.domain}" if key else hop.domain
    place = "lmtp" if hop.lmtp else "host"
    unix = hop.lmtp and key == "clear"
    where = hop.socket if unix else f"localhost:{hop.doors[way.door]}"
    lines = ["", "[[route]]", f'name = "{name}"', f'match = "{name}"',
             f'{place} = "{where}"']
    if not hop.lmtp:
        lines += [f'tls = "{way.tls}"', f"implicit_tls = {str(way.door == 'implicit').lower()}"]
    if way.tls == "verified" and way.trusted:
        lines.append(f'ca = "{hop.authority(way.door)}"')
    if way.mechanism or hop.wants_auth:
        lines.append(f'auth = {{ user = "{USER}", password = {{ file = "{folder}/password" }} }}')
    if way.certificate:
        lines += [f'client_certificate = "{hop.work}/client.pem"',
                  f'client_key = "{hop.work}/client-key.pem"']
    return "\n".join(lines) + "\n"


def routes(hop, folder):
    main = Way("", "tls", "none" if hop.lmtp or hop.tls_fault else "verified")
    kept = route(hop, "kept", main, folder)
    return route(hop, "", main, folder) + kept + "".join(
        route(hop, key, way, folder) for key, way in WAYS.items() if not untested(key, hop))


def untested(key, hop):
    """Why there is nothing to test, for the table."""
    way = WAYS[key]
    if hop.lmtp and key != "clear":
        return "LMTP goes in the clear"
    if hop.wants_auth and way.tls == "none":
        return "no password in the clear"
    if way.door in hop.doors:
        return ""
    return hop.tls_fault or "not offered"


# ---- all of it, running


class Site:
    def __init__(self, folder):
        # By title, why it cannot be started on this machine, and why it did not start.
        self.missing = {hop.title: hop.missing() for hop in HOPS.values() if hop.missing()}
        startable = [hop for hop in HOPS.values() if hop.title not in self.missing]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            started = {hop: pool.submit(hop.__enter__) for hop in startable}
        self.faults = {hop.title: str(future.exception()) for hop, future in started.items()
                       if future.exception()}
        self.hops = [hop for hop in startable if hop.title not in self.faults]
        self.server = RelayServer(folder / "run")
        self.server.secret_file("password", PASSWORD)
        self.server.serve("".join(routes(hop, folder) for hop in self.hops))
        for hop in self.hops:
            send_all(self.server, hop)

    def stop(self):
        assert self.server.stop() == 0, self.server.log()
        for hop in self.hops:
            hop.__exit__()

    def event(self, key, hop, wanted="message."):
        """The first that tells of a delivery of it."""
        return self.server.wait_for_event(
            lambda found: found["event"].startswith(wanted) and "delivery" in found
            and found["message"].get("id") == mark(key, hop), 60)

    def arrivals(self, key, hop, count=1):
        end = time.monotonic() + 30
        while len(found := hop.arrived(mark(key, hop).encode())) < count:
            assert time.monotonic() < end, f"{len(found)} of {count} at {hop.title}\n{hop.log()}"
            time.sleep(0.05)
        return found

    def sessions(self, name, kind):
        """Of the route, those that were opened ("new") or that a message found open ("kept")."""
        return self.server.metrics()[
            f'signet_delivery_sessions_total{{route="{name}",session="{kind}"}}']

    def report(self, key, hop, words):
        return self.server.wait_for_mail(
            lambda mail: b"multipart/report" in mail and mark(key, hop).encode() in mail
            and words in mail)


CELLS = {}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    started = Site(tmp_path_factory.mktemp("next-hops"))
    yield started
    write_table(started)
    started.stop()


def write_table(site):
    lines = ["| | " + " | ".join(f"{hop.title} {hop.version}" if hop in site.hops else hop.title
                                for hop in HOPS.values()) + " |",
             "|---" * (len(HOPS) + 1) + "|"]
    for key, row in ROWS.items():
        lines.append(f"| {row} | " + " | ".join(
            site.missing.get(title) or CELLS.get((key, title), "not run") for title in HOPS) + " |")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(lines) + "\n")
    print("\n" + TABLE.read_text())


class Cell:
    """Writes what became of it into the table; a test that fails leaves FAILED there."""

    def __init__(self, site, key, title):
        if title in site.missing:
            pytest.skip(site.missing[title])
        self.site, self.key, self.hop = site, key, HOPS[title]
        self.say("FAILED")
        assert title not in site.faults, site.faults[title]

    def say(self, text):
        CELLS[self.key, self.hop.title] = text

    def event(self, wanted="message."):
        return self.site.event(self.key, self.hop, wanted)

    def its_fault(self):
        return f" ({self.hop.tls_fault})" if self.hop.tls_fault else ""

    def arrived_whole(self, sent, also=()):
        """It came, once, and as it was; or as one of `also`."""
        assert self.event()["event"] == "message.delivered", self.event()
        arrival, = self.site.arrivals(self.key, self.hop)
        assert arrival.message in (sent, *also), arrival.message[:2000]
        return arrival


by_hop = pytest.mark.parametrize("title", HOPS)


@by_hop
@pytest.mark.parametrize("key", CONTENT)
def test_what_arrives_is_what_was_sent(site, key, title):
    cell, row = Cell(site, key, title), CONTENT[key]
    sent = message(key, cell.hop, row.header, row.body)
    if row.needs and row.needs not in cell.hop.offer():
        event, status = cell.event(), WITHOUT[row.needs]
        assert (event["event"], event["smtp"]["enhanced"]) == ("message.bounced", status)
        site.report(key, cell.hop, f"Status: {status}".encode())
        return cell.say(f"not offered: {status}, reported")
    arrival = cell.arrived_whole(sent, also=[sent + b"\r\n"] if row.chunks else [])
    cell.say("identical" if arrival.message == sent else "identical, CRLF added")


@by_hop
@pytest.mark.parametrize("key", WAYS)
def test_the_way_is_the_one_of_the_route(site, key, title):
    cell, way = Cell(site, key, title), WAYS[key]
    if reason := untested(key, cell.hop):
        return cell.say(reason)
    event = cell.event()
    if way.waits or (way.tls == "verified" and cell.hop.tls_fault):
        assert event["event"] == "message.deferred", event
        if key == "not-shown" and not cell.hop.silent:
            assert "certificate" in event["detail"]
        assert cell.hop.arrived(mark(key, cell.hop).encode()) == []
        return cell.say(f"waits: {event['reason']}" + cell.its_fault())
    cell.arrived_whole(message(key, cell.hop))
    inside = way.tls != "none" and not cell.hop.tls_fault
    assert ("tls" in event) == inside
    if way.mechanism:
        assert event["mechanism"].removesuffix("-PLUS") == way.mechanism
    if way.certificate:
        assert cell.hop.client_record(), cell.hop.log()
    cell.say("identical, " + (event["tls"]["version"] if inside else
                              "over a Unix socket" if cell.hop.lmtp else "in the clear")
             + (", bound" if event.get("mechanism", "").endswith("-PLUS") else "")
             + (cell.its_fault() if way.tls != "none" else ""))


@by_hop
def test_each_recipient_has_an_outcome_of_its_own(site, title):
    cell = Cell(site, "recipients", title)
    hop = cell.hop
    taken = [f"{name}@{hop.domain}" for name in MANY if name.startswith("user-")]
    event = cell.event("message.delivered")
    assert event["message"]["recipients"] == taken and event["delivery"]["attempt"] == 1
    # The one who waits may have come, too, by the next try.
    arrivals = [arrival for arrival in site.arrivals("recipients", hop, len(taken))
                if arrival.recipient != f"{LATER}@{hop.domain}"]
    assert sorted(arrival.recipient for arrival in arrivals) == sorted(taken)
    assert {arrival.message for arrival in arrivals} == {message("recipients", hop)}
    refused, later = cell.event("message.bounced"), cell.event("message.deferred")
    assert refused["message"]["recipients"] == [f"{name}@{hop.domain}" for name in UNKNOWN]
    assert (refused["reason"], refused["smtp"]["code"]) == ("remote_5xx", 550)
    assert later["message"]["recipients"] == [f"{LATER}@{hop.domain}"]
    assert later["reason"] == "remote_4xx"
    report = site.report("recipients", hop, b"Status: 5.1.1")
    assert report.count(b"Action: failed") == 2 and b"user-" not in report
    cell.say(f"100 identical, 2 reported, 1 waits ({later['smtp']['code']})")


@by_hop
def test_who_reports_a_success_is_the_last_that_can(site, title):
    cell = Cell(site, "dsn", title)
    cell.arrived_whole(message("dsn", cell.hop))
    if "DSN" not in cell.hop.offer():
        report = site.report("dsn", cell.hop, b"Action: relayed")
        assert f"Original-Envelope-Id: {envid(cell.hop)}\n".encode() in report
        return cell.say("not offered: we report")
    end = time.monotonic() + 30
    while not (reports := cell.hop.reports(mark("dsn", cell.hop).encode())):
        assert time.monotonic() < end, cell.hop.log()
        time.sleep(0.05)
    report, = reports
    assert b"Action: delivered" in report
    assert cell.hop.forgets_envid or f": {envid(cell.hop)}\r\n".encode() in report
    cell.say("passed on, it reports" + cell.hop.forgets_envid)


@by_hop
def test_content_goes_by_bdat_where_that_is_offered(site, title):
    cell = Cell(site, "bdat", title)
    if "CHUNKING" not in cell.hop.offer():
        return cell.say("not offered")
    end = time.monotonic() + 30
    while not re.search(cell.hop.chunk_note, cell.hop.log()):
        assert time.monotonic() < end, cell.hop.log()
        time.sleep(0.1)
    cell.say("by BDAT")


@by_hop
def test_a_connection_takes_the_next_message_too(site, title):
    """Each is sent when the one before it has come; a connection waits for it for two seconds, and a
    machine that is busier than that gets more than two tries."""
    cell = Cell(site, "kept", title)
    for number in range(10):
        key = f"kept-{number}"
        with signed_in(site.server) as wire:
            submit(wire, [f"bob@kept.{cell.hop.domain}"], message(key, cell.hop))
        event = site.event(key, cell.hop)
        assert (event["event"], event["delivery"]["attempt"]) == ("message.delivered", 1)
        arrival, = site.arrivals(key, cell.hop)
        assert arrival.message == message(key, cell.hop)
        if site.sessions(f"kept.{cell.hop.domain}", "kept"):
            break
    opened = int(site.sessions(f"kept.{cell.hop.domain}", "new"))
    assert opened < number + 1
    cell.say(f"identical, {number + 1} by {opened} connection{'s' if opened > 1 else ''}")
