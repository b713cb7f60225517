"""The release binary with routes: which one is taken, failover, pace, LMTP, pause.

Counts, never times: what a route must not carry has not come when a message by another route, sent
later, has.
"""
import getpass
import json
import subprocess
import time

import pytest
from aiosmtpd.controller import UnixSocketController
from aiosmtpd.lmtp import LMTP

import hostile_peers as hostile
from conftest import DevServer
from relay_site import RelayServer

USER = RelayServer.user


def busy(conversation):
    conversation.send(b"421 4.3.2 busy\r\n")


class Mailboxes:
    """An LMTP server's handler: full@ is full, everybody else takes the message."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):
        replies = []
        for recipient in envelope.rcpt_tos:
            full = recipient.startswith("full@")
            replies.append("452 4.2.2 full" if full else "250 2.1.5 kept")
            if not full:
                self.taken.append((recipient, envelope.content))
        return "\r\n".join(replies)


class LmtpController(UnixSocketController):
    def factory(self):
        return LMTP(self.handler)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("routes")
    handler = Mailboxes()
    lmtp = LmtpController(handler, unix_socket=str(folder / "lmtp"))
    lmtp.start()
    peers = {name: hostile.HostilePeer(script).__enter__()
             for name, script in {"busy": busy, "second": hostile.plain, "paced": hostile.plain,
                                  "closed": hostile.plain, "other": hostile.plain,
                                  "mine": hostile.plain}.items()}
    port = {name: peer.port for name, peer in peers.items()}

    def route(name, *lines, match=None):
        return "\n".join(["", "[[route]]", f'name = "{name}"', f'match = "{match or name + ".test"}"',
                          *lines]) + "\n"

    def host(*names):
        hosts = ", ".join(f'"localhost:{port[name]}"' for name in names)
        return f'host = [{hosts}]\ntls = "none"'

    server = RelayServer(folder / "run")
    server.serve(
        route("failover", host("busy", "second"), 'ehlo = "out.example.org"',
              'source = "127.0.0.1"')
        + route("boxes", f'lmtp = "{folder}/lmtp"')
        + route("paced", host("paced"), 'messages = "2/1d"', "connections = 1")
        + route("closed", host("closed"))
        + route("drop", "discard = true")
        + route("reports", "discard = true", 'senders = "<>"', match="who.test")
        + route("mine", host("mine"), 'accounts = ["nobody", "dev@*"]',
                'senders = "*@localhost"', match="who.test")
        + route("other", host("other"), match="*"))
    world = World(server, peers, handler)
    yield world
    assert server.stop() == 0, server.log()
    lmtp.stop()
    for peer in peers.values():
        peer.__exit__()
        assert peer.failures == []


class World:
    def __init__(self, server, peers, mailboxes):
        self.server, self.peers, self.mailboxes = server, peers, mailboxes
        self.markers = 0

    def signet(self, *arguments):
        config = str(self.server.dir / "relay.toml")
        return subprocess.run([str(self.server.binary), *arguments, "--config", config],
                              capture_output=True, text=True, timeout=60)

    def delivered(self, domain):
        return [event for event in self.server.audit()
                if event["event"] == "message.delivered" and "delivery" in event
                and event["message"]["recipients"][0].endswith("@" + domain)]

    def pass_by(self):
        """A message by another route has gone all the way, so those before it were looked at."""
        self.markers += 1
        recipient = f"marker{self.markers}@elsewhere.test"
        self.server.send([recipient], "marker")
        assert self.server.outcome(recipient)["event"] == "message.delivered"

    def waiting(self, domain):
        listed = json.loads(self.signet("queue", "list", "--json").stdout)
        return [message for message in listed["items"] if domain in json.dumps(message)]


def wait_until(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    assert holds()


def test_a_busy_host_passes_on_to_the_next_in_the_same_attempt(world):
    world.server.send(["bob@failover.test"], "failover")
    event = world.server.outcome("bob@failover.test")
    assert (event["event"], event["delivery"]["attempt"]) == ("message.delivered", 1)
    assert event["delivery"]["next_hop"] == f"localhost:{world.peers['second'].port}"
    assert len(world.peers["busy"].conversations) == 1
    assert world.peers["second"].received().startswith(b"EHLO out.example.org\r\n")


def test_lmtp_answers_for_each_recipient(world):
    world.server.send(["ann@boxes.test", "full@boxes.test", "cleo@boxes.test"], "boxes")
    took = world.server.outcome("ann@boxes.test")
    assert (took["event"], sorted(took["message"]["recipients"])) == (
        "message.delivered", ["ann@boxes.test", "cleo@boxes.test"])
    put_off = world.server.outcome("full@boxes.test")
    assert (put_off["event"], put_off["smtp"]["code"]) == ("message.deferred", 452)
    assert [recipient for recipient, _ in world.mailboxes.taken] == [
        "ann@boxes.test", "cleo@boxes.test"]
    assert b"Subject: boxes" in world.mailboxes.taken[0][1]


def test_no_more_than_the_pace_and_what_waits_was_not_tried(world):
    for number in range(4):
        world.server.send([f"bob{number}@paced.test"], "paced")
    wait_until(lambda: len(world.delivered("paced.test")) == 2)
    world.pass_by()
    assert len(world.peers["paced"].messages) == 2
    waiting = world.waiting("paced.test")
    assert [message["attempts"] for message in waiting] == [0, 0]
    about = [event for event in world.server.audit() if event["event"] == "message.deferred"
             and event["delivery"]["route"] == "paced"]
    assert about == [], "to wait is not to be deferred"


def test_a_paused_route_keeps_its_mail_until_it_is_resumed(world):
    paused = world.signet("route", "pause", "closed")
    assert (paused.returncode, paused.stdout) == (0, "closed: paused\n"), paused.stderr
    world.server.send(["bob@closed.test"], "closed")
    world.pass_by()
    assert world.peers["closed"].conversations == []
    listed = json.loads(world.signet("route", "list", "--json").stdout)["items"]
    assert {route["name"]: route["state"] for route in listed}["closed"] == "paused"

    resumed = world.signet("route", "resume", "closed")
    assert (resumed.returncode, resumed.stdout) == (0, "closed: in use\n"), resumed.stderr
    accepted = world.server.wait_for_event(
        lambda event: event["event"] == "message.accepted"
        and "bob@closed.test" in event["message"]["recipients"])
    assert world.signet("queue", "retry", accepted["message"]["queue_id"]).returncode == 0
    event = world.server.outcome("bob@closed.test", "message.delivered")
    assert event["delivery"]["attempt"] == 1, "to wait is not a try"
    steps = [event["event"] for event in world.server.audit() if event["event"].startswith("route.")]
    assert steps == ["route.paused", "route.resumed"]
    assert world.signet("route", "pause", "nowhere").returncode == 6


def restart(server):
    assert server.stop() == 0, server.log()
    server.start_again()


def test_what_is_paused_stays_so_over_a_restart_and_a_destination_holds_up_nobody_else(world):
    paused = world.signet("destination", "pause", "Stay.Test")
    assert (paused.returncode, paused.stdout) == (0, "stay.test: paused\n"), paused.stderr
    assert world.signet("route", "pause", "closed").returncode == 0
    world.server.send(["bob@stay.test", "cleo@go.test", "dan@closed.test"], "some stay")
    assert world.server.outcome("cleo@go.test")["message"]["recipients"] == ["cleo@go.test"]
    restart(world.server)
    assert world.signet("reload").returncode == 0
    world.pass_by()
    listed = json.loads(world.signet("destination", "list", "--json").stdout)["items"]
    assert [(one["name"], one["by"]) for one in listed if one["state"] == "paused"] == [
        ("stay.test", getpass.getuser())]
    routes = json.loads(world.signet("route", "list", "--json").stdout)["items"]
    assert [route["name"] for route in routes if route["state"] == "paused"] == ["closed"]
    [waiting] = world.waiting("stay.test")
    assert "dan@closed.test" in json.dumps(waiting)

    resumed = world.signet("destination", "resume", "stay.test")
    assert (resumed.returncode, resumed.stdout) == (0, "stay.test: in use\n"), resumed.stderr
    assert world.signet("queue", "retry", waiting["queue_id"]).returncode == 0
    assert world.server.outcome("bob@stay.test")["event"] == "message.delivered"
    assert world.signet("route", "resume", "closed").returncode == 0
    assert world.signet("queue", "retry", waiting["queue_id"]).returncode == 0
    assert world.server.outcome("dan@closed.test")["event"] == "message.delivered"
    restart(world.server)
    items = json.loads(world.signet("destination", "list", "--json").stdout)["items"]
    assert [item for item in items if item["state"] == "paused"] == []
    steps = [(event["event"], event["target"]["name"]) for event in world.server.audit()
             if event["event"].startswith("destination.")]
    assert steps == [("destination.paused", "stay.test"), ("destination.resumed", "stay.test")]


def test_what_is_discarded_says_so(world):
    world.server.send(["bob@drop.test"], "drop")
    event = world.server.outcome("bob@drop.test")
    assert (event["event"], event["reason"]) == ("message.delivered", "discarded")


def test_sender_and_account_choose_the_route_as_route_test_says(world):
    world.server.send(["bob@who.test"], "who")
    event = world.server.outcome("bob@who.test")
    assert event["delivery"]["route"] == "mine"

    def said(*arguments):
        done = world.signet("route", "test", "bob@who.test", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    mine = said("--sender", USER, "--account", USER)
    assert mine["route"] == "mine"
    assert mine["next_hops"] == [f"localhost:{world.peers['mine'].port}"]
    assert mine["passed_over"][-1] == {"route": "reports", "mismatch": "sender"}
    assert mine["passed_over"][0] == {"route": "here", "mismatch": "domain"}
    assert said("--sender", USER)["passed_over"][-1] == {"route": "mine", "mismatch": "account"}
    assert said("--sender", "<>")["route"] == "reports"
    text = world.signet("route", "test", "bob@failover.test").stdout
    assert text.index(f":{world.peers['busy'].port}") < text.index(f":{world.peers['second'].port}")
    assert world.signet("route", "test", "bob@").returncode == 2


def test_route_test_says_what_a_way_to_mail_exchangers_would_end_in(world):
    base = (world.server.dir / "relay.toml").read_text().split("\n[[route]]")[0]
    config = world.server.dir / "mx.toml"
    config.write_text(base + '\n[[route]]\nname = "net"\nmatch = "*"\n'
                      'mx = { tls = "none", port = 2525 }\n')

    def said(address):
        done = subprocess.run([str(world.server.binary), "route", "test", address, "--json",
                               "--config", str(config)], capture_output=True, text=True, timeout=60)
        return done.returncode, json.loads(done.stdout)

    code, inside = said("bob@[127.0.0.1]")
    assert code == 3 and inside["route"] == "net"
    assert inside["dead_end"].startswith("550 5.4.4 ")
    code, outside = said("bob@[198.51.100.7]")
    assert (code, outside["next_hops"]) == (0, ["198.51.100.7:2525"])
    code, reserved = said("bob@nobody.invalid")
    assert code == 3 and reserved["dead_end"].startswith("550 5.1.2 ")


def test_a_damaged_file_of_pauses_stops_the_start_and_says_why(tmp_path):
    server = DevServer(tmp_path / "run").start()
    assert server.run("destination", "pause", "example.net").returncode == 0
    assert server.stop() == 0
    [kept] = server.dir.rglob("pauses")
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_text(kept.read_text()[:-3])
    done = subprocess.run(server.command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "what an administrator has paused is not known" in done.stderr
    kept.unlink()
    server.start()
    assert "example.net" not in server.run("destination", "list").stdout
    assert server.stop() == 0
