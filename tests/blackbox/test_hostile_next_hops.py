"""Next hops that misbehave in every way of hostile_hops.py, against the build with ASan and UBSan.

All messages are sent first, and each test looks at one of them.  What must hold: the server lives; the
message is delivered, reported or waits; a second copy only where the end was open; the reason in the
audit log is the documented one; no password went out.  The table goes to build/hostile-peers.md.
"""
import pathlib
import re
import time

import pytest

import hostile_peers as hostile
from conftest import ROOT, SANITIZED
from hostile_hops import ATTACKS, ON_THE_SECOND, PASSWORD, USER, secrets
from peers import certificates
from relay_site import RelayServer, smart_host

ALL = {**ATTACKS, **ON_THE_SECOND}
TABLE = pathlib.Path(ROOT / "build/hostile-peers.md")
OUTCOMES = {}


def route(name, attack, port, folder):
    lines = ["", "[[route]]", f'name = "{name}"', f'match = "{name.lower()}.test"']
    if attack.lmtp:
        lines.append(f'lmtp = "localhost:{port}"')
    else:
        lines += [f'host = "localhost:{port}"', f'tls = "{attack.tls}"']
    if attack.tls == "verified":
        lines.append(f'ca = "{folder}/ca.pem"')
    if attack.user:
        lines.append(f'auth = {{ user = "{USER.decode()}", password = {{ file = "{folder}/password" }} }}')
    if name in ON_THE_SECOND:
        lines.append("connections = 1")
    return "\n".join(lines) + "\n"


def recipients(name):
    both = [f"bob@{name.lower()}.test", f"cleo@{name.lower()}.test"]
    return both if ALL[name].lmtp else both[:1]


class Site:
    def __init__(self, folder):
        authority = certificates.Authority(folder)
        authority.issue("cert")
        authority.issue("wrong", names=("elsewhere.test",), addresses=())
        authority.issue("late", days=-1)
        certificates.self_signed(folder, "own")
        self.peers = {name: hostile.HostilePeer(attack.script, folder,
                                                certificate=attack.certificate).__enter__()
                      for name, attack in ALL.items()}
        self.server = RelayServer(folder / "run", SANITIZED)
        self.server.secret_file("password", PASSWORD.decode())
        self.server.serve("".join(route(name.lower(), attack, self.peers[name].port, folder)
                                  for name, attack in ALL.items()),
                          queue="delivery_concurrency = 200\n", patience="5s")
        for name in ATTACKS:
            body = "x" * 70 + "\r\n"
            self.server.send(recipients(name), name, body * (1 + ATTACKS[name].octets // len(body)))
        for name in ON_THE_SECOND:
            self.server.send([f"first@{name}.test"], "first")
        for name in ON_THE_SECOND:
            self.server.outcome(f"first@{name}.test", "message.delivered")
            self.server.send(recipients(name), name)

    def stop(self):
        assert self.server.stop() == 0, self.server.log()
        log = self.server.log()
        assert "Sanitizer" not in log and "runtime error" not in log, log
        for peer in self.peers.values():
            peer.__exit__()
            assert peer.failures == []


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if not SANITIZED.exists():
        pytest.fail(f"{SANITIZED} is not built; run ./dev test")
    started = Site(tmp_path_factory.mktemp("hostile"))
    yield started
    write_table()
    started.stop()


def write_table():
    lines = ["| What it does | First outcome | In the end | Copies |", "|---|---|---|---|"]
    for name, attack in ALL.items():
        lines.append(f"| {attack.what} | {OUTCOMES.get(name, 'not run | |')} |")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join(lines) + "\n")
    print("\n" + TABLE.read_text())


def wait_until(holds, what, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what()
        time.sleep(0.1)


def in_the_end(site, name):
    """What became of it, when nothing more can."""
    server, attack, recipient = site.server, ALL[name], recipients(name)[-1]
    if attack.copies:
        server.outcome(recipient, "message.delivered", 60)
        return "delivered"
    if attack.event == "message.bounced":
        server.wait_for_mail(lambda mail: b"multipart/report" in mail and recipient.encode() in mail)
        return "reported"
    wait_until(lambda: site.peers[name].connections > 1, lambda: f"no second try\n{server.log()}")
    listed = server.run("queue", "list", "--json").stdout
    assert recipient in listed
    return "waits"


@pytest.mark.parametrize("name", ALL)
def test_security_04_nothing_is_lost_and_nothing_comes_twice(site, name):
    attack, peer, server = ALL[name], site.peers[name], site.server
    OUTCOMES[name] = "FAILED | |"
    event = server.outcome(recipients(name)[0], seconds=60)
    assert (event["event"], event["reason"]) == (attack.event, attack.reason), event
    assert (event["severity"] == "warning") == attack.open_end, event
    end = in_the_end(site, name)
    assert server.process.poll() is None, server.log()
    copies = sum(f"Subject: {name}\r\n".encode() in content for _, content in peer.messages)
    assert copies == attack.copies, peer.received()
    if attack.tls != "none" and not peer.messages:
        assert peer.senders == [], "not even MAIL"
    code = event.get("smtp", {}).get("code", "")
    OUTCOMES[name] = f"{event['event'][8:]}, {event['reason']} {code} | {end} | {attack.copies}"


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.user])
def test_security_05_no_password_goes_to_a_stranger(site, name):
    server, peer = site.server, site.peers[name]
    server.outcome(recipients(name)[0], seconds=60)
    for conversation in peer.conversations:
        honest = conversation.tls and ATTACKS[name].certificate == "cert"
        assert honest or not any(secret in conversation.received for secret in secrets())
    assert PASSWORD.decode() not in server.log() + str(server.audit())


# ---- memory, of the release binary: ASan keeps what was given back

ENDLESS = ["endless-line", "endless-lines", "endless-ehlo", "endless-dot", "ehlo-100k", "auth-10000"]


def peak_kib(server):
    """The most that it had resident since the last forget_peak()."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))


def forget_peak(server):
    pathlib.Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")


def test_security_04_an_endless_reply_takes_no_memory(tmp_path):
    peers = {name: hostile.HostilePeer(ATTACKS[name].script).__enter__() for name in ENDLESS}
    peers["plain"] = hostile.HostilePeer(hostile.plain).__enter__()
    server = RelayServer(tmp_path / "run")
    server.serve("".join(smart_host(name, peer.port) for name, peer in peers.items()))
    server.send(["bob@plain.test"], "so that all is there that a delivery needs")
    server.outcome("bob@plain.test")
    forget_peak(server)
    before = peak_kib(server)
    for name in ENDLESS:
        server.send([f"bob@{name}.test"], name)
    for name in ENDLESS:
        assert server.outcome(f"bob@{name}.test")["event"] == "message.deferred"
    assert peak_kib(server) - before < 8 * 1024
    assert server.stop() == 0, server.log()
    for peer in peers.values():
        peer.__exit__()
