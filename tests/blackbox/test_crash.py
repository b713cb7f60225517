"""security_27: a message that was answered 250 survives a kill, whenever it comes.

Release build.  Thirty-two clients send without a pause; the server is killed with SIGKILL after a
random time, started again, and in the end every message of the ledger is in the Maildir, octet for
octet.
"""
import hashlib
import random
import smtplib
import ssl
import threading
import time

from conftest import DevServer

KILLS = 50
CLIENTS = 8


class Client(threading.Thread):
    """Sends messages of mixed size and writes down those that were promised."""

    def __init__(self, server, number, ledger, lock):
        super().__init__(daemon=True)
        self.server, self.number, self.ledger, self.lock = server, number, ledger, lock
        self.random = random.Random(number)
        self.stop = threading.Event()
        self.count = 0

    def body(self):
        size = self.random.choice([200, 3_000, 30_000, 100_000, 400_000])
        lines, octets = [], 0
        while octets < size:
            line = "%x" % self.random.getrandbits(240)
            lines.append(line)
            octets += len(line) + 2
        return "\r\n".join(lines) + "\r\n"

    def run(self):
        context = ssl.create_default_context(cafile=str(self.server.ca))
        while not self.stop.is_set():
            try:
                with smtplib.SMTP_SSL("localhost", self.server.submissions_port, timeout=10,
                                      context=context) as smtp:
                    smtp.login(self.server.user, self.server.password)
                    while not self.stop.is_set():
                        self.send(smtp)
            except (OSError, smtplib.SMTPException):
                time.sleep(0.02)

    def send(self, smtp):
        self.count += 1
        mark = f"crash-{self.number}-{self.count}"
        body = self.body()
        smtp.sendmail("dev@localhost", ["ann@example.com"],
                      f"From: dev@localhost\r\nSubject: {mark}\r\n\r\n{body}")
        with self.lock:  # sendmail returned: the server said 250
            self.ledger[mark] = hashlib.sha256(body.replace("\r\n", "\n").encode()).hexdigest()


def delivered(server):
    found = {}
    for message in server.mail():
        header, _, body = message.partition(b"\n\n")
        subject = [l for l in header.split(b"\n") if l.startswith(b"Subject: ")][0][9:].decode()
        found.setdefault(subject, []).append(hashlib.sha256(body).hexdigest())
    return found


def test_security_27_fifty_kills_under_load_lose_nothing(tmp_path):
    server = DevServer(tmp_path / "run")
    server.start()
    ledger, lock = {}, threading.Lock()
    clients = [Client(server, n, ledger, lock) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    chance = random.Random(27)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.5))
        server.kill()
        server.start()
    for client in clients:
        client.stop.set()
    for client in clients:
        client.join(timeout=30)

    assert len(ledger) > KILLS, "the load was too light to prove anything"
    end = time.monotonic() + 120
    while time.monotonic() < end and set(ledger) - set(delivered(server)):
        time.sleep(0.2)
    found = delivered(server)
    lost = set(ledger) - set(found)
    assert not lost, f"{len(lost)} of {len(ledger)} lost: {sorted(lost)[:5]}"
    wrong = [mark for mark, digest in ledger.items() if set(found[mark]) != {digest}]
    assert not wrong, f"changed or truncated: {wrong[:5]}"
    accepted = {e["message"]["queue_id"] for e in server.audit() if e["event"] == "message.accepted"}
    assert len(accepted) >= len(ledger), "an accepted message without its audit event"
    assert server.stop() == 0
