"""Delivery to the mail exchangers of a domain, with real zones (classes 15, 26 and 29 of the relay).

NSD serves what a test writes below, Unbound looks it up without checking a signature, and one `signet
serve` delivers to servers at several addresses of the loopback, all at one port.
"""
import pytest

import hostile_peers as hostile
from conftest import free_port
from peers import certificates
from peers.dns import Dns, Zone, available
from relay_site import RelayServer

pytestmark = pytest.mark.skipif(not available(), reason="no DNS servers: run tools/peers.sh")

ZONES = {
    "plain.example": Zone("@ MX 10 mx\nmx A 127.0.0.2\nempty TXT here\n"),
    "alias.example": Zone("user CNAME plain.example.\n@ MX 10 there\nthere CNAME mx.plain.example.\n"),
    "signed.example": Zone("@ MX 10 mx\nmx A 127.0.0.3\n", signed=True),
    "bogus.example": Zone("@ MX 10 mx\nmx A 127.0.0.3\n", signed=True,
                          tampered=("MX\t10 mx.bogus", "MX\t10 mx2.bogus")),
    "forged.example": Zone("@ MX 10 mx\nmx A 127.0.0.9\n", signed=True,
                           tampered=("127.0.0.9", "127.0.0.3")),
    "loop.example": Zone("a CNAME b\nb CNAME a\n"),
    "lame.example": Zone(served=False),
    "null.example": Zone("@ MX 0 .\n"),
    "self.example": Zone("@ MX 10 localhost.\n@ MX 20 mx.plain.example.\n"),
    "backup.example": Zone("@ MX 20 localhost.\n@ MX 10 mx.plain.example.\n"),
    "two.example": Zone("@ MX 10 dead\n@ MX 20 mx\ndead A 127.0.0.4\nmx A 127.0.0.5\n"),
    "host.example": Zone("@ A 127.0.0.6\n"),
    "six.example": Zone("@ MX 10 mx\nmx AAAA ::1\n"),
    "busy.example": Zone("@ MX 10 a\n@ MX 20 b\na A 127.0.0.7\nb A 127.0.0.5\n"),
    "picky.example": Zone("@ MX 10 a\n@ MX 20 mx.plain.example.\na A 127.0.0.8\n"),
    "tls.example": Zone("@ MX 10 mx\nmx A 127.0.0.10\n"),
    "inside.example": Zone("@ MX 10 mx\nmx A 127.0.0.2\nmx AAAA ::1\n"),
    "gone.example": Zone("@ MX 10 nowhere\n"),
    "ours.example": Zone("@ MX 10 mx\nmx A 127.0.0.11\n"),  # where we listen ourselves
}
BUSY = hostile.busy(times=1_000)
HOSTS = {"127.0.0.2": hostile.plain, "127.0.0.3": hostile.plain, "127.0.0.5": hostile.plain,
         "127.0.0.6": hostile.plain, "::1": hostile.plain, "127.0.0.7": BUSY,
         "127.0.0.8": hostile.refuse_some({b"bad@picky.example"}), "127.0.0.10": hostile.starttls}

ROUTES = """
[[listener]]
name = "us"
role = "mx"
bind = ["127.0.0.11:{port}"]

[[route]]
name = "inside"
match = ["inside.example"]
mx = {{ port = {port}, tls = "opportunistic" }}

[[route]]
name = "mx"
match = ["*"]
mx = {{ port = {port}, private_addresses = true }}

[dns]
servers = ["127.0.0.1:{dns}"]
trust_anchor = "{anchor}"
"""


@pytest.fixture(scope="module")
def dns():
    with Dns(ZONES, free_port(), free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    certificates.write(folder)
    port = free_port()
    started = {address: hostile.HostilePeer(script, folder, address=(address, port)).__enter__()
               for address, script in HOSTS.items()}
    yield started
    for host in started.values():
        host.__exit__()
        assert host.failures == []


@pytest.fixture(scope="module")
def relay(dns, hosts, tmp_path_factory):
    server = RelayServer(tmp_path_factory.mktemp("relay") / "run")
    server.serve(ROUTES.format(port=hosts["::1"].port, dns=dns.port, anchor=dns.trust_anchor))
    yield server
    assert server.stop() == 0, server.log()


def arrived(host, recipient):
    """The message for that recipient, octet by octet; it is there, since its event was seen."""
    found = [content for recipients, content in host.messages if recipient.encode() in recipients]
    assert len(found) == 1, host.received()
    return found[0]


@pytest.mark.parametrize("recipient, address, hop", [
    ("bob@plain.example", "127.0.0.2", "mx.plain.example"),
    ("bob@user.alias.example", "127.0.0.2", "mx.plain.example"),   # an alias of the domain
    ("bob@alias.example", "127.0.0.2", "there.alias.example"),     # an alias of its host
    ("bob@signed.example", "127.0.0.3", "mx.signed.example"),
    ("bob@two.example", "127.0.0.5", "mx.two.example"),            # the first host is dead
    ("bob@host.example", "127.0.0.6", "host.example"),             # no MX: the domain itself
    ("bob@six.example", "::1", "mx.six.example"),
    ("bob@backup.example", "127.0.0.2", "mx.plain.example"),       # we are its second
    ("ann@busy.example", "127.0.0.5", "b.busy.example"),           # the first host says 451
    ("bob@[127.0.0.6]", "127.0.0.6", "127.0.0.6"),
])
def test_a_message_reaches_the_host_that_dns_names(relay, hosts, recipient, address, hop):
    relay.send([recipient], "to an exchanger", ".dot\r\n..dots\r\nlast\r\n")
    event = relay.outcome(recipient, "message.delivered")
    assert (event["reason"], event["delivery"]["route"]) == ("ok", "mx")
    assert event["delivery"]["attempt"] == 1
    assert event["delivery"]["next_hop"] == f"{hop}:{hosts[address].port}"
    content = arrived(hosts[address], recipient)
    trace, _, rest = content.partition(b"From: ")
    assert trace.startswith(b"Received: ")
    head, _, body = rest.partition(b"\r\n\r\n")
    assert f"To: {recipient}\r\nSubject: to an exchanger\r\n".encode() in head + b"\r\n"
    assert body == b"..dot\r\n...dots\r\nlast\r\n", "dots are stuffed once, and nothing else"


def test_tls_is_used_where_it_is_offered(relay, hosts):
    relay.send(["bob@tls.example"], "inside tls")
    event = relay.outcome("bob@tls.example")
    assert event["event"] == "message.delivered"
    assert event["tls"]["version"] == "TLSv1.3"
    assert hosts["127.0.0.10"].conversations[-1].tls


def test_recipients_of_one_message_go_where_their_domains_say(relay, hosts):
    to = ["one@plain.example", "two@host.example", "three@plain.example", "four@null.example"]
    relay.send(to, "to several")
    assert relay.outcome("one@plain.example")["message"]["recipients"] == [to[0], to[2]]
    assert relay.outcome("two@host.example")["event"] == "message.delivered"
    assert relay.outcome("four@null.example")["event"] == "message.bounced"
    recipients = [taken for taken, _ in hosts["127.0.0.2"].messages if to[0].encode() in taken]
    assert recipients == [[to[0].encode(), to[2].encode()]], "one conversation for both"


# ---- what DNS knows to be impossible: the sender hears of it at once

@pytest.mark.parametrize("recipient, status, words", [
    ("bob@gone.plain.example", "5.1.2", "the domain gone.plain.example does not exist"),
    ("bob@empty.plain.example", "5.4.4", "empty.plain.example has no address"),
    ("bob@gone.example", "5.4.4", "nowhere.gone.example has no address"),
    ("bob@null.example", "5.1.10", "null.example accepts no mail (null MX)"),
    ("bob@self.example", "5.4.6", "mail loops back to me"),
    ("bob@ours.example", "5.4.6", "mx.ours.example is me, by its address 127.0.0.11"),
    ("bob@nobody.test", "5.1.2", "the domain nobody.test does not exist"),
    ("bob@inside.example", "5.4.4", "mx.inside.example has no address on the internet"),
    ("bad@picky.example", "5.1.1", "no such user"),
])
def test_security_29_what_cannot_be_is_reported(relay, recipient, status, words):
    relay.send([recipient], "no way")
    event = relay.outcome(recipient)
    assert event["event"] == "message.bounced"
    assert event["reason"] == ("remote_5xx" if status == "5.1.1" else "dns")
    assert event["smtp"]["enhanced"] == status
    assert words in event["detail"]
    report = relay.wait_for_mail(lambda mail: recipient.encode() in mail and b"no way" in mail)
    assert report.startswith(b"Return-Path: <>\n")
    assert f"Status: {status}\n".encode() in report
    assert words.split()[0].encode() in report


def test_security_15_nobody_inside_was_connected_to(relay, hosts):
    relay.send(["ann@inside.example"], "inside")
    assert relay.outcome("ann@inside.example")["event"] == "message.bounced"
    for address in ("127.0.0.2", "::1"):
        assert b"inside.example" not in hosts[address].received()


# ---- what nobody can find out: the message waits

@pytest.mark.parametrize("domain, status", [
    ("bogus.example", "4.7.5"), ("forged.example", "4.7.5"), ("lame.example", "4.4.3"),
    ("a.loop.example", "4.4.3"),
])
def test_security_29_what_is_not_known_delays(relay, hosts, domain, status):
    recipient = f"bob@{domain}"
    relay.send([recipient], "not now")
    event = relay.outcome(recipient)
    assert (event["event"], event["reason"]) == ("message.deferred", "dns")
    assert event["smtp"]["enhanced"] == status
    again = relay.wait_for_event(
        lambda found: found["event"] == "message.deferred" and "delivery" in found
        and recipient in found["message"]["recipients"] and found["delivery"]["attempt"] == 2)
    assert again["reason"] == "dns"
    for host in hosts.values():
        assert domain.encode() not in host.received()


def test_security_29_it_is_our_check_of_signatures_that_stops_a_forged_answer(relay, hosts):
    """Runs last: it turns the check off, and the same forged address is believed."""
    relay.send(["cleo@forged.example"], "believed")
    assert relay.outcome("cleo@forged.example")["event"] == "message.deferred"
    config = relay.dir / "relay.toml"
    config.write_text(config.read_text().replace('[dns]\n', '[dns]\ndnssec = "off"\n'))
    assert relay.run("reload").returncode == 0, relay.log()
    assert relay.outcome("cleo@forged.example", "message.delivered")["delivery"]["attempt"] > 1
    arrived(hosts["127.0.0.3"], "cleo@forged.example")
