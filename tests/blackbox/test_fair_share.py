"""A bulk job through a slow smart host, and one message of somebody else.

What is asserted is the order in which the smart host gets the messages, and never a time.
"""
import json
import re
import smtplib
import ssl
import threading
import time

import pytest

from hostile_peers import HostilePeer
from relay_site import RelayServer, smart_host

JOB = 2_000
PLACES = 20  # queue.delivery_concurrency, unless set otherwise


class SlowHost:
    """Takes a message, and answers its final dot when the gate is open, and then slowly."""

    def __init__(self):
        self.gate = threading.Event()

    def __call__(self, talk):
        talk.greet()
        talk.ehlo()
        recipients = talk.envelope()
        talk.peer.messages.append((recipients, talk.content()))
        self.gate.wait(300)
        time.sleep(0.02)
        talk.send(b"250 2.0.0 kept\r\n")
        talk.leave()


def subjects(peer):
    return [re.search(rb"\nSubject: (.*)\r\n", content).group(1).decode()
            for _, content in list(peer.messages)]


def wait_until(holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


class Sender:
    def __init__(self, server, name):
        added = server.run("account", "add", name, "--generate", "--json")
        assert added.returncode == 0, added.stderr
        self.server, self.name = server, name
        self.password = json.loads(added.stdout)["password"]

    def send(self, subjects):
        """All on one connection."""
        context = ssl.create_default_context(cafile=str(self.server.ca))
        with smtplib.SMTP_SSL("localhost", self.server.submissions_port, context=context,
                              timeout=60) as client:
            client.login(self.name, self.password)
            for subject in subjects:
                client.sendmail(self.name, ["bob@slow.test"],
                                f"From: {self.name}\r\nSubject: {subject}\r\n\r\nhello\r\n")


@pytest.fixture
def site(tmp_path):
    host = SlowHost()
    with HostilePeer(host) as peer:
        server = RelayServer(tmp_path / "run")
        server.serve(smart_host("slow", peer.port), patience="5m")
        try:
            yield server, peer, host
        finally:
            host.gate.set()
            assert server.stop() == 0, server.log()
        assert peer.failures == []


def test_a_message_overtakes_a_bulk_job(site):
    server, peer, host = site
    job, ann = Sender(server, "job@localhost"), Sender(server, "ann@localhost")
    job.send(f"job {i}" for i in range(JOB))

    # Every place that the job may have hangs; there is one for Ann all the same.
    ann.send(["while it hangs"])
    wait_until(lambda: "while it hangs" in subjects(peer))
    assert len(peer.messages) <= PLACES

    # The job moves on, and in the midst of it the host hangs once more.  What comes after that are
    # messages that were on their way: one that each place ends, and one that it begins.
    host.gate.set()
    wait_until(lambda: len(peer.messages) > JOB // 10)
    host.gate.clear()
    before = len(peer.messages)
    ann.send(["in the midst of it"])
    wait_until(lambda: "in the midst of it" in subjects(peer))
    assert subjects(peer).index("in the midst of it") < before + 2 * PLACES
    assert before + 2 * PLACES < JOB
    host.gate.set()

    wait_until(lambda: len(peer.messages) == JOB + 2)
    assert len(set(subjects(peer))) == JOB + 2, "each of them once"
