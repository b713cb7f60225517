"""The release binary with smart hosts, honest and hostile (classes 2, 4, 26 and 27 of the relay).

One `signet serve` with a route for each peer: a test sends to the domain of the peer it wants.
"""
import json
import re
import time

import pytest

import hostile_peers as hostile
from peers import certificates, postfix
from relay_site import RelayServer, smart_host

PASSWORD = "kraken & squid"
BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class Route:
    def __init__(self, script, tls="none", ca=True, user=None, implicit=False):
        self.script, self.tls, self.ca, self.user, self.implicit = script, tls, ca, user, implicit


ROUTES = {
    "plain": Route(hostile.plain),
    "verified": Route(hostile.starttls, "verified"),
    "implicit": Route(hostile.plain, "verified", implicit=True),
    "opportunistic": Route(hostile.starttls, "opportunistic", ca=False),
    "no-tls-there": Route(hostile.plain, "opportunistic"),
    "auth-plain": Route(hostile.auth(b"relay", PASSWORD.encode()), "verified", user="relay"),
    "auth-login": Route(hostile.auth(b"relay", PASSWORD.encode(), b"LOGIN"), "verified",
                        user="relay"),
    "auth-wrong": Route(hostile.auth(b"relay", b"another"), "verified", user="relay"),
    "auth-in-clear": Route(hostile.plain, "opportunistic", user="relay"),
    "endless-line": Route(hostile.endless_line),
    "split": Route(hostile.split_replies),
    "busy": Route(hostile.busy()),
    "picky": Route(hostile.refuse_some({b"bad@picky.test"})),
    "refuses-content": Route(hostile.refuse_content()),
}


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    certificates.write(folder)
    started = {name: hostile.HostilePeer(route.script, folder, route.implicit).__enter__()
               for name, route in ROUTES.items()}
    started["folder"] = folder
    yield started
    del started["folder"]
    for peer in started.values():
        peer.__exit__()
        assert peer.failures == []


@pytest.fixture(scope="module")
def relay(peers, tmp_path_factory):
    server = RelayServer(tmp_path_factory.mktemp("relay") / "run")
    secret = server.secret_file("password", PASSWORD)
    authority = peers["folder"] / "ca.pem"
    server.serve("".join(
        smart_host(name, peers[name].port, route.tls,
                   ca=authority if route.ca and route.tls == "verified" else None,
                   auth=(route.user, secret) if route.user else None, implicit=route.implicit)
        for name, route in ROUTES.items()))
    yield server
    assert server.stop() == 0, server.log()


def wait_for_message(peer, count=1, seconds=30):
    end = time.monotonic() + seconds
    while len(peer.messages) < count and time.monotonic() < end:
        time.sleep(0.05)
    assert len(peer.messages) >= count, peer.received()
    return peer.messages[-1]


# ---- honest next hops

@pytest.mark.parametrize("name", ["plain", "verified", "implicit", "opportunistic", "no-tls-there",
                                  "auth-plain", "auth-login", "split"])
def test_a_message_reaches_the_smart_host(relay, peers, name):
    relay.send([f"bob@{name}.test"], name, ".dots\r\n..more\r\n")
    recipients, content = wait_for_message(peers[name])
    assert recipients == [f"bob@{name}.test".encode()]
    assert f"Subject: {name}\r\n".encode() in content
    assert content.startswith(b"Received: ")
    assert content.endswith(b"\r\n\r\n..dots\r\n...more\r\n"), "dots are stuffed once"
    event = relay.outcome(f"bob@{name}.test")
    assert (event["event"], event["reason"]) == ("message.delivered", "ok")
    assert event["delivery"]["route"] == name
    inside_tls = ROUTES[name].tls != "none" and name != "no-tls-there"
    assert peers[name].conversations[-1].tls == inside_tls
    assert ("tls" in event) == inside_tls


def test_security_02_what_leaves_has_strict_line_ends(relay, peers):
    body = "".join(f".line {i}\r\n.\r\n" for i in range(2_000)) + "last"
    relay.send(["long@plain.test"], "strict", body)
    relay.outcome("long@plain.test")
    octets = peers["plain"].received()
    assert not BARE.search(octets)
    assert octets.count(b"\r\n.\r\n") == len(peers["plain"].messages)


def test_a_password_is_never_sent_in_the_clear(relay, peers):
    relay.send(["bob@auth-in-clear.test"], "clear")
    event = relay.outcome("bob@auth-in-clear.test")
    assert (event["event"], event["reason"]) == ("message.deferred", "auth")
    assert b"AUTH" not in peers["auth-in-clear"].received()
    assert peers["auth-in-clear"].messages == []


def test_a_wrong_password_delays_and_is_in_no_log(relay, peers):
    relay.send(["bob@auth-wrong.test"], "wrong")
    event = relay.outcome("bob@auth-wrong.test")
    assert (event["event"], event["reason"]) == ("message.deferred", "auth")
    assert event["smtp"]["code"] == 535
    assert peers["auth-wrong"].senders == []
    everything = relay.log() + str(relay.audit())
    assert PASSWORD not in everything


def test_what_cannot_be_reached_is_listed_with_its_answer(relay):
    relay.send(["bob@auth-wrong.test"], "down")
    assert relay.outcome("bob@auth-wrong.test")["reason"] == "auth"
    listed = relay.run("destination", "list", "--json")
    [down] = [item for item in json.loads(listed.stdout)["items"] if item["route"] == "auth-wrong"]
    assert (down["name"], down["state"]) == ("*", "down")
    assert down["reply"].startswith("535")
    assert "auth-wrong" in relay.run("destination", "list").stdout


# ---- a hostile next hop (test_hostile_next_hops.py has all kinds of them)

def test_security_04_other_mail_goes_on_meanwhile(relay, peers):
    before = len(peers["plain"].messages)
    relay.send(["bob@endless-line.test"], "slow")
    relay.send(["quick@plain.test"], "quick")
    wait_for_message(peers["plain"], before + 1)


# ---- what a next hop refuses

def test_each_recipient_has_its_own_outcome_and_the_sender_hears_of_one(relay, peers):
    relay.send(["good@picky.test", "bad@picky.test"], "picky")
    recipients, _ = wait_for_message(peers["picky"])
    assert recipients == [b"good@picky.test"]
    assert relay.outcome("good@picky.test")["event"] == "message.delivered"
    bounced = relay.outcome("bad@picky.test")
    assert (bounced["event"], bounced["reason"]) == ("message.bounced", "remote_5xx")
    report = relay.wait_for_mail(lambda mail: b"bad@picky.test" in mail)
    assert report.startswith(b"Return-Path: <>\n")
    assert b"no such user" in report
    assert re.findall(rb"Final-Recipient: *rfc822; *(\S+)", report) == [b"bad@picky.test"]


def test_refused_content_is_reported(relay, peers):
    relay.send(["bob@refuses-content.test"], "content")
    event = relay.outcome("bob@refuses-content.test")
    assert (event["event"], event["smtp"]["code"]) == ("message.bounced", 554)
    assert relay.wait_for_mail(lambda mail: b"bob@refuses-content.test" in mail)


def test_a_temporary_refusal_is_tried_again(relay, peers):
    relay.send(["bob@busy.test"], "busy")
    event = relay.outcome("bob@busy.test")
    assert (event["event"], event["reason"]) == ("message.deferred", "remote_4xx")
    wait_for_message(peers["busy"])
    delivered = relay.outcome("bob@busy.test", "message.delivered")
    assert delivered["delivery"]["attempt"] == 2


def test_security_27_a_message_that_waits_survives_kill_9(relay, peers):
    """Runs last: it restarts the server."""
    relay.send(["again@auth-wrong.test"], "kept")
    relay.outcome("again@auth-wrong.test")
    relay.kill()
    relay.start_again()
    peers["auth-wrong"].script = hostile.auth(b"relay", PASSWORD.encode())
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if any(b"Subject: kept\r\n" in content for _, content in peers["auth-wrong"].messages):
            return
        time.sleep(0.1)
    raise AssertionError("the message that waited was not delivered\n" + relay.log())


# ---- a next hop that others wrote

@pytest.mark.skipif(not postfix.available(), reason=postfix.missing())
@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])
def test_postfix_takes_what_the_relay_hands_over(tmp_path, implicit):
    with postfix.Postfix(accounts={"relay": PASSWORD}) as peer:
        server = RelayServer(tmp_path / "run")
        secret = server.secret_file("password", PASSWORD)
        port = peer.submissions_port if implicit else peer.submission_port
        server.serve(smart_host("peer", port, "verified", ca=peer.ca_file, auth=("relay", secret),
                                implicit=implicit))
        try:
            server.send(["bob@peer.test", "cleo@peer.test"], "handed over", ".dot\r\n..dots\r\n")
            event = server.outcome("bob@peer.test")
            assert (event["event"], event["smtp"]["code"]) == ("message.delivered", 250)
            assert event["tls"]["version"] in ("TLSv1.2", "TLSv1.3")
            arrived = peer.wait_for(2)
            assert all(message.endswith(b"\n\n.dot\n..dots\n") for message in arrived)
        finally:
            assert server.stop() == 0, server.log()
