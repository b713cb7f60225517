"""The shipped binary as its users meet it: started by hand, spoken to by other people's clients.

Environment (set by ./dev test):
  SIGNET_BINARY      the release binary (default build/release/signet)
  SIGNET_DEV_BINARY  the same with ASan and UBSan (default build/dev/signet)
"""
import os
import re
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = pathlib.Path(os.environ.get("SIGNET_BINARY", ROOT / "build/release/signet"))
SANITIZED = pathlib.Path(os.environ.get("SIGNET_DEV_BINARY", ROOT / "build/dev/signet"))
START_SECONDS = 60  # a bound against hanging, not an expectation


BASES = iter(range(20_000 + os.getpid() % 10_000, 60_000, 37))


def free_ports(*offsets):
    """A base such that base + offset is free on loopback for each offset; never the same twice, since
    who asked first may not listen yet."""
    for base in BASES:
        try:
            for offset in offsets:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", base + offset))
            return base
        except OSError:
            continue
    raise RuntimeError("no free ports")


def free_port():
    return free_ports(0)


class Server:
    """A running signet.  Stopped by its own process id, never by name."""

    def __init__(self, command, log_path, env=None):
        self.command = [str(part) for part in command]
        self.log_path = pathlib.Path(log_path)
        self.env = {**os.environ, **(env or {})}
        self.process = None

    def start(self, ports):
        log = open(self.log_path, "ab")
        self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.env)
        end = time.monotonic() + START_SECONDS
        for port in ports:
            while True:
                if self.process.poll() is not None:
                    raise RuntimeError(f"signet ended with {self.process.returncode}:\n{self.log()}")
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if time.monotonic() > end:
                        raise RuntimeError(f"no listener on {port}:\n{self.log()}")
                    time.sleep(0.05)
        return self

    def stop(self):
        """SIGTERM, as systemd does; returns the exit code."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise RuntimeError("signet did not drain:\n" + self.log())
        return self.process.returncode if self.process else None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""


class DevServer(Server):
    """`signet dev` in a directory of its own."""

    user = "dev@localhost"
    host = "127.0.0.1"

    def __init__(self, directory, binary=RELEASE, env=None):
        self.dir = pathlib.Path(directory)
        self.base = free_ports(587, 465, 25, 80)
        self.submission_port = self.base + 587
        self.submissions_port = self.base + 465
        self.mx_port = self.base + 25
        self.metrics_port = self.base + 80
        self.binary = binary
        super().__init__([binary, "dev", "--dir", self.dir, "--port-base", self.base],
                         str(self.dir) + ".log", env)

    def start(self):
        return super().start([self.submission_port, self.submissions_port])

    @property
    def password(self):
        return (self.dir / "dev-password").read_text().strip()

    @property
    def ca(self):
        return self.dir / "ca.pem"

    @property
    def config(self):
        return self.dir / "signet.toml"

    def settings(self):
        """Those of `signet dev`, but for [auth], which a test may want to write itself."""
        return re.sub(r"\n# All that needs [^\n]*\n\[auth\]\nmechanisms = [^\n]*\n", "\n",
                      self.config.read_text())

    def mail(self):
        """The messages delivered so far, as bytes with LF line ends."""
        return [path.read_bytes() for path in sorted((self.dir / "mail" / "new").glob("*"))]

    def wait_for_mail(self, wanted, seconds=30):
        """Waits until `wanted` (a function of one message) holds for a delivered message."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self.mail():
                if wanted(message):
                    return message
            time.sleep(0.05)
        raise AssertionError(f"not delivered; {len(self.mail())} messages are there\n{self.log()}")

    def metrics(self):
        """Every series and its value."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics") as answer:
            text = answer.read().decode()
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))}

    def audit(self):
        """Every audit event so far."""
        import json
        events = []
        for path in sorted((self.dir / "audit").glob("audit*.ndjson")):
            # What stands behind the last line end is being written.
            lines = path.read_text().rpartition("\n")[0].splitlines()
            events += [json.loads(line) for line in lines if line]
        return events

    def wait_for_event(self, wanted, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for event in self.audit():
                if wanted(event):
                    return event
            time.sleep(0.05)
        raise AssertionError(f"no such event among {len(self.audit())}\n{self.log()}")

    def run(self, *arguments, **options):
        """Another signet command against this server."""
        return subprocess.run([str(self.binary), *map(str, arguments), "--config", str(self.config)],
                              capture_output=True, text=True, timeout=60, **options)


@pytest.fixture(scope="session")
def signet(tmp_path_factory):
    """One release `signet dev` for all tests that do not harm it."""
    server = DevServer(tmp_path_factory.mktemp("dev") / "run").start()
    yield server
    assert server.stop() == 0, server.log()


@pytest.fixture(scope="session")
def sanitized(tmp_path_factory):
    """The same under ASan and UBSan, for hostile clients."""
    if not SANITIZED.exists():
        pytest.fail(f"{SANITIZED} is not built; run ./dev test")
    server = DevServer(tmp_path_factory.mktemp("asan") / "run", SANITIZED).start()
    yield server
    assert server.stop() == 0, server.log()
    assert "Sanitizer" not in server.log() and "runtime error" not in server.log(), server.log()
