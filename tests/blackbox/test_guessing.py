"""Guessed passwords: contained, without locking out the victim or the office.  The guessers' addresses
come over the PROXY protocol, since this machine's own are never banned."""
import json
import select

import pytest

from conftest import RELEASE, DevServer, Server, free_port
from wire import Wire, plain

OTHER = "colleague@localhost"
OTHER_PASSWORD = "a colleague's long password"


class Behind(DevServer):
    """A server with a listener that believes proxies; `more` is of its settings, too."""

    def __init__(self, directory, more):
        super().__init__(directory)
        super().start()
        self.stop()
        self.behind = free_port()
        config = directory.parent / f"{directory.name}.toml"
        config.write_text(f"""{self.settings()}
[[listener]]
name = "behind"
role = "submission"
bind = ["127.0.0.1:{self.behind}"]
proxy_protocol.trust = ["127.0.0.0/8"]
{more}""")
        self.command = [str(RELEASE), "serve", "--config", str(config)]

    def start(self):
        return Server.start(self, [self.submission_port, self.submissions_port, self.behind])


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Failures are answered after a short while."""
    dev = Behind(tmp_path_factory.mktemp("guessing") / "dev", '[guessing]\ndelay = "10ms"\n[auth]\nfailure_floor = "50ms"\n').start()
    added = dev.run("account", "add", OTHER, "--password-stdin", input=OTHER_PASSWORD)
    assert added.returncode == 0, added.stderr
    yield dev
    assert dev.stop() == 0, dev.log()


def secure(server, client, port=None):
    wire = Wire("127.0.0.1", port or server.behind)
    if client:
        family, here = ("TCP6", "2001:db8::1") if ":" in client else ("TCP4", "198.51.100.1")
        wire.send(f"PROXY {family} {client} {here} 49152 587\r\n".encode())
    assert wire.reply().startswith(b"220")
    assert wire.say("EHLO client.example").startswith(b"250")
    assert wire.say("STARTTLS").startswith(b"220")
    wire.starttls_now(server.ca)
    assert wire.say("EHLO client.example").startswith(b"250")
    return wire


def sign_in(server, client, password=None, user=None):
    """The code of the answer, on a connection of its own."""
    with secure(server, client) as wire:
        return int(wire.say("AUTH PLAIN " + plain(user or server.user, password or server.password))[:3])


def guess(server, client, count, user=None):
    """All at once, as a guesser would."""
    wires = [secure(server, client) for _ in range(count)]
    for number, wire in enumerate(wires):
        wire.send(f"AUTH PLAIN {plain(user or server.user, f'guess {number}')}\r\n".encode())
    codes = [int(wire.reply()[:3]) for wire in wires]
    for wire in wires:
        wire.close()
    return codes


def bans(server):
    listed = server.run("ban", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    return json.loads(listed.stdout)["items"]


def test_security_16_a_guesser_is_banned_and_neither_the_victim_nor_the_neighbours_are(server):
    guesser = "203.0.113.1"
    codes = guess(server, guesser, 8)
    assert codes.count(535) == 5 and codes.count(454) == 3, codes
    assert sign_in(server, guesser) == 454
    assert sign_in(server, "203.0.113.2") == 235, "the victim, elsewhere"
    assert sign_in(server, guesser, OTHER_PASSWORD, OTHER) == 235, "another user of the same address"

    event = server.wait_for_event(lambda e: e["event"] == "ban.added" and guesser in e["detail"])
    assert event["severity"] == "warning" and event["account"]["name"] == server.user
    refused = server.wait_for_event(lambda e: e["event"] == "auth.attempt" and e["reason"] == "throttled"
                                    and e["client"]["ip"] == guesser)
    assert refused["outcome"] == "failure" and refused["account"]["name"] == server.user
    [ban] = [one for one in bans(server) if one["network"] == guesser]
    assert ban["scope"] == "account" and ban["account"] == server.user
    assert server.metrics()['signet_bans{kind="auto"}'] >= 1

    assert "203.0.113.1" in server.run("ban", "list").stdout
    lifted = server.run("ban", "delete", guesser, "--account", server.user)
    assert lifted.returncode == 0 and "lifted: 1" in lifted.stdout, lifted.stderr
    assert sign_in(server, guesser) == 235
    assert server.run("ban", "delete", guesser).returncode == 6
    assert server.run("ban", "delete", "nonsense").returncode == 2


def test_security_16_an_ipv6_guesser_is_his_slash_64(server):
    codes = [sign_in(server, f"2001:db8:7::{number:x}", f"guess {number}") for number in range(1, 7)]
    assert codes == [535] * 5 + [454]
    assert sign_in(server, "2001:db8:7:1::1") == 235
    assert server.run("ban", "delete", "2001:db8:7::abcd").returncode == 0


def test_security_16_a_stale_phone_bans_nobody(server):
    office = "203.0.113.10"
    assert [sign_in(server, office, "last year's password") for _ in range(12)] == [535] * 12
    assert sign_in(server, office) == 235
    assert sign_in(server, office, OTHER_PASSWORD, OTHER) == 235


def test_security_16_where_the_account_signed_in_before_it_is_not_banned(server):
    home = "203.0.113.20"
    assert sign_in(server, home) == 235
    assert guess(server, home, 8) == [535] * 8
    assert sign_in(server, home) == 235
    # It is remembered on disk.
    assert server.stop() == 0
    server.start()
    assert guess(server, home, 8) == [535] * 8
    assert sign_in(server, home) == 235


def test_security_16_a_spray_bans_the_network_but_not_who_is_at_home_there(server):
    sprayer = "203.0.113.30"
    assert sign_in(server, sprayer, OTHER_PASSWORD, OTHER) == 235
    names = [f"name{number}@localhost" for number in range(10)]
    assert [sign_in(server, sprayer, "Spring2026!", name) for name in names] == [535] * 10
    assert sign_in(server, sprayer, "Spring2026!", "name99@localhost") == 454
    assert sign_in(server, sprayer) == 454
    assert sign_in(server, sprayer, OTHER_PASSWORD, OTHER) == 235
    [ban] = [one for one in bans(server) if one["network"] == sprayer]
    assert ban["scope"] == "network"


def test_security_16_this_machine_is_never_banned(server):
    for number in range(7):
        with secure(server, None, server.submission_port) as wire:
            assert wire.say("AUTH PLAIN " + plain(server.user, f"guess {number}")).startswith(b"535")
    with secure(server, None, server.submission_port) as wire:
        assert wire.say("AUTH PLAIN " + plain(server.user, server.password)).startswith(b"235")


def test_security_16_a_right_password_does_not_wait_for_the_wrong_ones_beside_it(tmp_path):
    """Sixteen wrong passwords are held back; the right one of another user of that address is answered
    before any of them."""
    server = Behind(tmp_path / "dev", '[auth]\nfailure_floor = "10s"\n').start()
    address = "203.0.113.40"
    wires = [secure(server, address) for _ in range(16)]
    honest = secure(server, address)
    for number, wire in enumerate(wires):
        wire.send(f"AUTH PLAIN {plain('nobody@localhost', f'guess {number}')}\r\n".encode())
    assert honest.say("AUTH PLAIN " + plain(server.user, server.password)).startswith(b"235")
    answered, _, _ = select.select([wire.socket for wire in wires], [], [], 0)
    assert not answered
    for wire in wires + [honest]:
        wire.close()
    assert server.stop() == 0
